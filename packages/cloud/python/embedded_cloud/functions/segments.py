"""The two segments that Lambda itself writes for each invocation that is traced.

https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import LambdaError, ThrottledError
from embedded_cloud.observability.tracing import child_header, is_sampled, new_id, parent_of, trace_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from embedded_cloud.functions.configuration import FunctionConfiguration

type Write = Callable[[dict[str, Any]], None]

LINKS_A_SEGMENT = 20
"""https://docs.aws.amazon.com/xray/latest/devguide/xray-tracelinking.html"""


class InvocationTrace:
    """One invocation's segments: the service's, and the function's within.

    Parameters
    ----------
    header
        The trace header that came with the request, complete.
    linked
        Trace headers of the queued records that the invocation is given: Lambda links their traces to its own.
    """

    def __init__(self, configuration: FunctionConfiguration, header: str, linked: Sequence[str], write: Write) -> None:
        self._configuration = configuration
        self._header = header
        self._write = write
        self._linked = linked[:LINKS_A_SEGMENT]
        self._service_id, self._function_id = new_id(), new_id()
        self.worker_header = child_header(header, self._function_id)
        """The header for the handler, whose subsegments are the function's segment's."""

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Trace the invocation with its wait for a worker, as the service sees it."""
        parent = parent_of(self._header)
        segment = self._begun(self._service_id, "AWS::Lambda", parent)
        if self._linked:
            segment["links"] = [
                {
                    "trace_id": trace_id_of(each),
                    "id": parent_of(each),
                    "attributes": {"aws.xray.reserved.reference_type": "parent"},
                }
                for each in self._linked
            ]
        status = 200
        try:
            yield
        except ThrottledError:
            segment |= {"throttle": True, "error": True}
            status = 429
            raise
        except LambdaError:
            segment["fault"] = True
            raise
        finally:
            self._end(segment, http={"response": {"status": status}})

    @contextmanager
    def running(self, request_id: str) -> Iterator[None]:
        """Trace the handler's run."""
        segment = self._begun(self._function_id, "AWS::Lambda::Function", self._service_id)
        try:
            yield
        except LambdaError as error:
            segment["fault"] = True
            # Lambda adds the error's text, too, as the runtime client posts it.
            segment["cause"] = {"exceptions": [{"id": new_id(), "type": error.error_type}]}
            raise
        finally:
            self._end(segment, aws={"request_id": request_id, "function_arn": self._configuration.arn})

    def _begun(self, segment_id: str, origin: str, parent: str | None) -> dict[str, Any]:
        return {
            "id": segment_id,
            "name": self._configuration.name,
            "origin": origin,
            "trace_id": trace_id_of(self._header),
            **({"parent_id": parent} if parent else {}),
            "start_time": time.time(),
            "resource_arn": self._configuration.arn,
        }

    def _end(self, segment: dict[str, Any], **more: object) -> None:
        if is_sampled(self._header):
            self._write({**segment, "end_time": time.time(), **more})
