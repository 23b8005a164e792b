"""The SAM CLI builds the templates without a container, for the processor that it is to run on.

What it has built is looked at as it is deployed: finished by `scripts/finish_layers.py`.
"""

import gzip
import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from scripts.finish_layers import SERVICES, LayersError, finish
from tests.infrastructure.templates import (
    CONFIGS,
    FUNCTIONS,
    MODES,
    ROOT,
    TEMPLATE,
    application,
    as_list,
    overrides,
    template,
)

pytestmark = pytest.mark.sam

SAM = ROOT / ".venv-sam" / "bin" / "sam"
BOTOCORE_S_NAME = {"ses": "sesv2", "sms-voice": "pinpoint-sms-voice-v2", "states": "stepfunctions"}
"""By the prefix of IAM's actions, where they differ."""
ARM64 = "aarch64-linux-gnu"
MEGABYTE = 1_000_000
BUDGETS_IN_MEGABYTES = {
    "DependenciesLayer": 40.0,  # measured: 35.1 (holidays 8.4, Powertools 5.6, botocore 4.9)
    "SoapLayer": 20.0,  # measured: 17.8 (lxml 12.0)
    "RestorationLayer": 1.7,  # measured: 1.4, more than half of it byte code
    "DmnLayer": 1.5,  # measured: 0.9, more than half of it byte code
    "operations/RecordLayer": 1.1,  # measured: 1.03 with the sentences in two languages, more than half of it byte code
    "operations/SupervisionLayer": 1.6,  # measured: 1.2, more than half of it byte code
    "operations/PagesLayer": 0.6,  # measured: 0.5
    "channels/ChannelsLayer": 0.8,  # measured: 0.6, more than half of it byte code
}
"""Unzipped sizes. Each megabyte of a layer is loaded at each cold start; Lambda allows 262 for a function."""
SHARED = (
    ("DependenciesLayer", "operations/DependenciesLayer", "channels/DependenciesLayer"),
    ("RestorationLayer", "operations/RestorationLayer", "channels/RestorationLayer"),
    ("operations/RecordLayer", "channels/RecordLayer"),
    ("operations/PagesLayer", "channels/PagesLayer"),
)
"""Of each layer that several applications have, its folders."""
EVERY_CALL = ROOT / "tests" / "infrastructure" / "every_call.py"
TAKE_APART = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert(json.loads(sys.argv[1]), None, None)))
"""
UNCHECKED_HASH = 0b01
"""PEP 552: byte code bound to its source's hash, which the interpreter does not check."""


