"""What is said of an alarm once its state has changed: in the history of all alarms, and to its topics."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.cloud.clock import Clock

METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"


@dataclass(frozen=True)
class Change:
    """A change of an alarm's state, or an action that followed it.

    Attributes
    ----------
    type
        Of the alarm: `MetricAlarm` or `CompositeAlarm`.
    kind
        `StateUpdate` or `Action`.
    """

    alarm: str
    type: str
    at: dt.datetime
    kind: str
    summary: str
    data: str

    def described(self) -> dict[str, Any]:
        """Give it as DescribeAlarmHistory does."""
        return {
            "AlarmName": self.alarm,
            "AlarmType": self.type,
            "Timestamp": self.at,
            "HistoryItemType": self.kind,
            "HistorySummary": self.summary,
            "HistoryData": self.data,
        }


class History:
    """The changes of all alarms, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.changes: list[Change] = []

    def note(self, alarm: Any, kind: str, summary: str, data: dict[str, Any]) -> None:
        """Take note of something that happened to one of moto's alarms just now."""
        type_ = METRIC if alarm.rule is None else COMPOSITE
        self.changes.append(Change(alarm.name, type_, self._clock.now(), kind, summary, json.dumps(data)))

    def describing(self) -> Callable[[Any], ActionResult]:
        """Give DescribeAlarmHistory, as a method of moto's."""

        def describe_alarm_history(response: Any) -> ActionResult:
            found = self._asked_for(response._get_param)  # noqa: SLF001 - as moto's own methods do
            return ActionResult({"AlarmHistoryItems": [change.described() for change in found]})

        return describe_alarm_history

    def _asked_for(self, parameter: Callable[[str], Any]) -> list[Change]:
        name, kind = parameter("AlarmName"), parameter("HistoryItemType")
        types = parameter("AlarmTypes") or [METRIC]
        start, end = _aware(parameter("StartDate")), _aware(parameter("EndDate"))
        found = [
            change
            for change in list(self.changes)
            if name in {None, change.alarm}
            and kind in {None, change.kind}
            and (name is not None or change.type in types)
            and (start is None or change.at >= start)
            and (end is None or change.at <= end)
        ]
        newest_first = parameter("ScanBy") != "TimestampAscending"
        return (found[::-1] if newest_first else found)[: int(parameter("MaxRecords") or 100)]


def notice_of(alarm: Any, before: str, region: str) -> dict[str, Any]:
    """Give the message to a topic about an alarm that had another state before, as CloudWatch does."""
    common = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": DEFAULT_ACCOUNT_ID,
        "AlarmArn": alarm.alarm_arn,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": alarm.state_updated_timestamp.isoformat(timespec="milliseconds"),
        "Region": region,
        "OldStateValue": before,
    }
    if alarm.rule is not None:
        return common | {"AlarmRule": alarm.rule}
    return common | {
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "Dimensions": [{"name": each.name, "value": each.value} for each in alarm.dimensions],
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "DatapointsToAlarm": alarm.datapoints_to_alarm,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.treat_missing_data,
        }
    }


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)
