"""The function behind a route: whether it lets the API invoke it, what it is given, and what comes of its result."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import CloudError, PayloadTooLargeError, ThrottledError
from embedded_cloud.http_apis.messages import (
    TOO_LARGE,
    HttpResponse,
    MalformedResultError,
    event_of,
    message,
    response_of,
)
from embedded_cloud.observability.tracing import complete_trace_header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.http_apis.messages import HttpRequest
    from embedded_cloud.rights.rights import Rights

FUNCTION_IN_URI = re.compile(r"(arn:aws[a-z-]*:lambda:[^/]+)")
INTERNAL_ERROR = message(500, "Internal Server Error")
UNAVAILABLE = message(503, "Service Unavailable")


@dataclass
class Passage:
    """A request on its way through an API.

    Attributes
    ----------
    stage
        Moto's; None where there is none.
    found
        Its route, once that is known.
    """

    request: HttpRequest
    stage: Any
    found: Any = None

    @property
    def route_key(self) -> str:
        """The key of its route; empty where it has none."""
        return str(self.found.route.route_key) if self.found else ""


@dataclass
class Integrations:
    """Invokes the functions of routes."""

    account: str
    region: str
    functions: Functions
    rights: Rights

    def respond(self, api: Any, passage: Passage, authorizer: Mapping[str, Any]) -> HttpResponse:
        """Give the response of a route's function; `authorizer` is what it gets of the request's token."""
        integration = api.integrations[passage.found.route.target.removeprefix("integrations/")]
        try:
            function = self.functions.named(_function_of(integration.integration_uri))
            self._require(function.configuration.arn, api, passage)
            trace = complete_trace_header(passage.request.joined.get("x-amzn-trace-id"))
            payload = json.dumps(self._event(api, passage, authorizer, trace)).encode()
            result = _within(integration.timeout_in_millis / 1000, lambda: function.invoke(payload, trace))
            return response_of(result)
        except TimeoutError:
            return UNAVAILABLE
        except (CloudError, MalformedResultError) as error:
            if isinstance(error, PayloadTooLargeError):
                return TOO_LARGE
            return UNAVAILABLE if isinstance(error, ThrottledError) else INTERNAL_ERROR

    def _require(self, function_arn: str, api: Any, passage: Passage) -> None:
        """Make sure that the function lets the API invoke it for the route."""
        method, _, path = passage.route_key.partition(" ")
        route = f"{passage.request.method}{path}" if path else method
        source = f"arn:aws:execute-api:{self.region}:{self.account}:{api.api_id}/{passage.stage.name}/{route}"
        self.rights.require_of_service("apigateway.amazonaws.com", "lambda:InvokeFunction", function_arn, source)

    def _event(self, api: Any, passage: Passage, authorizer: Mapping[str, Any], trace: str) -> dict[str, Any]:
        request, host = passage.request, passage.request.joined.get("host", "")
        context = {
            "accountId": self.account,
            "apiId": api.api_id,
            **({"authorizer": authorizer} if authorizer else {}),
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "routeKey": passage.route_key,
            "stage": passage.stage.name,
        }
        event = event_of(request, context, passage.found.variables)
        came_by = event["headers"].get("x-forwarded-for")
        event["headers"] |= {
            "x-amzn-trace-id": trace.partition(";")[0],
            "x-forwarded-for": f"{came_by}, {request.source_ip}" if came_by else request.source_ip,
            "x-forwarded-port": host.partition(":")[2] or "80",
            "x-forwarded-proto": "http",
        }
        return event


def _function_of(uri: str) -> str:
    """Give the function's ARN in the URI of an integration."""
    match = FUNCTION_IN_URI.search(uri)
    return match[1] if match else uri


def _within(seconds: float, invoke: Callable[[], bytes]) -> bytes:
    """Give the result of an invocation if it comes in time, else a TimeoutError; it goes on in any case, as on AWS."""
    future: Future[bytes] = Future()

    def run() -> None:
        try:
            future.set_result(invoke())
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
            future.set_exception(error)

    threading.Thread(target=run, name="http-api-invocation", daemon=True).start()
    return future.result(seconds)