def sam(*arguments: str, folder: Path = ROOT) -> None:
    """Run the SAM CLI in an application's folder, without credentials, telemetry or a look for a newer one."""
    if not SAM.is_file():
        pytest.fail("the SAM CLI has a virtual environment of its own: `make sam-validate` sets it up")
    quiet = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_FOR_UPDATES": "0", "AWS_DEFAULT_REGION": "eu-west-3"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | quiet
    outcome = subprocess.run(  # noqa: S603 - a pinned tool on files of the project
        [str(SAM), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert outcome.returncode == 0, outcome.stderr


def build(folder: Path, *options: str, application: str = ".") -> None:
    """Build in a folder of its own: two builds at once would tear .aws-sam from each other."""
    sam("build", *options, "--no-cached", "--build-dir", str(folder), folder=ROOT / application)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is deployed, built and finished: the core, and within it the others."""
    whole = tmp_path_factory.mktemp("sam") / "build"
    for name in (".", "operations", "channels"):
        build(whole / name, application=name)
        finish(whole / name)
    return whole


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGABYTE


@pytest.mark.parametrize("environment", MODES)
def test_json_of_a_partner_arrives_as_samconfig_has_it(environment: str) -> None:
    """The SAM CLI takes a text apart at spaces and quotes: this asks its own parser."""
    given = CONFIGS["core"][environment]["global"]["parameters"]["parameter_overrides"]
    ended = subprocess.run(  # noqa: S603 - the SAM CLI's interpreter
        [str(SAM.with_name("python")), "-c", TAKE_APART, json.dumps(given)], capture_output=True, text=True, check=True
    )
    assert json.loads(ended.stdout) == overrides(environment)


@pytest.mark.parametrize(("name", "place"), [("core", "."), ("companion", "operations"), ("channels", "channels")])
def test_build_holds_every_function_and_layer(built: Path, name: str, place: str) -> None:
    here, folder = application(name), built / place
    expected = {one.logical_id for one in (*here.functions, *here.of_type("AWS::Serverless::LayerVersion"))}
    assert {path.name for path in folder.iterdir() if path.is_dir()} - {"operations", "channels"} == expected
    written = yaml.load((folder / "template.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - plain text only
    for each in expected:
        properties = written["Resources"][each]["Properties"]
        assert properties.get("CodeUri", properties.get("ContentUri")) == each


@pytest.mark.parametrize("layer", ["DependenciesLayer", "SoapLayer", "operations/PagesLayer"])
def test_compiled_parts_are_for_the_processor_that_the_functions_run_on(built: Path, layer: str) -> None:
    assert template().document["Parameters"]["Architecture"]["Default"] == "arm64"
    compiled = sorted(path.name for path in (built / layer).rglob("*.so"))
    assert compiled
    assert [name for name in compiled if ARM64 not in name] == []


@pytest.mark.parametrize(
    ("sources", "suffixes", "place"),
    [
        ("layers/restoration/python", {".py", ".wsdl", ".xsd"}, "RestorationLayer/python"),
        ("functions/evaluate_decision/decisions", {".dmn", ".json"}, "EvaluateDecisionFunction/decisions"),
    ],
)
def test_files_of_the_domain_and_decisions_are_built(built: Path, sources: str, suffixes: set[str], place: str) -> None:
    wanted = {it.relative_to(ROOT / sources) for it in (ROOT / sources).rglob("*") if it.suffix in suffixes}
    assert {path for path in wanted if not (built / place / path).is_file()} == set()


@pytest.mark.parametrize("layer", BUDGETS_IN_MEGABYTES)
def test_layer_has_byte_code_that_is_used_without_a_look_at_dates(built: Path, layer: str) -> None:
    """A layer is read-only in Lambda: without byte code, every cold start would compile every module again."""
    for source in (built / layer).rglob("*.py"):
        (compiled,) = source.parent.joinpath("__pycache__").glob(f"{source.stem}.*.pyc")
        assert compiled.name == f"{source.stem}.cpython-313.pyc"
        flags = int.from_bytes(compiled.read_bytes()[4:8], "little")
        assert flags == UNCHECKED_HASH


def test_same_sources_make_the_same_layer(built: Path, tmp_path: Path) -> None:
    """A deployment changes only what changed."""
    build(tmp_path, "DmnLayer")
    assert contents(tmp_path / "DmnLayer") == contents(built / "DmnLayer")
    for layer, *others in SHARED:
        assert [contents(built / other) for other in others] == [contents(built / layer)] * len(others)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_nothing_else_has_byte_code(built: Path) -> None:
    """What lies about on the machine that builds stays there."""
    compiled = {path.relative_to(built).as_posix().partition("/python/")[0] for path in built.rglob("*.pyc")}
    assert compiled == {*BUDGETS_IN_MEGABYTES, *(layer for layers in SHARED for layer in layers)}


def test_botocore_keeps_the_services_that_functions_have_rights_for_without_documentation(built: Path) -> None:
    statements = [statement for role, statement in TEMPLATE.statements() if role in FUNCTIONS]
    called = {action.partition(":")[0] for statement in statements for action in as_list(statement["Action"])}
    assert {BOTOCORE_S_NAME.get(name, name) for name in called} == SERVICES
    data = built / "DependenciesLayer" / "python" / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == SERVICES
    models = [json.loads(gzip.decompress(path.read_bytes())) for path in data.glob("*/*/service-2.json.gz")]
    assert not any('"documentation": "' in json.dumps([each["operations"], each["shapes"]]) for each in models)
    ours = {each["metadata"]["endpointPrefix"] for each in models}
    partitions = json.loads((data / "endpoints.json").read_text(encoding="utf-8"))["partitions"]
    assert {name for partition in partitions for name in partition["services"]} == ours


def test_build_that_cannot_be_finished_says_why(tmp_path: Path) -> None:
    with pytest.raises(LayersError, match="DependenciesLayer is not built: run sam build first"):
        finish(tmp_path)
    (tmp_path / "DependenciesLayer" / "python" / "botocore" / "data").mkdir(parents=True)
    with pytest.raises(LayersError, match="has no model of cloudwatch"):
        finish(tmp_path)


def test_each_operation_is_called_with_what_is_deployed_as_with_all_of_botocore(built: Path) -> None:
    """The models of botocore are cut down to the services that functions call, and to what is no documentation."""

    def calls(folder: Path, *options: str) -> list[str]:
        command = [sys.executable, *options, "-c", EVERY_CALL.read_text(encoding="utf-8"), *sorted(SERVICES)]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603 - our own interpreter

    whole = calls(ROOT)
    assert {service for service in SERVICES if f"('{service}', " in str(whole)} == SERVICES
    # Nothing is installed for it (-E -S), as on Lambda: it imports from the folder where it runs.
    assert calls(built / "DependenciesLayer" / "python", "-E", "-S") == whole


@pytest.mark.parametrize("layer", BUDGETS_IN_MEGABYTES)
def test_layer_keeps_its_budget(built: Path, layer: str) -> None:
    assert size_of(built / layer) <= BUDGETS_IN_MEGABYTES[layer]


def test_architecture_of_the_layers_follows_the_parameter(tmp_path: Path) -> None:
    build(tmp_path, "SoapLayer", "--parameter-overrides", "Architecture=x86_64")
    compiled = [path.name for path in tmp_path.rglob("*.so")]
    assert compiled
    assert [name for name in compiled if "x86_64-linux-gnu" not in name] == []
