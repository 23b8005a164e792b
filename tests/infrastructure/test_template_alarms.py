"""Each alarm's severity, page and metric: house rules for the template, as tests."""

import re
from collections.abc import Mapping
from itertools import product

from record.domain.service_level import CaseKind
from tests.infrastructure.templates import FUNCTIONS, ROOT, TEMPLATE, dead_letter_queues

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
    "FactsUnseen",
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
MISSED = {"NightlyCheckNotDone", "ExecutionsUnmeasured", "EnedisUnmeasured", "ExecutionsUnrecorded", "FactsUnseen"}
"""What should have happened and did not has no data; all else that has none has not happened."""


def test_alarms_say_whether_they_page_and_do_so_and_lead_to_the_runbook() -> None:
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name, resource in ALARMS.items():
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


def test_alarms_take_silence_for_bad_news_where_something_should_have_come() -> None:
    alarms = TEMPLATE.of_type("AWS::CloudWatch::Alarm")
    assert {it.logical_id for it in alarms if it.properties["TreatMissingData"] != "notBreaching"} == MISSED
    assert {it.properties["TreatMissingData"] for it in alarms} == {"breaching", "notBreaching"}


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


def test_errors_and_throttles_of_each_function_alarm_within_minutes_and_one_hiccup_does_not() -> None:
    """A day of retries would hide a bug for a day."""
    for name in FUNCTIONS:
        own, short = [{"Name": "FunctionName", "Value": {"Ref": name}}], name.removesuffix("Function")
        alarm, throttles = (ALARMS[f"{short}{what}"].properties for what in ("Errors", "Throttles"))
        errors = alarm
        if "Metrics" in alarm:
            (stat,) = (one["MetricStat"] for one in alarm["Metrics"] if one["Id"] == "errors")
            errors = stat["Metric"] | {"Statistic": stat["Stat"], "Period": stat["Period"]}
        for metric, given in (("Errors", errors), ("Throttles", throttles)):
            assert (given["Namespace"], given["MetricName"], given["Statistic"]) == ("AWS/Lambda", metric, "Sum")
            assert given["Dimensions"] == own
        assert (alarm["ComparisonOperator"], alarm["Threshold"], errors["Period"]) == ("GreaterThanThreshold", 0, 60)
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (3, 15)


def test_payment_that_billing_does_not_show_yet_is_no_alarm() -> None:
    """It is asked for again by an error, a few times for each payment of another debt."""
    metrics = {one["Id"]: one for one in ALARMS["CheckPaymentErrors"].properties["Metrics"]}
    assert [one for one in metrics if metrics[one]["ReturnData"]] == ["unexpected"]
    assert metrics["unexpected"]["Expression"] == "errors - FILL(lagging, 0)"
    assert metrics["lagging"]["MetricStat"]["Metric"]["MetricName"] == "PaymentsNotShown"


def test_dead_letter_queues_are_watched() -> None:
    watched = [
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        if alarm.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm.properties["Dimensions"]
    ]
    assert sorted(watched) == sorted(dead_letter_queues())
