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
    from collections.abc import Callable, Iterable, Mapping

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
    page, more = _page(found, _place, parameters, newest_first=True)
    return {"executions": [item_of(item) for item in page], **more}


def page_of_events(events: Iterable[dict[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a page of an execution's events, as GetExecutionHistory does: the oldest first, or the newest.

    Raises
    ------
    RefusedError
        When a parameter or the token is not one that AWS takes.
    """
    newest_first, with_data = bool(parameters.get("reverseOrder")), parameters.get("includeExecutionData", True)
    page, more = _page(events, lambda event: event["id"], parameters, newest_first=newest_first)
    return {"events": [_event(event, with_data=with_data) for event in page], **more}


def _page(
    found: Iterable[Any], place: Callable[[Any], Any], parameters: Mapping[str, Any], *, newest_first: bool
) -> tuple[list[Any], dict[str, str]]:
    """Give the page after the place that the token names, and the token of the next page if there is one."""
    size, token = int(parameters.get("maxResults") or DEFAULT_PAGE), parameters.get("nextToken")
    if not 0 < size <= LARGEST_PAGE:
        raise RefusedError("ValidationException", f"maxResults must be between 0 and {LARGEST_PAGE}")
    left = sorted(found, key=place, reverse=newest_first)
    if token is not None:
        try:
            after = json.loads(base64.urlsafe_b64decode(token))
        except ValueError as error:
            raise RefusedError("InvalidToken", f"Invalid Token: '{token}'") from error
        left = [item for item in left if (place(item) < after if newest_first else place(item) > after)]
    page = left[:size]
    more = base64.urlsafe_b64encode(json.dumps(place(page[-1])).encode()).decode() if len(left) > size else ""
    return page, {"nextToken": more} if more else {}


def _place(execution: Any) -> list[object]:
    return [execution.start_date.timestamp(), execution.execution_arn]


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
    if result["redriveCount"]:
        result["redriveDate"] = execution.redrive_date.timestamp()
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
