"""The three environments: what is deployed where, and how carefully."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from tests.infrastructure.templates import CONFIGS, MODES, PATHS, TEMPLATE, application, overrides

PARAMETERS = TEMPLATE.document["Parameters"]
MOST_ARCHIVE_DAYS = 30
"""Events say who owes what, and nobody can take one out of the archive."""


def test_environments_are_deployed_in_paris_under_names_and_senders_of_their_own() -> None:
    """An account has a sender ID once; a second stack with the same could not create it."""
    for config in CONFIGS.values():
        assert set(config) - {"version", "default"} == set(MODES)
        given = [config[environment]["global"]["parameters"] for environment in MODES]
        assert {parameters["region"] for parameters in given} == {"eu-west-3"}
        assert len({parameters["stack_name"] for parameters in given}) == len(MODES)
    assert len({overrides(environment)["SmsSenderId"] for environment in MODES}) == len(MODES)


def test_deployments_have_what_the_templates_need_and_only_production_is_confirmed_by_hand() -> None:
    for (name, config), environment in product(CONFIGS.items(), MODES):
        deploy = config[environment]["deploy"]["parameters"]
        # A role without a name of its own needs CAPABILITY_IAM; SAM is a macro, which needs the other.
        assert set(deploy["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
        assert deploy["resolve_s3"] is True
        assert deploy["s3_prefix"] == config[environment]["global"]["parameters"]["stack_name"]
        assert {"project=restoration", f"environment={environment}"} <= set(deploy["tags"])
        assert deploy["confirm_changeset"] is (environment == "prod")
        assert "use_container" not in (PATHS[name].parent / "samconfig.toml").read_text(encoding="utf-8")
    assert not any("RoleName" in role.properties for role in TEMPLATE.of_type("AWS::IAM::Role"))


def test_parameters_exist_take_what_they_are_given_and_are_as_cautious_as_the_environment() -> None:
    for name, (environment, mode) in product(CONFIGS, MODES.items()):
        declared, given = application(name).document["Parameters"], overrides(environment, name)
        required = {each for each, parameter in declared.items() if "Default" not in parameter}
        assert required <= set(given) <= set(declared)
        assert [f"{each}={value}" for each, value in given.items() if not _fits(declared[each], value)] == []
        assert given.get("Mode", mode) == mode
        # A replayed event about a limitation that is forgotten would register it again.
        assert int(given.get("ArchiveDays", MOST_ARCHIVE_DAYS)) < PARAMETERS["ClosedRetentionDays"]["Default"]
    assert "EnedisCallsPerSecond" in overrides("prod"), "production says what Enedis agreed to"


def test_production_is_protected_and_keeps_nothing_that_nobody_can_erase() -> None:
    assert [overrides("prod", name)["Protected"] for name in CONFIGS] == ["true"] * 3
    for environment in MODES:
        given = {name: PARAMETERS[name]["Default"] for name in ("JournalRetentionMode", "ArchiveDays")}
        given |= overrides(environment, "companion")
        assert given["JournalRetentionMode"] == "GOVERNANCE", "operations say when it is COMPLIANCE"
        assert int(given["ArchiveDays"]) <= MOST_ARCHIVE_DAYS


def _fits(parameter: Mapping[str, Any], value: str) -> bool:
    if "AllowedValues" in parameter:
        return value in {str(allowed) for allowed in parameter["AllowedValues"]}
    if parameter["Type"] == "Number":
        return bool(parameter.get("MinValue", 0) <= float(value) <= parameter.get("MaxValue", float("inf")))
    return bool(re.fullmatch(parameter.get("AllowedPattern", ".+"), value))
