"""The companion knows the core by its name alone, and takes nothing of it but what is there."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from local.asl import expressions
from record.domain.promises import TERMS, Terms
from tests.infrastructure.templates import MODES, PATHS, TEXTS, application, overrides
from tests.infrastructure.templates import NAMED_BY as BY_TYPE
from tests.unit.ops.printing import KEPT

CORE, COMPANION = application("core"), application("companion")
NAMED_BY = (
    *("AlarmName", "ArchiveName", "BucketName", "DashboardName", "FunctionName", "LayerName", "LogGroupName", "Name"),
    *("QueueName", "TableName", "TopicName"),
)
OF_CHANNELS = "${Core}-channels"
"""The table of the channels, where their stack is deployed (test_channels.py)."""
WHOLE_STACK = {"${Core}", "${Core}/", "${Core}-", "/aws/lambda/${Core}-", "/aws/vendedlogs/states/${Core}-"}
"""The metrics' namespace and service, what one may read of all that a stack has, and its queues, which code names."""
NAME = re.compile(r"(?:/aws/[a-z/]+/)?\$\{Core\}(?:[-/\w]|\$\{AWS::(?:AccountId|Region)\})*")


def test_screens_without_a_stack_have_the_deadlines_that_a_stack_has_by_itself() -> None:
    names = ("EarlySlaSeconds", "RemoteSlaSeconds", "TechnicianSlaWorkingDays", "AnswerTermDays")
    early, remote, days, answer = (COMPANION.document["Parameters"][name]["Default"] for name in names)
    in_time = {"early": timedelta(seconds=early), "remote": timedelta(seconds=remote), "technician_days": days}
    assert Terms(**in_time, answer=timedelta(days=answer)) == TERMS


def given(of: str) -> set[tuple[str, str]]:
    """Each type with a physical name that a template gives, as the companion writes it."""
    stack = OF_CHANNELS if of == "channels" else "${Core}"
    return {
        (one.type, (name.get("Fn::Sub") or f"${{{name['Ref']}}}").replace("${AWS::StackName}", stack))
        for one in application(of).resources.values()
        for name in (one.properties.get(key) for key in NAMED_BY)
        if isinstance(name, Mapping) and one.type != "AWS::Logs::SubscriptionFilter"
    }


def names(of: str) -> set[str]:
    """The physical names that a template gives, and of the core those of the switch, as the companion writes them."""
    document = application(of).document
    written = [name for _, name in given(of)]
    written += [str(output["Value"].get("Fn::Sub", "")) for output in document["Outputs"].values()]
    written += [
        event["Properties"]["Name"]["Fn::Sub"]
        for body in document["Resources"].values()
        for event in (body.get("Properties") or {}).get("Events", {}).values()
        if "Name" in event["Properties"]
    ]
    return {found for one in written for found in NAME.findall(one.replace("${AWS::StackName}", "${Core}"))}


def test_name_that_was_given_stays() -> None:
    """An execution waits for weeks and calls by name, and data lie under names: one that is renamed is another."""
    lasting = {*BY_TYPE, "AWS::S3::Bucket", "AWS::SecretsManager::Secret"}
    now = {f"{each} {type_} {name}" for each in PATHS for type_, name in given(each) if type_ in lasting}
    kept = (KEPT / "names.txt").read_text(encoding="utf-8").splitlines()
    assert (set(kept) - now, now - set(kept)) == (set(), set()), "names are added to tests/printed/names.txt, none goes"


def test_everything_of_the_core_that_the_companion_names_is_there() -> None:
    """A name with a slip would be an alarm that sees nothing, or a right to nothing."""
    named = {found for text in expressions(COMPANION.document["Resources"]) for found in NAME.findall(text)}
    known = names("core") | names("companion") | WHOLE_STACK
    assert {name for name in named if name.partition("/index/")[0] not in known} == {
        OF_CHANNELS,
        f"{OF_CHANNELS}/index/by-list",
    }


def test_nothing_crosses_from_stack_to_stack_but_names() -> None:
    assert TEXTS["companion"].count("AWS::StackName") == 1, "operations may read what the companion's own stack has"
    for text in TEXTS.values():
        assert "ImportValue" not in text
        assert "Export:" not in text
        assert "AWS::CloudFormation::Stack" not in text
    assert [one.logical_id for one in CORE.resources.values() if "operations" in str(one.properties)] == []


@pytest.mark.parametrize("name", ["companion", "channels"])
def test_parameter_that_both_take_is_the_same_and_has_one_value(name: str) -> None:
    core, own = CORE.document["Parameters"], application(name).document["Parameters"]
    both = set(core) & set(own)
    assert {"Architecture", "LogRetentionDays", "RemoteSlaSeconds"} <= both
    assert {each: core[each] for each in both} == {each: own[each] for each in both}
    for environment in MODES:
        ours = {each: value for each, value in overrides(environment, name).items() if each in both - {"Protected"}}
        assert ours.items() <= overrides(environment).items()


def test_functions_of_both_run_alike() -> None:
    """So `template` takes the core's settings for those of both."""
    core, companion = ({**each.document["Globals"]["Function"], "Environment": {}} for each in (CORE, COMPANION))
    assert core == companion
