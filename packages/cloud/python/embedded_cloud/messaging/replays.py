"""EventBridge's replays: archived events of a time are put on their bus again, for all rules or for some.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import events_backends

from embedded_cloud.backends.operations import Operation, RefusedError, serve

if TYPE_CHECKING:
    from embedded_cloud.activity import Activity
    from embedded_cloud.backends.protocol import AwsRequest, AwsResponse


class Replays:
    """An interceptor for the dispatcher: starts replays and describes them, leaves EventBridge's others to moto.

    moto plays every archived event for every rule, whatever the time and the rules that were asked for.
    """

    def __init__(self, region: str, activity: Activity) -> None:
        self._region = region
        self._activity = activity
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._replays: dict[str, dict[str, Any]] = {}
        self._threads: list[threading.Thread] = []
        self._operations: dict[str, Operation] = {
            "StartReplay": self._start,
            "DescribeReplay": lambda asked: self._named(asked["ReplayName"]),
        }

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Serve one of the operations; None for any other."""
        operation = self._operations.get(request.action) if request.service == "events" else None
        return serve(operation, request)

    def stop(self) -> None:
        """End what still runs."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(5)

    def _start(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, destination = asked["ReplayName"], asked["Destination"]
        first, last = float(asked["EventStartTime"]), float(asked["EventEndTime"])
        archive = self._backend.archives.get(asked["EventSourceArn"].rpartition("/")[2])
        if archive is None:
            raise RefusedError("ValidationException", "Parameter EventSourceArn is not valid. Reason: no such archive.")
        if first >= last:
            raise RefusedError(
                "ValidationException",
                "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
            )
        rules = self._backend.event_buses[archive.event_bus_name].rules
        wanted = destination.get("FilterArns") or []
        strangers = sorted(set(wanted) - {rule.arn for rule in rules.values()})
        if strangers:
            raise RefusedError("ValidationException", f"Parameter Destination.FilterArns: no such rule: {strangers[0]}")
        arn = f"arn:aws:events:{self._region}:{DEFAULT_ACCOUNT_ID}:replay/{name}"
        replay = {
            "ReplayName": name,
            "ReplayArn": arn,
            "EventSourceArn": asked["EventSourceArn"],
            "Destination": destination,
            "State": "STARTING",
            "EventStartTime": first,
            "EventEndTime": last,
            "ReplayStartTime": time.time(),
        }
        with self._lock:
            if name in self._replays:
                raise RefusedError("ResourceAlreadyExistsException", f"Replay {name} already exists.")
            self._replays[name] = replay
        events = [event for event in archive.events if first <= _moment(event) < last]
        chosen = [rule for rule in rules.values() if not wanted or rule.arn in wanted]
        thread = threading.Thread(target=self._run, args=(replay, events, chosen), name=f"replay-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()
        return {"ReplayArn": arn, "State": "STARTING", "ReplayStartTime": replay["ReplayStartTime"]}

    def _run(self, replay: dict[str, Any], events: list[dict[str, Any]], rules: list[Any]) -> None:
        replay["State"] = "RUNNING"
        for event in sorted(events, key=_moment):
            if self._stopped.is_set():
                return
            for rule in rules:
                # It is the event that it was, and says that it is played again: archives leave such events alone.
                rule.send_to_targets({**event, "replay-name": replay["ReplayName"]})
            replay["EventLastReplayedTime"] = _moment(event)
        replay["ReplayEndTime"] = time.time()
        replay["State"] = "COMPLETED"
        self._activity.report()

    def _named(self, name: str) -> dict[str, Any]:
        if name not in self._replays:
            raise RefusedError("ResourceNotFoundException", f"Replay {name} does not exist.")
        return self._replays[name]

    @property
    def _backend(self) -> Any:
        return events_backends[DEFAULT_ACCOUNT_ID][self._region]


def _moment(event: dict[str, Any]) -> float:
    """When an event was put, in seconds: moto keeps the number, or the text that the sender gave."""
    at = event["time"]
    return dt.datetime.fromisoformat(at).timestamp() if isinstance(at, str) else float(at)
