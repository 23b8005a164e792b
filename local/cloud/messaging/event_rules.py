"""EventBridge's delivery to targets: to more of them than moto knows, with the whole event and its trace."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, Rule, events_backends
from moto.s3 import notifications
from moto.sqs.models import sqs_backends

from local.cloud.errors import AccessDeniedError, CloudError
from local.cloud.observability.lineage import without_lineage
from local.cloud.observability.tracing import current_trace_header, traced_by
from local.cloud.patching import replaced
from local.cloud.rights.policies import Call
from local.cloud.rights.principals import service as service_of_aws
from local.cloud.subscriptions import BusEvent, Subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.backends.clients import Clients
    from local.cloud.functions.functions import Functions
    from local.cloud.rights.rights import Rights

EVENT_BRIDGE = service_of_aws("events.amazonaws.com")
MAX_ENTRIES = 10
MAX_ENTRIES_BYTES = 256 * 1024
"""Of all entries of a request together."""
ARCHIVE_RULE = "Events-Archive-"
"""What moto calls the rule behind an archive, before the archive's name."""

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")
PATH_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\['([^']+)'\]")
TARGET_SERVICES = ("sqs", "lambda", "states", "sns", "events", "logs")


@contextmanager
def patched(functions: Functions, clients: Clients, subscriptions: Subscriptions, rights: Rights) -> Iterator[Delivery]:
    """Deliver events ourselves while the cloud runs."""
    delivery = Delivery(functions, clients, rights)
    with ExitStack() as stack:
        # moto knows neither Lambda nor Step Functions, leaves out the account, ignores a rule's state, Input and
        # InputPath, and parses eight JSON paths for each event (milliseconds each).
        stack.enter_context(replaced(Rule, "send_to_targets", delivery.replacement()))
        # moto drops TraceHeader, and tells nobody what a bus has accepted.
        put_events = _put_events(EventsBackend.put_events, subscriptions)
        stack.enter_context(replaced(EventsBackend, "put_events", put_events))
        # moto reports a new object to the rules of every bus, and to nobody what goes wrong then.
        stack.enter_context(replaced(notifications, "_send_event_bridge_message", delivery.tell_of_object))
        yield delivery


