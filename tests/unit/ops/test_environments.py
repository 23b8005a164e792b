"""The environments of samconfig.toml as the commands read them, and the names that a stack can't have."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ops.environments import is_production, main, read_environment, trouble_with_name
from tests.infrastructure.templates import MODES


def test_environments_can_be_deployed_under_their_names_and_their_values_are_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert {name: main([name]) for name in MODES} == dict.fromkeys(MODES, 0)
    assert capsys.readouterr().err == ""
    dev = read_environment("dev")
    assert (dev.stack_name, dev.region, dev.parameters["Mode"]) == ("restoration-dev", "eu-west-3", "on")


def test_production_is_whatever_has_its_name_or_its_stack() -> None:
    prod, dev = read_environment("prod"), read_environment("dev")
    asked = (prod, replace(prod, name="copy"), replace(prod, stack_name="another"), dev)
    assert [is_production(each) for each in asked] == [True, True, True, False]


@pytest.mark.parametrize("name", ["Restoration-Dev", "restoration_dev", "1-restoration", "r" * 38])
def test_name_that_won_t_do_is_refused_in_words(name: str) -> None:
    assert f"{name!r} won't do: it begins with a letter, has only lower-case" in str(trouble_with_name(name))
    assert [trouble_with_name(each) for each in ("r", "restoration-dev", "r" * 37)] == [None] * 3


@pytest.mark.parametrize(
    ("arguments", "said"), [(["production"], "Take one of dev, staging, prod"), ([], "Which environment?")]
)
def test_environment_has_to_be_one_that_exists(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def write(path: Path, stack: str, *values: str) -> None:
    path.parent.mkdir(exist_ok=True)
    name = f"stack_name = {stack!r}\n" if stack else ""
    path.write_text(f"[mine.global.parameters]\n{name}parameter_overrides = {json.dumps(values)}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("folder", "given", "said"),
    [
        ("operations", ("mine-operations", "Core=other"), "has Core=other for mine. After samconfig.toml it is mine"),
        ("operations", ("other-operations", "Core=mine"), "has stack_name=other-operations for mine"),
        ("operations", ("mine-operations", "Core=mine", "LogRetentionDays=30"), "has LogRetentionDays=30 for mine"),
        ("operations", (), "There is no "),
        ("channels", ("mine-channels", "Core=mine", "Billing={}"), "channels/samconfig.toml has Billing={} for mine"),
        ("channels", ("mine-channels", "Core=mine", "RunbookUrl=https://b"), "has RunbookUrl=https://b for mine"),
        (
            ".",
            ("mine", """Billing='{"url": "https://b.example", "lagSeconds": 0}'"""),
            "Billing.lagSeconds is 0: Input",
        ),
        (".", ("mine", "Mode=on"), "Billing is '': Invalid JSON"),
        (".", ("",), "names no stack for mine"),
    ],
)
def test_files_that_would_not_be_deployed_are_refused_before_anything_is_built(
    tmp_path: Path, folder: str, given: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bus takes what customers say from the stack of a companion's name alone."""
    config = tmp_path / "samconfig.toml"
    write(config, "mine", "Billing=1", "LogRetentionDays=7")
    write(tmp_path / "operations" / config.name, "mine-operations", "Core=mine", "RunbookUrl=https://a")
    assert "IdentityIssuer" not in read_environment("mine", config).parameters
    write(tmp_path / "channels" / config.name, "mine-channels", "Core=mine", "IdentityIssuer=https://c")
    assert read_environment("mine", config).parameters["IdentityIssuer"] == "https://c"
    changed = tmp_path / folder / config.name
    changed.unlink()
    if given:
        write(changed, *given)
    assert main(["mine", str(config)]) == 2
    assert said in capsys.readouterr().err
