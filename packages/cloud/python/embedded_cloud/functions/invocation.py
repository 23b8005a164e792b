"""An invocation of a function: its payload and its outcome, within Lambda's limits."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass, field

from embedded_cloud.errors import LambdaError

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Lambda's limit for a synchronous request and for its response."""


@dataclass
class Invocation:
    """One piece of work for a worker, and its outcome once there is one."""

    payload: bytes
    trace_header: str
    deadline_ms: int = 0
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    done: threading.Event = field(default_factory=threading.Event)
    result: bytes | None = None
    error: LambdaError | None = None

    def succeed(self, payload: bytes) -> None:
        """Take the handler's result, unless it is too big for Lambda."""
        if len(payload) > MAX_PAYLOAD_BYTES:
            limit = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
            self.fail_with("Function.ResponseSizeTooLarge", limit)
            return
        self.result = payload
        self.done.set()

    def fail(self, payload: bytes) -> None:
        """Take the error document that the runtime posted."""
        document = _object_of(payload)
        self.error = LambdaError(
            str(document.get("errorType", "Unhandled")), str(document.get("errorMessage", "")), payload
        )
        self.done.set()

    def time_out(self, seconds: float) -> LambdaError:
        """Fail because the function's whole timeout has passed."""
        said = f"RequestId: {self.request_id} Error: Task timed out after {seconds:.2f} seconds"
        return self.fail_with("Sandbox.Timedout", said)

    def fail_with(self, error_type: str, message: str) -> LambdaError:
        """Fail with an error of the platform's own; give it."""
        document = {"errorType": error_type, "errorMessage": message}
        self.error = error = LambdaError(error_type, message, json.dumps(document).encode())
        self.done.set()
        return error


def _object_of(payload: bytes) -> dict[str, object]:
    try:
        document = json.loads(payload)
    except ValueError:
        return {"errorMessage": payload.decode(errors="replace")}
    return document if isinstance(document, dict) else {"errorMessage": str(document)}
