"""The channels know the core by its name alone, write none of its tables, and speak in their own name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from channels.contracts.published import PUBLISHED
from local.asl import expressions
from restoration.contracts.received import SOURCES
from tests.infrastructure.templates import CONFIGS, MODES, ROOT, TEXTS, application
from tests.infrastructure.test_companion import names

CHANNELS, TEXT = application("channels"), TEXTS["channels"]
NAME = re.compile(r"(?:table|stateMachine|event-bus|secret|configuration-set)[:/](\$\{Core\}[-/\w]*)")
READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"}


def statements() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for function, one in CHANNELS.statements():
        if one["Effect"] == "Allow":
            yield function, one


def test_everything_of_the_core_that_the_channels_name_is_there() -> None:
    found = {each for text in expressions(CHANNELS.document["Resources"]) for each in NAME.findall(text)}
    named = {each.partition("/index")[0].removesuffix("-") for each in found}
    known = {each.removeprefix("/aws/") for each in names("core")} | {"${Core}"}
    assert {"${Core}-limitations", "${Core}/cases", "${Core}/billing"} <= named
    of_operations = named - known
    assert of_operations == {"${Core}-courses", "${Core}-counters", "${Core}-bulk-redrive"} & names("companion")


def test_channels_write_no_table_of_the_core_and_put_events_of_their_own_source_alone() -> None:
    for function, one in statements():
        of_core = [text for text in expressions(one["Resource"]) if "${Core}" in text]
        if any(":table/" in text for text in of_core):
            assert set(one["Action"]) <= READS, function
        if "events:PutEvents" in one["Action"]:
            given = one["Condition"]["StringEquals"]
            assert given["events:source"] == "channels", function
            by_one = {"ServeAdvisorsFunction": "AdvisorDecided", "ServeCustomersFunction": "ReviewAsked"}
            said = {*PUBLISHED, "PaymentDeclared", "PowerMissing"} - {"ReviewAsked"} | {by_one[function]}
            assert set(given["events:detail-type"]) == said, function


def test_bus_of_the_core_takes_the_channels_source_from_roles_of_their_stack_alone() -> None:
    policy = application("core").resources["OnlyChannelsSpeak"].properties["Statement"]
    assert policy["Condition"]["StringEquals"] == {"events:source": "channels"}
    [role] = policy["Condition"]["ArnNotEquals"]["aws:PrincipalArn"].values()
    assert role.endswith(":role/${AWS::StackName}-channels/*")
    assert {source for sources in SOURCES.values() for source in sources} == {"advisors", "channels"}


def test_log_of_requests_has_the_route_and_neither_path_nor_address() -> None:
    given = CHANNELS.resources["Site"].properties["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in given
    assert not [word for word in ("path", "sourceIp", "identity", "authorizer", "userAgent") if word in given]


def test_each_function_has_its_alarm_and_each_alarm_its_page() -> None:
    alarms = CHANNELS.of_type("AWS::CloudWatch::Alarm")
    functions = {one.logical_id.removesuffix("Function") for one in CHANNELS.functions}
    assert {f"{function}Errors" for function in functions} <= {one.logical_id for one in alarms}
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    for alarm in alarms:
        [text] = [text for text in expressions(alarm.properties["AlarmDescription"]) if "runbook" in text]
        page = re.findall(r'runbook, "([^"$]+)"', text) or [
            each["Page"] for name, each in CHANNELS.document["Mappings"]["Counters"].items() if name == alarm.logical_id
        ]
        assert f"## {page[0]}\n" in runbook, alarm.logical_id


def test_parameter_that_core_and_channels_take_is_the_same_and_has_one_value() -> None:
    core, own = application("core").document["Parameters"], CHANNELS.document["Parameters"]
    both = set(core) & set(own)
    assert {"Billing", "AnswerTermDays", "RemoteSlaSeconds", "SupplierTelephone"} <= both
    assert {name: core[name] for name in both} == {name: own[name] for name in both}
    for environment in MODES:
        ours, theirs = (CONFIGS[name][environment]["global"]["parameters"] for name in ("channels", "core"))
        assert ours["stack_name"] == f"{theirs['stack_name']}-channels"
        assert f"Core={theirs['stack_name']}" in ours["parameter_overrides"]
        shared = {each for each in ours["parameter_overrides"] if each.partition("=")[0] in both}
        assert shared <= {*theirs["parameter_overrides"], "Protected=true"}
