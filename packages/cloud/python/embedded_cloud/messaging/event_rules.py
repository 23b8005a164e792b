"""EventBridge's rules: whole events with their traces, and those that AWS's services put on the default bus."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, Rule, events_backends
from moto.s3 import notifications

from embedded_cloud.observability.tracing import current_trace_header, traced_by
from embedded_cloud.patching import around, mending
from embedded_cloud.subscriptions import BusEvent, Subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_cloud.messaging.targets import Targets


MAX_ENTRIES = 10
MAX_ENTRIES_BYTES = 256 * 1024
"""Of all entries of a request together."""
ARCHIVE_RULE = "Events-Archive-"
"""What moto calls the rule behind an archive, before the archive's name."""


@contextmanager
def patched(targets: Targets, subscriptions: Subscriptions) -> Iterator[Delivery]:
    """Deliver events ourselves while the cloud runs."""
    delivery = Delivery(targets)
    with mending(
        # moto knows neither Lambda nor Step Functions, leaves out the account, ignores a rule's state, Input and
        # InputPath, and parses eight JSON paths for each event (milliseconds each).
        (Rule, "send_to_targets", lambda _: lambda rule, event, *_, **__: delivery.send(rule, event)),
        # moto drops TraceHeader, and tells nobody what a bus has accepted.
        (EventsBackend, "put_events", around(partial(_put_events, subscriptions))),
        # moto reports a new object to the rules of every bus, and to nobody what goes wrong then.
        (notifications, "_send_event_bridge_message", lambda _: delivery.tell_of_object),
    ):
        yield delivery


def _put_events(subscriptions: Subscriptions, original: Any, backend: Any, events: list[dict[str, Any]]) -> Any:
    if len(events) > MAX_ENTRIES:
        return original(backend, events)  # moto's own refusal
    if sum(map(size_of, events)) >= MAX_ENTRIES_BYTES:
        raise ValidationException("Total size of the entries in the request is over the limit.")
    answers: list[dict[str, Any]] = []
    for entry in events:
        # A listener hears of the same moment as the rules' targets.
        event = {"Time": dt.datetime.now(tz=dt.UTC).timestamp(), **entry}
        with traced_by(event.get("TraceHeader") or current_trace_header()):
            [answer] = original(backend, [event])
        answers.append(answer)
        if "EventId" in answer:
            accepted = _accepted(backend, event, answer["EventId"])
            for listener in subscriptions.events:
                listener(accepted)
    return answers


def size_of(entry: dict[str, Any]) -> int:
    """Give the size of an entry in bytes, as EventBridge counts it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
    """
    texts = (entry.get("Source"), entry.get("DetailType"), entry.get("Detail"), *(entry.get("Resources") or ()))
    return sum(len(str(text or "").encode()) for text in texts) + (14 if entry.get("Time") else 0)


def _accepted(backend: Any, entry: dict[str, Any], event_id: str) -> BusEvent:
    detail, resources = json.loads(entry["Detail"]), entry.get("Resources", [])
    event = _envelope(entry["Source"], entry["DetailType"], detail, backend.region_name, resources)
    bus = str(entry.get("EventBusName") or "default").rpartition("/")[2]
    return BusEvent(bus, _as_delivered({**event, "id": event_id, "time": entry["Time"]}))


def _archive(rule: Any, event: Any) -> None:
    """Keep an event in the archive that the rule belongs to, unless it came from one.

    moto finds the archive by parsing the rule's template.
    """
    if "replay-name" in event or not rule.event_pattern.matches_event(event):
        return
    archive = events_backends[DEFAULT_ACCOUNT_ID][rule.region_name].archives.get(rule.name.removeprefix(ARCHIVE_RULE))
    if archive is not None:
        archive.events.append(event)


class Delivery:
    """Sends each event to the targets of the rules that match it."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    def send(self, rule: Any, original_event: dict[str, Any]) -> None:
        """Do what `Rule.send_to_targets` does."""
        if rule.name.startswith(ARCHIVE_RULE):
            _archive(rule, original_event)
            return
        # To moto a rule without a pattern, which has a schedule instead, matches every event.
        scheduled = not rule.event_pattern.get_pattern()
        if rule.state == "DISABLED" or scheduled or not rule.event_pattern.matches_event(original_event):
            return
        event = _as_delivered(original_event)
        for target in rule.targets:
            self._targets.send(rule, target, event)

    def fire(self, rule_name: str, bus: str, region: str) -> None:
        """Do now what a scheduled rule does when its time has come."""
        rule = events_backends[DEFAULT_ACCOUNT_ID][region].event_buses[bus].rules[rule_name]
        event = _envelope("aws.events", "Scheduled Event", {}, region, [rule.arn])
        for target in rule.targets:
            self._targets.send(rule, target, event)

    def tell_of_object(self, account: str, bucket: Any, name: str, key: Any) -> None:
        """Put S3's event about a new object on the default bus; other events have no reader here.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
        """
        if "ObjectCreated" not in name:
            return
        detail = {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": {
                "key": key.name,
                "size": key.size,
                "etag": key.etag.strip('"'),
                **({"version-id": key.version_id} if bucket.is_versioned else {}),
                "sequencer": f"{int(dt.datetime.now(tz=dt.UTC).timestamp() * 1e6):016X}",
            },
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": account,
            "source-ip-address": "127.0.0.1",
            "reason": "PutObject",
        }
        self.tell("aws.s3", "Object Created", detail, bucket.region_name, [bucket.arn])

    def tell(
        self, source: str, detail_type: str, detail: dict[str, Any], region: str, resources: list[str] | None = None
    ) -> None:
        """Put what one of AWS's services tells on the default bus."""
        event = _envelope(source, detail_type, detail, region, resources or [])
        for rule in list(events_backends[DEFAULT_ACCOUNT_ID][region].event_buses["default"].rules.values()):
            rule.send_to_targets(event)  # type: ignore[arg-type] # moto types the entry of PutEvents only


def _envelope(source: str, detail_type: str, detail: Any, region: str, resources: list[str]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": DEFAULT_ACCOUNT_ID,
        "time": _iso(dt.datetime.now(tz=dt.UTC).timestamp()),
        "region": region,
        "resources": resources,
        "detail": detail,
    }


def _as_delivered(event: dict[str, Any]) -> dict[str, Any]:
    at = event["time"]
    time = at if isinstance(at, str) and not at.replace(".", "", 1).isdigit() else _iso(float(at))
    keys = ("version", "id", "detail-type", "source", "account", "region", "resources", "detail")
    replayed = {"replay-name": event["replay-name"]} if "replay-name" in event else {}
    return {**{key: event[key] for key in keys}, "time": time, **replayed}


def _iso(timestamp: float) -> str:
    return dt.datetime.fromtimestamp(timestamp, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
