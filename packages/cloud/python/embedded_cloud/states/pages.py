"""Step Functions' lists, a page at a time: executions, and the events of one execution.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import RefusedError
from embedded_cloud.states import redrive

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")


def page_of_executions(executions: Iterable[Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of a state machine's executions, as ListExecutions does: the newest first.

    Raises
    ------
    RefusedError
        When a parameter or the token is not one that AWS takes.
    """
    if "redriveFilter" in parameters:
        # It is for the children of a distributed map, which have a map run instead of a machine.
        raise RefusedError("ValidationException", "redriveFilter is not supported with a state machine ARN")
    status = parameters.get("statusFilter")
    if status is not None and status not in STATUSES:
        raise RefusedError("ValidationException", f"statusFilter must be one of {', '.join(STATUSES)}")
    found = [item for item in executions if status in {None, item.status}]
    found.sort(key=_place, reverse=True)
    after = _after(parameters)
    if after is not None:
        found = [item for item in found if _place(item) < tuple(after)]
    size = _size(parameters)
    page: dict[str, Any] = {"executions": [item_of(item) for item in found[:size]]}
    if len(found) > size:
        page["nextToken"] = _token(list(_place(found[size - 1])))
    return page


def page_of_events(events: list[dict[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of an execution's events, as GetExecutionHistory does: the oldest first, or the newest.

    Raises
    ------
    RefusedError
        When a parameter or the token is not one that AWS takes.
    """
    size, after = _size(parameters), _after(parameters)
    if parameters.get("reverseOrder"):
        found = [event for event in reversed(events) if after is None or event["id"] < after]
    else:
        found = [event for event in events if after is None or event["id"] > after]
    with_data = parameters.get("includeExecutionData", True)
    page: dict[str, Any] = {"events": [_event(event, with_data=with_data) for event in found[:size]]}
    if len(found) > size:
        page["nextToken"] = _token(found[size - 1]["id"])
    return page


def _place(execution: Any) -> tuple[float, str]:
    return execution.start_date.timestamp(), execution.execution_arn


def item_of(execution: Any) -> dict[str, Any]:
    """Give an execution as it is in a list; a description has all that, too."""
    result = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date.timestamp(),
        "redriveCount": redrive.count_of(execution),
    }
    at = redrive.date_of(execution)
    if at is not None:
        result["redriveDate"] = at.timestamp()
    if execution.stop_date is not None and execution.status != "RUNNING":
        result["stopDate"] = execution.stop_date.timestamp()
    return result


def _event(event: Mapping[str, Any], *, with_data: bool) -> dict[str, Any]:
    result: dict[str, Any] = {**event, "timestamp": dt.datetime.fromisoformat(event["timestamp"]).timestamp()}
    if with_data:
        return result
    for key, details in event.items():
        if isinstance(details, dict):
            result[key] = {name: value for name, value in details.items() if name not in {"input", "output"}}
    return result


def _size(parameters: Mapping[str, Any]) -> int:
    asked = int(parameters.get("maxResults") or DEFAULT_PAGE)
    if not 0 < asked <= LARGEST_PAGE:
        raise RefusedError("ValidationException", f"maxResults must be between 0 and {LARGEST_PAGE}")
    return asked


def _token(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _after(parameters: Mapping[str, Any]) -> Any:
    token = parameters.get("nextToken")
    if token is None:
        return None
    try:
        return json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise RefusedError("InvalidToken", f"Invalid Token: '{token}'") from error
