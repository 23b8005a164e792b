"""Does what its event asks for."""

import errno
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


class EnedisUnavailable(Exception):
    """Enedis sends no response."""


class State:
    """What a warm worker remembers."""

    calls = 0


CHANGES: list[Callable[[Path], object]] = [
    lambda path: path.write_text("x"),
    lambda path: path.with_suffix(".new").mkdir(),
    lambda path: path.with_suffix(".new").rmdir(),
    lambda path: path.rename(path),
    lambda path: path.unlink(),
]


def refusal_of(path: str, change: Callable[[Path], object]) -> str:
    """What the system says against a change; nothing if it is made."""
    try:
        change(Path(path))
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return ""


def wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


def handler(event: dict[str, Any], context: Any) -> Any:
    State.calls += 1
    match event.get("do"):
        case "raise":
            raise EnedisUnavailable(event.get("message", "down"))
        case "sleep":
            time.sleep(event["seconds"])
        case "wait":
            wait_for(Path(event["file"]))
        case "exit":
            os._exit(3)
        case "big":
            return "x" * event["size"]
        case "log":
            sys.stdout.write(json.dumps({"message": "hello", "n": event["n"]}) + "\n")
            emf = {
                "CloudWatchMetrics": [
                    {"Namespace": "test", "Metrics": [{"Name": "Seen", "Unit": "Count"}], "Dimensions": [["service"]]}
                ],
                "Timestamp": int(time.time() * 1000),
            }
            sys.stdout.write(json.dumps({"_aws": emf, "service": "echo", "Seen": [event["n"]]}) + "\n")
        case "environment":
            return dict(os.environ)
        case "import":
            __import__(event["module"])
        case "write":
            return [refusal_of(event["path"], change) for change in CHANGES]
    return {
        "echo": event,
        "calls": State.calls,
        "layer": importlib.import_module("plainlayer").NAME,
        "request": context.aws_request_id,
        "left": context.get_remaining_time_in_millis(),
    }
