"""The three environments: what is deployed where, and how carefully."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from tests.infrastructure.templates import ROOT, template

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
MODES = {"dev": "on", "staging": "shadow", "prod": "shadow"}
PARAMETERS = template().document["Parameters"]


def overrides(environment: str) -> dict[str, str]:
    pairs = CONFIG[environment]["global"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in pairs)


def test_environments_are_these() -> None:
    assert set(CONFIG) - {"version", "default"} == set(MODES)


@pytest.mark.parametrize("environment", MODES)
def test_environment_is_deployed_under_its_own_name_in_paris(environment: str) -> None:
    parameters = CONFIG[environment]["global"]["parameters"]
    assert parameters["region"] == "eu-west-3"
    names = [CONFIG[name]["global"]["parameters"]["stack_name"] for name in MODES]
    assert names.count(parameters["stack_name"]) == 1


@pytest.mark.parametrize("environment", MODES)
def test_deployment_has_what_the_template_needs(environment: str) -> None:
    deploy = CONFIG[environment]["deploy"]["parameters"]
    # A role without a name of its own needs CAPABILITY_IAM; SAM is a macro, which needs the other.
    assert set(deploy["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
    assert deploy["resolve_s3"] is True
    assert {"project=restoration", f"environment={environment}"} <= set(deploy["tags"])
    assert not any("RoleName" in role.properties for role in template().of_type("AWS::IAM::Role"))


def test_only_production_is_confirmed_by_hand() -> None:
    confirmed = {name for name in MODES if CONFIG[name]["deploy"]["parameters"]["confirm_changeset"]}
    assert confirmed == {"prod"}


@pytest.mark.parametrize(("environment", "mode"), MODES.items())
def test_mode_is_as_cautious_as_the_environment(environment: str, mode: str) -> None:
    assert overrides(environment)["Mode"] == mode


@pytest.mark.parametrize("environment", MODES)
def test_parameters_exist_and_take_what_they_are_given(environment: str) -> None:
    given = overrides(environment)
    required = {name for name, parameter in PARAMETERS.items() if "Default" not in parameter}
    assert required <= set(given) <= set(PARAMETERS)
    for name, value in given.items():
        assert _fits(PARAMETERS[name], value), f"{name}={value}"


def _fits(parameter: Mapping[str, Any], value: str) -> bool:
    if "AllowedValues" in parameter:
        return value in {str(allowed) for allowed in parameter["AllowedValues"]}
    if parameter["Type"] == "Number":
        return bool(parameter.get("MinValue", 0) <= float(value) <= parameter.get("MaxValue", float("inf")))
    return bool(re.fullmatch(parameter.get("AllowedPattern", ".+"), value))


def test_production_says_what_enedis_agreed_to() -> None:
    assert "EnedisCallsPerSecond" in overrides("prod")


@pytest.mark.parametrize("environment", MODES)
def test_archive_is_shorter_than_what_is_kept_of_a_closed_case(environment: str) -> None:
    """A replayed event about a limitation that is forgotten would register it again."""
    assert int(overrides(environment)["ArchiveDays"]) < PARAMETERS["ClosedRetentionDays"]["Default"]


def test_nothing_asks_for_a_container() -> None:
    assert "use_container" not in (ROOT / "samconfig.toml").read_text(encoding="utf-8")
