"""Each alarm's severity, page and metric: house rules for the template, as tests."""

import re
from collections.abc import Mapping

import pytest

from restoration.domain.service_level import CaseKind
from tests.infrastructure.templates import FUNCTIONS, ROOT, TEMPLATE, Resource, dead_letter_queues

ALARMS = {
    alarm.logical_id: alarm for alarm in TEMPLATE.of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
}
PAGING = {
    "CustomersAffected",
    "EarlySloBurns",
    "RemoteSloBurns",
    "ProtectionCampaignNotDone",
    "ExecutionsUnmeasured",
    "EnedisUnmeasured",
}
"""The few that cannot wait: customers without power, a date that the law sets, and being blind."""
SPEEDS: Mapping[str, tuple[float, tuple[int, int]]] = {
    "Fast": (14.4, (3600, 300)),
    "Slow": (6, (21600, 1800)),
    "Lasting": (1, (86400, 21600)),
}
"""How many times too fast, over which windows in seconds: those of Google's SRE workbook, "Alerting on SLOs"."""
KINDS = [kind.value for kind in CaseKind]
BURNS = {f"{kind}Burns{speed}{window}" for kind in KINDS for speed in SPEEDS for window in ("Long", "Short")}
PARTS = BURNS | {f"{kind}Overdue" for kind in KINDS}
"""They tell nobody: a composite alarm looks at each."""
MISSED = {"NightlyCheckNotDone", "ExecutionsUnmeasured", "EnedisUnmeasured", "ExecutionsUnrecorded"}
"""What should have happened and did not has no data; all else that has none has not happened."""


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_says_whether_it_pages_and_does_so(name: str) -> None:
    alarm = ALARMS[name].properties
    word, topic = ("Page", "PagesTopic") if name in PAGING else ("Ticket", "TicketsTopic")
    told = [{"Ref": topic}]
    if name in PARTS:
        word, told = "Part", []
    assert alarm["AlarmDescription"].startswith(f"{word}: ")
    assert alarm.get("AlarmActions", []) == alarm.get("OKActions", []) == told


@pytest.mark.parametrize("alarm", TEMPLATE.of_type("AWS::CloudWatch::Alarm"), ids=lambda alarm: alarm.logical_id)
def test_alarm_takes_silence_for_bad_news_where_something_should_have_come(alarm: Resource) -> None:
    expected = "breaching" if alarm.logical_id in MISSED else "notBreaching"
    assert alarm.properties["TreatMissingData"] == expected


def test_page_looks_at_alarms_that_open_a_ticket() -> None:
    """So the page says that somebody is affected, and a ticket says why."""
    (_, parts) = ALARMS["CustomersAffected"].properties["AlarmRule"]["Fn::Join"]
    named = re.findall(r'ALARM\("\$\{(\w+)\}"\)', str(parts))
    assert len(named) == len(parts)
    assert set(named) <= set(ALARMS) - PAGING
    assert {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "EnedisUnreachable", "IntakeSilent"} <= set(
        named
    )


def looked_at(name: str) -> set[str]:
    """The alarms that a composite alarm's rule names, by their logical ids."""
    rule = str(ALARMS[name].properties["AlarmRule"])
    return set(re.findall(r"'Ref': '(\w+)'", rule)) | set(re.findall(r'ALARM\("\$\{(\w+)\}"\)', rule)) & set(ALARMS)


def test_each_part_is_looked_at_by_one_alarm() -> None:
    composite = TEMPLATE.of_type("AWS::CloudWatch::CompositeAlarm")
    seen = [part for alarm in composite for part in looked_at(alarm.logical_id) & PARTS]
    assert sorted(seen) == sorted(PARTS)


@pytest.mark.parametrize("kind", KINDS)
def test_burning_needs_a_long_window_and_a_short_one_or_many_that_do_not_end(kind: str) -> None:
    assert looked_at(f"{kind}SloBurns") == {
        *(f"{kind}Burns{speed}{window}" for speed in ("Fast", "Slow") for window in ("Long", "Short")),
        f"{kind}Overdue",
    }
    assert looked_at(f"{kind}SloErodes") == {f"{kind}BurnsLastingLong", f"{kind}BurnsLastingShort"}


