"""What is said of an alarm once its state has changed: in the history of all alarms, and to its topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.clock import Clock

METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"


class History:
    """The changes of all alarms, and the actions that followed them, oldest first, as DescribeAlarmHistory has them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.items: list[dict[str, Any]] = []

    def note(self, alarm: Any, kind: str, summary: str) -> None:
        """Take note of something that happened to one of moto's alarms just now; a `StateUpdate` or an `Action`."""
        self.items.append(
            {
                "AlarmName": alarm.name,
                "AlarmType": METRIC if alarm.rule is None else COMPOSITE,
                "Timestamp": self._clock.now(),
                "HistoryItemType": kind,
                "HistorySummary": summary,
            }
        )

    def describing(self) -> Callable[[Any], ActionResult]:
        """Give DescribeAlarmHistory, as a method of moto's: of one alarm, or of all of some types, newest first."""

        def describe_alarm_history(response: Any) -> ActionResult:
            parameter = response._get_param  # noqa: SLF001 - as moto's own methods do
            name, kind = parameter("AlarmName"), parameter("HistoryItemType")
            types = parameter("AlarmTypes") or [METRIC]
            found = [
                item
                for item in reversed(self.items)
                if (item["AlarmName"] == name if name else item["AlarmType"] in types)
                and kind in {None, item["HistoryItemType"]}
            ]
            return ActionResult({"AlarmHistoryItems": found[: int(parameter("MaxRecords") or 100)]})

        return describe_alarm_history


def notice_of(alarm: Any, before: str, region: str) -> dict[str, Any]:
    """Give the message to a topic about an alarm that had another state before, as CloudWatch begins it."""
    return {
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
