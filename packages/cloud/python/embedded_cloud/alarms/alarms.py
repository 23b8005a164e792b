"""All alarms of the cloud: evaluated minute by minute, and whom they tell."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import moto.core.responses
from botocore.exceptions import ClientError
from moto.cloudwatch.models import Alarm, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult, EmptyResult

from embedded_cloud.alarms.alarm import MetricAlarm
from embedded_cloud.alarms.evaluation import State
from embedded_cloud.alarms.languages import read_rule
from embedded_cloud.errors import AccessDeniedError, TemplateError
from embedded_cloud.metrics import MetricStore
from embedded_cloud.patching import around, mending, replaced
from embedded_cloud.rights.policies import Call
from embedded_cloud.rights.principals import service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embedded_cloud.clock import Clock
    from embedded_cloud.rights.rights import Rights

CLOUDWATCH = service("cloudwatch.amazonaws.com")
ACTIONS = {State.OK: "ok_actions", State.ALARM: "alarm_actions", State.INSUFFICIENT_DATA: "insufficient_data_actions"}
METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"


class Alarms:
    """Evaluates the alarms that CloudWatch has, and tells their topics.

    Parameters
    ----------
    region
        Whose alarms.
    clock
        Dates what happens.
    metrics
        What they look at.
    client
        Gives a client of a service, for the account.
    rights
        Judges whether CloudWatch may use a topic's key.

    Attributes
    ----------
    history
        The changes of all alarms, and the actions that followed them, oldest first, as DescribeAlarmHistory has them.
    """

    def __init__(
        self, region: str, clock: Clock, metrics: MetricStore, client: Callable[[str], Any], rights: Rights
    ) -> None:
        self._region = region
        self._clock = clock
        self._metrics = metrics
        self._client = client
        self._rights = rights
        self._lock = threading.RLock()
        self.history: list[dict[str, Any]] = []

    @property
    def _known(self) -> dict[str, Any]:
        return cloudwatch_backends[DEFAULT_ACCOUNT_ID][self._region].alarms

    def state(self, name: str) -> State:
        """Give the state of one alarm. Raises TemplateError where there is none of this name."""
        if name not in self._known:
            raise TemplateError(f"there is no alarm {name}; there are {', '.join(sorted(self._known))}")
        return State(self._known[name].state_value)

    def check(self, name: str) -> None:
        """Read an alarm as it will be evaluated.

        Raises
        ------
        TemplateError
            When it has something that is not evaluated here, or names an alarm that does not exist.
        """
        alarm = self._known[name]
        if alarm.rule is None:
            MetricAlarm(alarm)
            return
        unknown = read_rule(alarm.rule).alarms - self._known.keys()
        if unknown:
            raise TemplateError(f"alarm {name} names alarms that do not exist: {', '.join(sorted(unknown))}")

    def evaluate(self, minute: int) -> None:
        """Evaluate every alarm on what came before a minute: metric alarms first, then those that look at alarms."""
        with self._lock:
            known = list(self._known.values())
            for alarm in known:
                if alarm.rule is None:
                    state, reason = MetricAlarm(alarm).look(self._metrics, minute, State(alarm.state_value))
                    if state != alarm.state_value:
                        alarm.update_state(reason, "{}", state.value)
            by_name = {alarm.name: alarm for alarm in known}
            composite = [alarm for alarm in known if alarm.rule is not None]
            for _ in composite:
                # One that looks at another comes after it, whatever their order; a circle ends here.
                changes = [self._evaluate_rule(alarm, by_name) for alarm in composite]
                if not any(changes):
                    break

    def _evaluate_rule(self, alarm: Any, known: dict[str, Any]) -> bool:
        rule = read_rule(alarm.rule)
        # Another stack may have deleted an alarm that it names.
        rest = dict.fromkeys(rule.alarms - known.keys(), State.INSUFFICIENT_DATA)
        state = State.ALARM if rule.holds(lambda name: rest.get(name) or State(known[name].state_value)) else State.OK
        if state == alarm.state_value:
            return False
        there = [known[name] for name in sorted(rule.alarms) if name in known]
        names = ", ".join(each.alarm_arn for each in there if each.state_value == State.ALARM) or alarm.alarm_arn
        reason = f"{names} transitioned to {state.value} at {self._clock.now():%A %d %B, %Y %H:%M:%S UTC}"
        alarm.update_state(reason, "{}", state.value)
        return True

    # Changes

    @contextmanager
    def patched(self) -> Iterator[None]:
        """Date and tell what moto changes, and add the operations that it lacks, for the length of the block."""
        with (
            mending((Alarm, "update_state", around(self._change))),
            replaced(CloudWatchResponse, "describe_alarm_history", lambda it: self._describe(it), create=True),  # noqa: PLW0108 - a method is bound
            replaced(CloudWatchResponse, "put_composite_alarm", _put_composite_alarm, create=True),
        ):
            # Somebody may have asked moto for its methods before; see `lean_moto`.
            moto.core.responses.method_names_from_class.cache_clear()  # type: ignore[attr-defined]
            yield

    def _change(self, original: Any, alarm: Any, reason: str, reason_data: str, state_value: str) -> None:
        before = alarm.state_value
        original(alarm, reason, reason_data or "{}", state_value)
        alarm.state_updated_timestamp = self._clock.now()
        if before != state_value:
            self._tell(alarm, before)

    def _note(self, alarm: Any, kind: str, summary: str) -> None:
        """Take note of something that happened to one of moto's alarms just now; a `StateUpdate` or an `Action`."""
        self.history.append(
            {
                "AlarmName": alarm.name,
                "AlarmType": METRIC if alarm.rule is None else COMPOSITE,
                "Timestamp": self._clock.now(),
                "HistoryItemType": kind,
                "HistorySummary": summary,
            }
        )

    def _describe(self, response: Any) -> ActionResult:
        """Do DescribeAlarmHistory as a method of moto's: of one alarm, or of all of some types, newest first."""
        parameter = response._get_param  # noqa: SLF001 - as moto's own methods do
        name, kind = parameter("AlarmName"), parameter("HistoryItemType")
        types = parameter("AlarmTypes") or [METRIC]
        found = [
            item
            for item in reversed(self.history)
            if (item["AlarmName"] == name if name else item["AlarmType"] in types)
            and kind in {None, item["HistoryItemType"]}
        ]
        return ActionResult({"AlarmHistoryItems": found[: int(parameter("MaxRecords") or 100)]})

    def _tell(self, alarm: Any, before: str) -> None:
        self._note(alarm, "StateUpdate", f"Alarm updated from {before} to {alarm.state_value}")
        if not alarm.actions_enabled:
            return
        for action in getattr(alarm, ACTIONS[State(alarm.state_value)]):
            try:
                self._act(alarm, before, action)
            except (AccessDeniedError, ClientError) as error:
                # The alarm has its new state all the same, and others are evaluated.
                self._note(alarm, "Action", f"Failed to execute action {action}. Received error: {error}")

    def _act(self, alarm: Any, before: str, action: str) -> None:
        sns = self._client("sns")
        key = sns.get_topic_attributes(TopicArn=action)["Attributes"].get("KmsMasterKeyId")
        if key:
            arn = key if key.startswith("arn:") else f"arn:aws:kms:{self._region}:{DEFAULT_ACCOUNT_ID}:key/{key}"
            for right in ("kms:GenerateDataKey", "kms:Decrypt"):
                self._rights.require(CLOUDWATCH, Call.of(right, arn, {"aws:SourceAccount": DEFAULT_ACCOUNT_ID}))
        subject = f'{alarm.state_value}: "{alarm.name}" in {self._region}'
        sns.publish(TopicArn=action, Subject=subject[:100], Message=json.dumps(_notice_of(alarm, before, self._region)))
        self._note(alarm, "Action", f"Successfully executed action {action}")


def _put_composite_alarm(response: Any) -> EmptyResult:
    """Put a composite alarm; to moto it is an alarm with a rule, but its API does not take one."""
    read_rule(response._get_param("AlarmRule"))  # noqa: SLF001 - as moto's own methods do
    put: EmptyResult = response.put_metric_alarm()
    return put


def _notice_of(alarm: Any, before: str, region: str) -> dict[str, Any]:
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
