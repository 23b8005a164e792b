"""What happens to a request of an API: its route is found, its function invoked, the result sent back."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import (
    AccessDeniedError,
    CloudError,
    LambdaError,
    PayloadTooLargeError,
    RecursiveInvocationError,
    ThrottledError,
)
from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse, MalformedResultError, event_of, message
from embedded_cloud.http_apis.messages import response_of as http_response_of
from embedded_cloud.http_apis.routes import DEFAULT, Found, select
from embedded_cloud.observability.tracing import complete_trace_header
from embedded_cloud.rights.policies import Call
from embedded_cloud.rights.principals import service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.rights.rights import Rights

API_GATEWAY = service("apigateway.amazonaws.com")
FUNCTION_IN_URI = re.compile(r"(arn:aws[a-z-]*:lambda:[^/]+)")
INTERNAL_ERROR = message(500, "Internal Server Error")
NOT_FOUND = message(404, "Not Found")
UNAVAILABLE = message(503, "Service Unavailable")


@dataclass
class Passage:
    """A request on its way through an API.

    Attributes
    ----------
    path
        The request's, without the stage.
    """

    request: HttpRequest
    stage: Any
    path: str
    found: Found | None = None
    failure: str = ""

    @property
    def route_key(self) -> str:
        """The key of its route; empty where it has none."""
        return str(self.found.route.route_key) if self.found else ""


class Gateway:
    """Serves the requests of one API by what moto knows of it at their moment.

    Parameters
    ----------
    api
        Moto's.
    """

    def __init__(self, api: Any, account: str, region: str, functions: Functions, rights: Rights) -> None:
        self._api = api
        self._account = account
        self._region = region
        self._functions = functions
        self._rights = rights

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Give the response to a request."""
        name, _, rest = request.path[1:].partition("/")
        stages = self._api.stages
        if name in stages:
            passage = Passage(request, stages[name], f"/{rest}")
        else:
            passage = Passage(request, stages.get(DEFAULT), request.path)
        return self._routed(passage) if passage.stage else NOT_FOUND

    def _routed(self, passage: Passage) -> HttpResponse:
        passage.found = select(list(self._api.routes.values()), passage.request.method, passage.path)
        if passage.found is None:
            return NOT_FOUND
        return self._integrated(passage, passage.found)

    def _integrated(self, passage: Passage, found: Found) -> HttpResponse:
        integration = self._api.integrations[found.route.target.removeprefix("integrations/")]
        try:
            function = self._functions.named(_function_of(integration.integration_uri))
            self._require(function.configuration.arn, passage)
            trace = complete_trace_header(passage.request.joined.get("x-amzn-trace-id"))
            payload = json.dumps(self._event(passage, found, trace)).encode()
            result = _within(integration.timeout_in_millis / 1000, lambda: function.invoke(payload, trace))
            return http_response_of(result)
        except (TimeoutError, ThrottledError) as error:
            passage.failure = str(error) or "Endpoint request timed out"
            return UNAVAILABLE
        except PayloadTooLargeError as error:
            passage.failure = str(error)
            return message(413, "Request Entity Too Large")
        except (AccessDeniedError, LambdaError, MalformedResultError, RecursiveInvocationError, CloudError) as error:
            passage.failure = str(error)
            return INTERNAL_ERROR

    def _require(self, function_arn: str, passage: Passage) -> None:
        """Make sure that the function lets the API invoke it for the route."""
        method, _, path = passage.route_key.partition(" ")
        route = f"{passage.request.method}{path}" if path else method
        source = f"arn:aws:execute-api:{self._region}:{self._account}:{self._api.api_id}/{passage.stage.name}/{route}"
        keys = {"aws:SourceArn": source, "aws:SourceAccount": self._account}
        self._rights.require(API_GATEWAY, Call.of("lambda:InvokeFunction", function_arn, keys))

    def _event(self, passage: Passage, found: Found, trace: str) -> dict[str, Any]:
        host = passage.request.joined.get("host", "")
        event = event_of(
            passage.request,
            context=self._context(passage, host),
            variables=found.variables,
            stage_variables=passage.stage.stage_variables,
        )
        event["headers"] |= {
            "x-amzn-trace-id": trace.partition(";")[0],
            "x-forwarded-for": ", ".join(
                filter(None, (event["headers"].get("x-forwarded-for"), passage.request.source_ip))
            ),
            "x-forwarded-port": host.partition(":")[2] or "80",
            "x-forwarded-proto": "http",
        }
        return event

    def _context(self, passage: Passage, host: str) -> Mapping[str, Any]:
        return {
            "accountId": self._account,
            "apiId": self._api.api_id,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "routeKey": passage.route_key,
            "stage": passage.stage.name,
        }


def _function_of(uri: str) -> str:
    """Give the function's ARN in the URI of an integration."""
    match = FUNCTION_IN_URI.search(uri)
    return match[1] if match else uri


def _within(seconds: float, invoke: Callable[[], bytes]) -> bytes:
    """Give the result of an invocation if it comes in time; it goes on in any case, as on AWS.

    Raises
    ------
    TimeoutError
        When it does not.
    """
    future: Future[bytes] = Future()

    def run() -> None:
        try:
            future.set_result(invoke())
        except CloudError as error:
            future.set_exception(error)

    threading.Thread(target=run, name="http-api-invocation", daemon=True).start()
    return future.result(seconds)
