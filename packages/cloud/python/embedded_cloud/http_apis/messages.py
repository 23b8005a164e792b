"""A request as an event of a function (payload format 2.0), and the function's result as a response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
Which bodies are text, and that `rawPath` is decoded, AWS does not say; both were observed on it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import uuid
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEXTS = frozenset({"application/json", "application/javascript", "application/xml"})
"""Types of bodies that reach a function as they are, besides `text/*`; all others come in base64, forms among them."""
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
NOT_IN_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
OF_THE_CONNECTION = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})
"""Headers that the gateway sets itself."""


class MalformedResultError(Exception):
    """A function's result that API Gateway makes no response of."""


@dataclass(frozen=True)
class HttpResponse:
    """What goes back to the client; `error` is the gateway's own message, where it is the gateway's response."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str = ""


def message(status: int, text: str, *headers: tuple[str, str]) -> HttpResponse:
    """Give a response of the gateway's own."""
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return HttpResponse(status, (("content-type", "application/json"), *headers), body, text)


TOO_LARGE = message(413, "Request Entity Too Large")


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came.

    Attributes
    ----------
    path
        Still percent-encoded, without the query.
    headers
        In their order; one may come several times.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    protocol: str = "HTTP/1.1"
    id: str = field(default_factory=lambda: base64.urlsafe_b64encode(uuid.uuid4().bytes[:11]).decode())
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC))

    @cached_property
    def joined(self) -> dict[str, str]:
        """Its headers in lower case; what came several times is joined by commas."""
        return _joined((name.lower(), value.strip()) for name, value in self.headers)

    @property
    def time(self) -> str:
        """Its moment, as logs have it: `12/Mar/2026:19:03:58 +0000`."""
        return f"{self.at:%d/%b/%Y:%H:%M:%S %z}"


def event_of(request: HttpRequest, context: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Give the event of a request; `context` goes into its `requestContext`."""
    headers, path = {name: value for name, value in request.joined.items() if name != "cookie"}, unquote(request.path)
    sent = [value for name, value in request.headers if name.lower() == "cookie"]
    cookies = [part.strip() for value in sent for part in value.split(";") if part.strip()]
    query = _joined(parse_qsl(request.query, keep_blank_values=True))
    is_text = _is_text(headers.get("content-type"))
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": path,
        "rawQueryString": request.query,
        "cookies": cookies,
        "headers": headers,
        "queryStringParameters": query,
        "requestContext": {
            **context,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request.id,
            "time": request.time,
            "timeEpoch": int(request.at.timestamp() * 1000),
        },
        "pathParameters": dict(variables),
        "isBase64Encoded": bool(request.body) and not is_text,
    }
    if request.body:
        event["body"] = (
            request.body.decode(errors="replace") if is_text else base64.b64encode(request.body).decode("ascii")
        )
    return {key: value for key, value in event.items() if value not in ({}, [])}


def response_of(result: bytes) -> HttpResponse:
    """Give the response that a function's result is.

    Raises
    ------
    MalformedResultError
        When it is of no form that API Gateway takes.
    """
    try:
        document = json.loads(result)
    except ValueError as error:
        raise MalformedResultError(f"not JSON: {error}") from error
    if not isinstance(document, dict) or "statusCode" not in document or document.get("isBase64Encoded"):
        raise MalformedResultError("a result has a statusCode here, and a body that is a text")
    headers = document.get("headers") or {}
    cookies = document.get("cookies") or []
    if not isinstance(headers, dict) or not isinstance(cookies, list):
        raise MalformedResultError("headers are a mapping, and cookies a list")
    pairs = [(str(name).lower(), _header_text(value)) for name, value in headers.items()]
    pairs = [(name, value) for name, value in pairs if name not in OF_THE_CONNECTION]
    if "content-type" not in dict(pairs):
        pairs.append(("content-type", "text/plain;charset=UTF-8"))
    pairs += [("set-cookie", _header_text(cookie)) for cookie in cookies]
    wrong = [name for name, value in pairs if not TOKEN.fullmatch(name) or NOT_IN_HEADER.search(value)]
    if wrong:
        raise MalformedResultError(f"no headers of HTTP: {', '.join(wrong)}")
    return HttpResponse(_status(document["statusCode"]), tuple(pairs), _body(document))


def _status(given: Any) -> int:
    if not re.fullmatch(r"[1-5]\d\d", str(given)):
        raise MalformedResultError(f"statusCode is {given!r}, not a number from 100 to 599")
    return int(given)


def _body(document: Mapping[str, Any]) -> bytes:
    body = document.get("body") or ""
    if not isinstance(body, str):
        raise MalformedResultError("body is not a text")
    return body.encode()


def _header_text(value: Any) -> str:
    if isinstance(value, (dict, list)) or value is None:
        raise MalformedResultError("a header's value is not a text")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _is_text(content_type: str | None) -> bool:
    """Whether a body reaches the function as text."""
    if content_type is None:
        return False
    parsed = Message()
    parsed["content-type"] = content_type
    return parsed.get_content_maintype() == "text" or parsed.get_content_type() in TEXTS
