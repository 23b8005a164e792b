"""Lines of a state machine's log, as CloudWatch gives them to a function."""

import base64
import gzip
import json
from typing import Any

ARN = "arn:aws:states:eu-west-3:111122223333:execution:restoration-restoration:LIM-1-abc"
SECOND = 1_777_886_040_000


def batch(*lines: dict[str, Any], kind: str = "DATA_MESSAGE") -> str:
    events = [{"id": str(place), "timestamp": SECOND, "message": json.dumps(line)} for place, line in enumerate(lines)]
    content = {"messageType": kind, "logGroup": "group", "logStream": "stream", "logEvents": events}
    return base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()


def line(number: int, kind: str, at: int, execution: str = ARN, **details: str) -> dict[str, Any]:
    """A line as AWS documents it: numbers are texts."""
    return {
        "id": str(number),
        "type": kind,
        "details": details,
        "previous_event_id": str(number - 1),
        "event_timestamp": str(at),
        "execution_arn": execution,
        "redrive_count": "0",
    }
