"""CloudWatch Logs' FilterLogEvents, for the groups of functions and state machines: moto does not have their lines.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import Operation, RefusedError
from embedded_cloud.observability.filter_patterns import PatternError, matcher
from embedded_cloud.observability.logs import group_of

if TYPE_CHECKING:
    from embedded_cloud.backends.protocol import AwsRequest
    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.observability.logs import LogStore
    from embedded_cloud.states.machine_logs import MachineLogs

LARGEST_PAGE = 10_000
STREAM = "[$LATEST]embedded"
"""Each function has one stream here; on AWS each of its workers has one."""


def operations(functions: Functions, logs: LogStore, machine_logs: MachineLogs) -> dict[str, Operation]:
    """Give the operation that filters the lines of functions and state machines."""

    def filtered(request: AwsRequest) -> dict[str, Any] | None:
        """Give lines of a group that functions or machines write to; moto has those of any other."""
        asked = request.parameters
        group = group_of(str(asked.get("logGroupName") or asked.get("logGroupIdentifier") or ""))
        names = [it.configuration.name for it in functions.all() if it.configuration.log_group == group]
        if not names and not machine_logs.has(group):
            return None
        return _page(logs.timed(names) if names else machine_logs.lines(group), asked)

    return {"logs:FilterLogEvents": filtered}


def _page(lines: list[tuple[int, str]], asked: dict[str, Any]) -> dict[str, Any]:
    limit = int(asked.get("limit") or LARGEST_PAGE)
    if not 0 < limit <= LARGEST_PAGE:
        raise RefusedError("InvalidParameterException", f"limit must be from 1 to {LARGEST_PAGE}")
    try:
        fits = matcher(asked.get("filterPattern") or "")
    except PatternError as error:
        raise RefusedError("InvalidParameterException", str(error)) from error
    first, last = int(asked.get("startTime") or 0), asked.get("endTime")
    streams = asked.get("logStreamNames") or [STREAM]
    start = int(asked.get("nextToken") or 0)
    lines = lines if STREAM in streams else []
    found: list[dict[str, Any]] = []
    for number, (at, line) in enumerate(lines[start:], start=start):
        if at < first or (last is not None and at > int(last)) or not fits(line):
            continue
        if len(found) == limit:
            return {"events": found, "nextToken": str(number)}
        found.append(
            {
                "logStreamName": STREAM,
                "timestamp": at,
                "message": line,
                "ingestionTime": at,
                "eventId": f"{at:014}{number:042}",
            }
        )
    return {"events": found}
