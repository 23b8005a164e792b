"""What is known of a request when it has ended: a line of the access log.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from embedded_cloud.observability.logs import group_of

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = re.compile(r"\$context\.([A-Za-z][A-Za-z0-9_:.-]*)")
KNOWN = frozenset({"error.message", "requestId", "requestTime", "responseLatency", "routeKey", "status"})
"""The variables of an access log that are filled in here."""
NOTHING = "-"


def line_of(form: str, known: Mapping[str, object]) -> str:
    """Fill in the variables of an access log's format; one that has no value is a dash."""

    def value_of(match: re.Match[str]) -> str:
        value = known[match[1]]
        return NOTHING if value in {None, ""} else json.dumps(str(value), ensure_ascii=False)[1:-1]

    return VARIABLE.sub(value_of, form)


def write_line(logs: Any, group_arn: str, stream: str, line: str) -> None:
    """Write a line into a stream of a log group; where somebody deleted that, the line is lost, as on AWS."""
    event = {"timestamp": int(time.time() * 1000), "message": line}
    try:
        logs.put_log_events(logGroupName=group_of(group_arn), logStreamName=stream, logEvents=[event])
    except ClientError:
        return