def _put_events(original: Any, subscriptions: Subscriptions) -> Any:
    def put_events(self: Any, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(events) > MAX_ENTRIES:
            return list(original(self, events))  # moto's own refusal
        if sum(map(size_of, events)) >= MAX_ENTRIES_BYTES:
            raise ValidationException("Total size of the entries in the request is over the limit.")
        answers: list[dict[str, Any]] = []
        for event in events:
            with traced_by(event.get("TraceHeader") or current_trace_header()):
                [answer] = original(self, [event])
            answers.append(answer)
            if "EventId" in answer and subscriptions.has_event_listeners:
                subscriptions.tell_event(_accepted(self, event, answer["EventId"]))
        return answers

    return put_events


def size_of(entry: dict[str, Any]) -> int:
    """Give the size of an entry in bytes, as EventBridge counts it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
    """
    texts = (entry.get("Source"), entry.get("DetailType"), entry.get("Detail"), *(entry.get("Resources") or ()))
    return sum(len(str(text or "").encode()) for text in texts) + (14 if entry.get("Time") else 0)


def _accepted(backend: Any, entry: dict[str, Any], event_id: str) -> BusEvent:
    content = {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": backend.account_id,
        "time": entry.get("Time", dt.datetime.now(tz=dt.UTC).timestamp()),
        "region": backend.region_name,
        "resources": entry.get("Resources", []),
        "detail": json.loads(entry["Detail"]),
    }
    bus = str(entry.get("EventBusName") or "default").rpartition("/")[2]
    return BusEvent(bus, _as_delivered(content))


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
    """Sends one event to each target of a rule that matches it."""

    def __init__(self, functions: Functions, clients: Clients, rights: Rights) -> None:
        self._functions = functions
        self._clients = clients
        self._rights = rights

    def replacement(self) -> Any:
        """Give what stands in for `Rule.send_to_targets`."""

        def send_to_targets(rule: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:  # noqa: ARG001, FBT001, FBT002 - moto's signature
            if rule.name.startswith(ARCHIVE_RULE):
                _archive(rule, original_event)
                return
            # To moto a rule without a pattern, which has a schedule instead, matches every event.
            scheduled = not rule.event_pattern.get_pattern()
            if rule.state == "DISABLED" or scheduled or not rule.event_pattern.matches_event(original_event):
                return
            event = _as_delivered(original_event)
            for target in rule.targets:
                self._send(rule, target, event)

        return send_to_targets

    def fire(self, rule_name: str, bus: str, region: str) -> None:
        """Do now what a scheduled rule does when its time has come."""
        rule = events_backends[DEFAULT_ACCOUNT_ID][region].event_buses[bus].rules[rule_name]
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": DEFAULT_ACCOUNT_ID,
            "time": _iso(dt.datetime.now(tz=dt.UTC).timestamp()),
            "region": region,
            "resources": [rule.arn],
            "detail": {},
        }
        for target in rule.targets:
            self._send(rule, target, event)

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
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": DEFAULT_ACCOUNT_ID,
            "time": _iso(dt.datetime.now(tz=dt.UTC).timestamp()),
            "region": region,
            "resources": resources or [],
            "detail": detail,
        }
        for rule in list(events_backends[DEFAULT_ACCOUNT_ID][region].event_buses["default"].rules.values()):
            rule.send_to_targets(event)  # type: ignore[arg-type] # moto types the entry of PutEvents only

    def _send(self, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
        text = input_of(target, event, rule.arn, rule.name)
        try:
            # Lambda sees no loop that goes by way of EventBridge.
            with traced_by(without_lineage(current_trace_header())):
                self._deliver(rule, target, event, text)
        except (ClientError, CloudError, KeyError) as error:
            is_denied = isinstance(error, AccessDeniedError)
            dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
            if not dead_letters and is_denied:
                return  # as on AWS; the cloud's record of denials has it
            if not dead_letters:
                raise
            with contextlib.suppress(AccessDeniedError):
                self._require_for_rule(rule, "sqs:SendMessage", dead_letters)
                self._put_aside(rule, target, text, "NO_PERMISSIONS" if is_denied else error.__class__.__name__, error)

    def _put_aside(self, rule: Any, target: dict[str, Any], text: str, code: str, error: Exception) -> None:
        dead_letters = target["DeadLetterConfig"]["Arn"]
        attributes = {
            "ERROR_CODE": {"DataType": "String", "StringValue": code},
            "ERROR_MESSAGE": {"DataType": "String", "StringValue": str(error)[:256] or "none"},
            "RULE_ARN": {"DataType": "String", "StringValue": rule.arn},
            "TARGET_ARN": {"DataType": "String", "StringValue": target["Arn"]},
        }
        self._queue(dead_letters).send_message(dead_letters.rpartition(":")[2], text, message_attributes=attributes)

    def _require_for_rule(self, rule: Any, action: str, resource: str) -> None:
        """Make sure that a resource lets EventBridge act for a rule."""
        keys = {"aws:SourceArn": rule.arn, "aws:SourceAccount": DEFAULT_ACCOUNT_ID}
        self._rights.require(EVENT_BRIDGE, Call.of(action, resource, keys))

    def _key_of(self, target: dict[str, Any]) -> str:
        return self._rights.key_of_role(target["RoleArn"], EVENT_BRIDGE.service, "rule") if "RoleArn" in target else ""

    def _deliver(self, rule: Any, target: dict[str, Any], event: dict[str, Any], text: str) -> None:
        arn = target["Arn"]
        service, name = arn.split(":")[2], arn.rpartition(":")[2]
        if service == "sqs":
            self._require_for_rule(rule, "sqs:SendMessage", arn)
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            self._queue(arn).send_message(name, text, group_id=group)
        elif service == "lambda":
            if self._functions.find(arn) is None:
                raise CloudError(f"there is no function {arn}")
            self._require_for_rule(rule, "lambda:InvokeFunction", arn)
            self._functions.invoke_later(arn, text.encode(), current_trace_header())
        elif service == "states":
            stepfunctions = self._clients.get("stepfunctions", access_key=self._key_of(target))
            stepfunctions.start_execution(stateMachineArn=arn, input=text)
        elif service == "sns":
            self._require_for_rule(rule, "sns:Publish", arn)
            self._clients.get("sns").publish(TopicArn=arn, Message=text)
        elif service == "events" and ":event-bus/" in arn:
            entry = {
                "Source": event["source"],
                "DetailType": event["detail-type"],
                "Detail": json.dumps(event["detail"]),
                "EventBusName": arn.rpartition("/")[2],
                "Resources": event["resources"],
            }
            events_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]].put_events([entry])
        elif service == "logs":
            group = arn.split(":log-group:")[1].removesuffix(":*")
            self._log(group, text)
        else:
            raise CloudError(f"EventBridge cannot deliver to {arn} here")

    def _log(self, group: str, text: str) -> None:
        logs = self._clients.get("logs")
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName="events")
        now = int(dt.datetime.now(tz=dt.UTC).timestamp() * 1000)
        logs.put_log_events(logGroupName=group, logStreamName="events", logEvents=[{"timestamp": now, "message": text}])

    @staticmethod
    def _queue(arn: str) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]


def _as_delivered(event: dict[str, Any]) -> dict[str, Any]:
    at = event["time"]
    time = at if isinstance(at, str) and not at.replace(".", "", 1).isdigit() else _iso(float(at))
    keys = ("version", "id", "detail-type", "source", "account", "region", "resources", "detail")
    replayed = {"replay-name": event["replay-name"]} if "replay-name" in event else {}
    return {**{key: event[key] for key in keys}, "time": time, **replayed}


def _iso(timestamp: float) -> str:
    return dt.datetime.fromtimestamp(timestamp, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def input_of(target: dict[str, Any], event: dict[str, Any], rule_arn: str, rule_name: str) -> str:
    """Give what a target receives of an event, as text.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(_at_path(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    values = {name: _at_path(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_name,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }
    return _fill_in(transformer["InputTemplate"], values)


def _fill_in(template: str, values: dict[str, Any]) -> str:
    """Put values in place of `<name>`: as they are inside a text, as JSON elsewhere."""
    parts, position = [], 0
    for match in PLACEHOLDER.finditer(template):
        if match.group(1) not in values:
            continue
        before = template[position : match.start()]
        parts.append(before)
        value = values[match.group(1)]
        quotes = len(re.findall(r'(?<!\\)"', template[: match.start()]))
        if quotes % 2 and isinstance(value, str):
            parts.append(json.dumps(value)[1:-1])
        elif quotes % 2:
            parts.append(json.dumps(json.dumps(value))[1:-1])
        else:
            parts.append(json.dumps(value))
        position = match.end()
    return "".join([*parts, template[position:]])


def _at_path(event: Any, path: str) -> Any:
    value = event
    for name, index, quoted in PATH_STEP.findall(path.removeprefix("$")):
        key = name or quoted
        if key:
            value = value.get(key) if isinstance(value, dict) else None
        else:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
    return value
