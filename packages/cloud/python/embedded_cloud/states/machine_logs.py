"""What state machines log: their events in AWS's format, passed on by subscription filters to functions.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from embedded_cloud.errors import AccessDeniedError
from embedded_cloud.observability.filter_patterns import matcher
from embedded_cloud.subscriptions import Hooks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embedded_cloud.execution import Execution
    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.rights.rights import Rights
    from embedded_cloud.states.executions import Executions

LOGS = "logs.amazonaws.com"
WINDOW_SECONDS = 1.0
"""How long lines are gathered until they are passed on, as CloudWatch does.

They are gathered longer while earlier ones are being taken: so a busy machine passes on more at once.
"""
LINES_AT_ONCE = 1000
DATA = frozenset({"input", "output", "parameters", "assignedVariables"})

type Lines = "Sequence[dict[str, Any]]"


@dataclass(frozen=True)
class SubscriptionFilter:
    """What passes the lines of a group that fit a pattern on to a function."""

    name: str
    group_arn: str
    function_arn: str
    fits: Callable[[str], bool]

    def require(self, rights: Rights) -> None:
        """Make sure that the function's own policy lets CloudWatch Logs invoke it."""
        rights.require_of_service(LOGS, "lambda:InvokeFunction", self.function_arn, self.group_arn)


class MachineLogs:
    """The logs of all state machines: passed on some lines at a time, and read from the histories when asked for."""

    def __init__(self, functions: Functions, rights: Rights, executions: Executions) -> None:
        self._functions = functions
        self._rights = rights
        self._executions = executions
        executions.listener = self._take
        self._groups: dict[str, str] = {}
        """By the machines' names."""
        self._filters: dict[str, list[SubscriptionFilter]] = {}
        self.tamperers = Hooks[Callable[[Lines], Lines]]()
        """They drop, repeat or reorder the lines that are passed on."""
        self._pending: list[tuple[str, str, dict[str, Any]]] = []
        self._on_their_way = 0
        self._lock = threading.Condition()
        self._flush_lock = threading.Lock()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def add_machine(self, name: str, group: str) -> None:
        """Let a state machine log all its events into a group; without one, into none."""
        self._groups[name] = group

    def subscribe(self, group: str, name: str, group_arn: str, function_arn: str, pattern: str) -> None:
        """Pass lines of a group on to a function.

        Raises
        ------
        AccessDeniedError
            When the function does not let CloudWatch Logs invoke it for the group, as on AWS.
        PatternError
            When the pattern is none, or of a kind that is not applied here.
        """
        found = SubscriptionFilter(name, group_arn, function_arn, matcher(pattern))
        found.require(self._rights)
        self.unsubscribe(group, name)
        with self._lock:
            self._filters[group] = [*self._filters.get(group, ()), found]

    def unsubscribe(self, group: str, name: str | None = None) -> None:
        """Pass a group's lines on by a filter no more; without a name, by none of them."""
        with self._lock:
            self._filters[group] = [
                each for each in self._filters.get(group, ()) if name is not None and each.name != name
            ]

    def has(self, group: str) -> bool:
        """Whether a state machine logs into a group."""
        return group in self._groups.values()

    def lines(self, group: str) -> list[tuple[int, str]]:
        """Give the lines of a group of state machines, each with its moment in milliseconds, oldest first."""
        found = [
            (int(line["event_timestamp"]), json.dumps(line))
            for execution in self._executions.all()
            if self._groups.get(execution.state_machine) == group
            for event in execution.history
            for line in [_line(execution, event)]
        ]
        return sorted(found, key=lambda line: line[0])

    def stop(self) -> None:
        """Pass nothing on any more."""
        with self._lock:
            self._stopped = True
            self._lock.notify_all()
        if self._thread is not None:
            self._thread.join(5)

    def flush(self) -> None:
        """Pass on now what was logged; lines that are on their way already have left when this returns."""
        with self._flush_lock:
            with self._lock:
                pending, self._pending = self._pending, []
            by_log: dict[tuple[str, str], list[dict[str, Any]]] = {}
            for machine, group, line in pending:
                by_log.setdefault((machine, group), []).append(line)
            for (machine, group), logged in by_log.items():
                lines: Lines = logged
                for tamper in self.tamperers:
                    lines = tamper(lines)
                self._pass_on(machine, group, lines)

    def _take(self, execution: Execution, event: Mapping[str, Any]) -> None:
        group = self._groups.get(execution.state_machine, "")
        if not self._filters.get(group):
            return
        details = event["event_details"] or {}
        said = {"id": event["event_id"], "previousEventId": event["source_event_id"], "type": event["event_type"]}
        line = _line(execution, {**details, **said, "timestamp": event["timestamp"]})
        with self._lock:
            self._pending.append((execution.state_machine, group, line))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="machine-logs", daemon=True)
                self._thread.start()
            self._lock.notify_all()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._stopped or self._pending)
                self._lock.wait_for(lambda: self._stopped, WINDOW_SECONDS)
                self._lock.wait_for(lambda: self._stopped or not self._on_their_way)
                if self._stopped:
                    return
            self.flush()

    def _pass_on(self, machine: str, group: str, lines: Lines) -> None:
        for subscription in self._filters.get(group, ()):
            events = [
                {"id": f"{number:056}", "timestamp": int(line["event_timestamp"]), "message": text}
                for number, line in enumerate(lines)
                if subscription.fits(text := json.dumps(line))
            ]
            for some in batched(events, LINES_AT_ONCE, strict=False):
                content = {
                    "messageType": "DATA_MESSAGE",
                    "owner": DEFAULT_ACCOUNT_ID,
                    "logGroup": group,
                    "logStream": f"states/{machine}/{dt.datetime.now(tz=dt.UTC):%Y-%m-%d-%H-%M}/{uuid.uuid4().hex[:8]}",
                    "subscriptionFilters": [subscription.name],
                    "logEvents": list(some),
                }
                self._invoke(subscription, content)

    def _invoke(self, subscription: SubscriptionFilter, content: Mapping[str, Any]) -> None:
        try:
            subscription.require(self._rights)
        except AccessDeniedError:
            return  # as on AWS; the cloud's record of denials has it
        data = base64.b64encode(gzip.compress(json.dumps(content).encode(), compresslevel=1)).decode()
        payload = json.dumps({"awslogs": {"data": data}}).encode()
        with self._lock:
            self._on_their_way += 1
        self._functions.later.invoke(subscription.function_arn, payload, None, self._arrived)

    def _arrived(self) -> None:
        with self._lock:
            self._on_their_way -= 1
            self._lock.notify_all()


def _line(execution: Execution, event: Mapping[str, Any]) -> dict[str, Any]:
    details = next((value for key, value in event.items() if key.endswith("EventDetails")), None) or {}
    at = dt.datetime.fromisoformat(str(event["timestamp"]))
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": {key: value for key, value in details.items() if key.removesuffix("Details") not in DATA},
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(int(at.timestamp()) * 1000 + at.microsecond // 1000),
        "execution_arn": execution.arn,
        "redrive_count": str(execution.redrives),
    }
