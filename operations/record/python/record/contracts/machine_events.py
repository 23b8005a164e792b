"""What Step Functions says of an execution: lines of its log, status events, and the events of its history.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from record.domain.course import Course
from record.domain.course_event import ENDS, End, Event
from record.domain.failure import document, words_of
from restoration.clock import milliseconds_of


def courses_of_log(data: str) -> Sequence[Course]:
    """The courses in a batch of a log's subscription, one for each execution.

    Parameters
    ----------
    data
        ``awslogs.data`` of the function's input: JSON, compressed with gzip, as base64.

    Raises
    ------
    ValueError
        When it is nothing of the kind.
    """
    content = json.loads(gzip.decompress(base64.b64decode(data)))
    if content.get("messageType") != "DATA_MESSAGE":  # CloudWatch tries whether the function can be reached
        return []
    events: dict[str, list[Event]] = defaultdict(list)
    for line in content["logEvents"]:
        said = json.loads(line["message"])
        at = int(said["event_timestamp"])
        events[said["execution_arn"]].append(Event.of(int(said["id"]), said["type"], at, *_named(said.get("details"))))
    return [Course.of(execution, found) for execution, found in events.items()]


def course_of_status(detail: Mapping[str, Any]) -> Course | None:
    """The course in the status event of an ended execution; None while it runs."""
    status = str(detail["status"])
    if status not in ENDS.values():
        return None
    started_at, ended_at = int(detail["startDate"]), int(detail["stopDate"])
    end = _end(int(detail.get("redriveCount") or 0), status, started_at, ended_at, detail)
    return Course.of(detail["executionArn"], ends=[end])


def course_of_history(execution: str, history: Iterable[Mapping[str, Any]]) -> Course:
    """The course in a history, or in the parts of it that were read, oldest event first."""
    events: list[Event] = []
    ends: list[End] = []
    given: Mapping[str, Any] = {}
    redrives = 0
    for item in history:
        details = next((value for key, value in item.items() if key.endswith("EventDetails")), None) or {}
        events.append(Event.of(item["id"], item["type"], milliseconds_of(item["timestamp"]), *_named(details)))
        given = given or {"input": details.get("input")}
        if item["type"] == "ExecutionRedriven":
            redrives = details.get("redriveCount") or redrives + 1
        elif status := ENDS.get(item["type"]):
            ends.append(_end(redrives, status, events[0].at, events[-1].at, {**details, **given}))
    return Course.of(execution, events, ends, trigger_in(given.get("input")))


def _named(details: Mapping[str, Any] | None) -> tuple[str, str]:
    """The state and the error in an event's details."""
    found = details or {}
    return str(found.get("name") or ""), str(found.get("error") or "")


def _end(redrives: int, status: str, started_at: int, ended_at: int, said: Mapping[str, Any]) -> End:
    output = document(said.get("output")) if status == "SUCCEEDED" else {}
    return End(
        redrives=redrives,
        status=status,
        started_at=started_at,
        ended_at=ended_at,
        outcome=str(output.get("outcome") or ""),
        reason=str(output.get("reason") or ""),
        error=str(said.get("error") or ("States.Timeout" if status == "TIMED_OUT" else "")),
        cause=words_of(str(said.get("cause") or "")),
        trigger=trigger_in(said.get("input")),
    )


def trigger_in(given: str | None) -> str:
    """The mark of the trigger in an execution's input (JSON), ``type|id``; empty where there is none."""
    trigger = document(given).get("trigger")
    return f"{trigger['type']}|{trigger['id']}" if isinstance(trigger, dict) and {"type", "id"} <= set(trigger) else ""
