"""Each alarm's severity, page and metric: house rules for the template, as tests."""

import re
from collections.abc import Mapping
from itertools import product

import pytest

from ops.preflight.stack import UNDOING
from record.domain.service_level import CaseKind
from tests.infrastructure.templates import ALARMS, EVERY, FUNCTIONS, ROOT, TEMPLATE, Template, dead_letter_queues

OF_PAGES = {one.logical_id: one for one in EVERY[1].of_type("AWS::CloudWatch::Alarm")}
PAGING = {
    "CustomersAffected",
    "EarlySloBurns",
    "RemoteSloBurns",
    "ProtectionCampaignNotDone",
    "OldestExecutionTooOld",
    "ExecutionsUnmeasured",
    "EnedisUnmeasured",
    "FactsUnseen",
    "RecordMissing",
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


def test_alarms_say_whether_they_page_and_do_so_and_lead_to_the_runbook() -> None:
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name, resource in (ALARMS | OF_PAGES).items():
        alarm, told = (
            resource.properties,
            re.search(r'^(\w+): .*runbook, "([^"]+)"\.?$', resource.properties["AlarmDescription"], re.DOTALL),
        )
        word, topic = ("Page", "PagesTopic") if name in PAGING else ("Ticket", "TicketsTopic")
        assert told, f'{name}: the description ends with: runbook, "heading"'
        assert told[1] == ("Part" if name in PARTS else word), name
        assert told[2] in headings, name
        actions = [] if name in PARTS else [{"Ref": topic}]
        assert alarm.get("AlarmActions", []) == alarm.get("OKActions", []) == actions, name


def test_silence_is_told_where_something_should_have_come() -> None:
    """test_alarms shows which alarms know it, and test_healthy_day that a new stack tells nobody."""
    missed = [
        one for one in ALARMS.values() if one.properties.get("TreatMissingData", "notBreaching") != "notBreaching"
    ]
    assert missed
    for alarm in missed:
        topic = {"Ref": "PagesTopic" if alarm.logical_id in PAGING else "TicketsTopic"}
        assert alarm.properties["InsufficientDataActions"] == alarm.properties["AlarmActions"] == [topic]
    assert TEMPLATE.document["Parameters"]["PaymentsExpected"]["Default"] == "false"


def test_page_looks_at_alarms_that_open_a_ticket() -> None:
    """So the page says that somebody is affected, and a ticket says why."""
    (_, parts) = ALARMS["CustomersAffected"].properties["AlarmRule"]["Fn::Join"]
    named = re.findall(r'ALARM\("\$\{(\w+)\}"\)', str(parts))
    assert len(named) == len(parts)
    assert set(named) <= set(ALARMS) - PAGING
    ends = {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}
    assert ends | {"EnedisUnreachable", "IntakeSilent", "MessagesFail"} <= set(named)


def test_alarms_that_undo_a_deployment_are_on_functions_that_no_partner_lets_fail() -> None:
    """CloudFormation takes five. While Enedis is away, place_order raises nothing: it puts the order back."""
    assert len(UNDOING) == 5
    assert set(UNDOING) <= set(ALARMS)
    given = {name: TEMPLATE.environment(FUNCTIONS[name.replace("Errors", "Function")]) for name in UNDOING}
    assert [name for name in UNDOING if {"BILLING", "ENEDIS"} & given[name].keys()] == ["PlaceOrderErrors"]


def looked_at(name: str) -> set[str]:
    """The alarms that a composite alarm's rule names, by their logical ids."""
    rule = str(ALARMS[name].properties["AlarmRule"])
    return set(re.findall(r"'Ref': '(\w+)'", rule)) | set(re.findall(r'ALARM\("\$\{(\w+)\}"\)', rule)) & set(ALARMS)


def test_burning_needs_a_long_window_and_a_short_one_or_many_that_do_not_end() -> None:
    for kind in KINDS:
        burning = {f"{kind}Burns{speed}{window}" for speed in ("Fast", "Slow") for window in ("Long", "Short")}
        assert looked_at(f"{kind}SloBurns") == burning | {f"{kind}Overdue"}
        assert looked_at(f"{kind}SloErodes") == {f"{kind}BurnsLastingLong", f"{kind}BurnsLastingShort"}


def test_burn_rates_are_those_of_the_kind_in_its_window() -> None:
    for kind, speed, window in product(KINDS, SPEEDS, ("Long", "Short")):
        burn, seconds = SPEEDS[speed]
        alarm = ALARMS[f"{kind}Burns{speed}{window}"].properties
        stats = {one["Id"]: one["MetricStat"] for one in alarm["Metrics"] if "MetricStat" in one}
        measured = {each: stat["Metric"]["MetricName"] for each, stat in stats.items()}
        assert measured == {"ended": f"{kind}Ended", "intime": f"{kind}InTime"}
        assert {stat["Period"] for stat in stats.values()} == {seconds[window == "Short"]}
        (expression,) = (one["Expression"]["Fn::Sub"][1] for one in alarm["Metrics"] if "Expression" in one)
        assert (alarm["Threshold"], expression["Objective"]) == (burn, {"Ref": f"{kind}SloPercent"})


def test_fastest_burn_is_possible_for_each_objective() -> None:
    """An alarm at 14.4 times a budget of more than 6.9 % could never go off."""
    parameters = TEMPLATE.document["Parameters"]
    for kind in KINDS:
        assert (100 - parameters[f"{kind}SloPercent"]["MinValue"]) * SPEEDS["Fast"][0] < 100


def test_errors_alarm_by_a_share_of_five_percent_and_throttles_in_three_of_fifteen_minutes() -> None:
    """A day of retries would hide a bug for a day, and one throttle is none."""
    for name, alarm in (ALARMS | OF_PAGES).items():
        given = alarm.properties
        if name.endswith("Errors"):
            assert (given["ComparisonOperator"], given["Threshold"]) == ("GreaterThanOrEqualToThreshold", 5), name
            assert (given["DatapointsToAlarm"], given["EvaluationPeriods"]) == (1, 3), name
        elif name.endswith("Throttles"):
            assert (given["DatapointsToAlarm"], given["EvaluationPeriods"], given["Period"]) == (3, 15, 60), name


def test_alarm_subtracts_no_metric_of_another_clock() -> None:
    """Lambda counts an error at the moment of the call, and ours is counted at its end: in another minute, perhaps."""
    for name, alarm in ALARMS.items():
        for one in alarm.properties.get("Metrics", []):
            if " - " in str(one.get("Expression", "")):
                stats = [each["MetricStat"] for each in alarm.properties["Metrics"] if "MetricStat" in each]
                assert all("Ref" in each["Metric"]["Namespace"] for each in stats), name


@pytest.mark.parametrize("of", EVERY)
def test_queues_are_watched_the_one_by_age_and_what_was_put_aside_by_number(of: Template) -> None:
    def watched(metric: str) -> list[str]:
        alarms = [one.properties for one in of.of_type("AWS::CloudWatch::Alarm")]
        seen = [each["Dimensions"] for each in alarms if each.get("MetricName") == metric]
        return sorted(dimension["Value"]["Fn::GetAtt"][0] for dimensions in seen for dimension in dimensions)

    aside = dead_letter_queues(of)
    assert watched("ApproximateNumberOfMessagesVisible") == sorted(aside)
    queues = {one.logical_id for one in of.of_type("AWS::SQS::Queue")}
    assert watched("ApproximateAgeOfOldestMessage") == sorted(queues - aside)
