"""A replay puts each event of its archive to every rule of the bus, whatever its time and rules, and as a new event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

import datetime as dt
from typing import Any

from moto.core.utils import unix_time
from moto.events.exceptions import ValidationException
from moto.events.models import Replay, ReplayState, events_backends

from embedded_cloud.patching import around


def _replay_events(replay: Any, archive: Any) -> None:
    backend = events_backends[replay.account_id][replay.region]
    rules = {rule.arn: rule for rule in backend.event_buses[archive.event_bus_name].rules.values()}
    wanted = replay.destination.get("FilterArns") or [*rules]
    if strangers := set(wanted) - rules.keys():
        del backend.replays[replay.name]
        raise ValidationException(f"Parameter Destination.FilterArns: no such rule: {min(strangers)}")
    for event in sorted(archive.events, key=_moment):
        if replay.event_start_time <= _moment(event) < replay.event_end_time:
            for arn in wanted:
                # It is the event that it was, and says that it is played again: archives leave such events alone.
                again: Any = {**event, "replay-name": replay.name}
                rules[arn].send_to_targets(again)
            replay.__dict__["last"] = _moment(event)
    replay.state, replay.end_time = ReplayState.COMPLETED, unix_time()


def _moment(event: dict[str, Any]) -> float:
    """When an event was put, in seconds: moto keeps the number, or the text that the sender gave."""
    at = event["time"]
    return dt.datetime.fromisoformat(at).timestamp() if isinstance(at, str) else float(at)


def _describe(original: Any, replay: Any) -> Any:
    return {**original(replay), "EventLastReplayedTime": replay.__dict__.get("last")}


MENDS = ((Replay, "replay_events", lambda _: _replay_events), (Replay, "describe", around(_describe)))