@pytest.mark.parametrize("name", sorted(BURNS))
def test_burn_rate_is_that_of_the_kind_in_its_window(name: str) -> None:
    kind, speed, window = next(
        (kind, speed, window)
        for kind in KINDS
        for speed in SPEEDS
        for window in ("Long", "Short")
        if f"{kind}Burns{speed}{window}" == name
    )
    burn, seconds = SPEEDS[speed]
    alarm = ALARMS[name].properties
    stats = {one["Id"]: one["MetricStat"] for one in alarm["Metrics"] if "MetricStat" in one}
    assert {each: stat["Metric"]["MetricName"] for each, stat in stats.items()} == {
        "ended": f"{kind}Ended",
        "intime": f"{kind}InTime",
    }
    assert {stat["Period"] for stat in stats.values()} == {seconds[window == "Short"]}
    assert (alarm["Threshold"], {"Ref": f"{kind}SloPercent"}) == (
        burn,
        next(one["Expression"]["Fn::Sub"][1]["Objective"] for one in alarm["Metrics"] if "Expression" in one),
    )


def test_fastest_burn_is_possible_for_each_objective() -> None:
    """An alarm at 14.4 times a budget of more than 6.9 % could never go off."""
    parameters = TEMPLATE.document["Parameters"]
    for kind in KINDS:
        assert (100 - parameters[f"{kind}SloPercent"]["MinValue"]) * SPEEDS["Fast"][0] < 100


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_has_a_page_in_the_runbook(name: str) -> None:
    named = re.search(r'runbook, "([^"]+)"\.?$', ALARMS[name].properties["AlarmDescription"])
    assert named, 'the description ends with: runbook, "heading"'
    runbook = ROOT / "docs" / "runbook.md"
    assert runbook.is_file()
    assert named.group(1) in re.findall(r"^#+ (.+)$", runbook.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_errors_of_a_function_alarm_within_minutes_and_one_hiccup_does_not(name: str) -> None:
    """A day of retries would hide a bug for a day."""
    alarm = ALARMS[f"{name.removesuffix('Function')}Errors"].properties
    errors = alarm
    if "Metrics" in alarm:
        (stat,) = (one["MetricStat"] for one in alarm["Metrics"] if one["Id"] == "errors")
        errors = stat["Metric"] | {"Statistic": stat["Stat"], "Period": stat["Period"]}
    assert (errors["Namespace"], errors["MetricName"], errors["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert errors["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"], errors["Period"]) == ("GreaterThanThreshold", 0, 60)
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (3, 15)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_throttles_of_a_function_alarm(name: str) -> None:
    alarm = ALARMS[f"{name.removesuffix('Function')}Throttles"].properties
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Throttles", "Sum")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]


def test_payment_that_billing_does_not_show_yet_is_no_alarm() -> None:
    """It is asked for again by an error, a few times for each payment of another debt."""
    metrics = {one["Id"]: one for one in ALARMS["CheckPaymentErrors"].properties["Metrics"]}
    assert [one for one in metrics if metrics[one]["ReturnData"]] == ["unexpected"]
    assert metrics["unexpected"]["Expression"] == "errors - FILL(lagging, 0)"
    assert metrics["lagging"]["MetricStat"]["Metric"]["MetricName"] == "PaymentsNotShown"


def test_first_alarms_are_there() -> None:
    metrics = {alarm.properties["MetricName"] for alarm in ALARMS.values() if "MetricName" in alarm.properties}
    assert metrics >= {
        "ExecutionsFailed",
        "OldestRunningExecutionAge",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
    }


@pytest.mark.parametrize("name", sorted(dead_letter_queues()))
def test_dead_letter_queue_is_watched(name: str) -> None:
    watched = [
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        if alarm.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm.properties["Dimensions"]
    ]
    assert watched.count(name) == 1
