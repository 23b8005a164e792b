"""API Gateway's HTTP API: what a client sends, what the function gets of it, and what the client gets back."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from embedded_cloud import EmbeddedCloud
from tests.integration.cloud.machines import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = PROJECT / "tests" / "integration" / "cloud" / "http" / "template.yaml"
BIG = 10 * 1024 * 1024
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(template=TEMPLATE, workdir=PROJECT / "build" / "cloud", stack_name="http") as running:
        yield running


class Response:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    cloud: EmbeddedCloud,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    api: str = "Api",
) -> Response:
    connection = http.client.HTTPConnection(urlsplit(cloud.http_url(api)).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        return Response(connection.getresponse())
    finally:
        connection.close()


def said(cloud: EmbeddedCloud, result: object) -> Response:
    """What the client gets of a function's result."""
    return ask(cloud, "POST", "/said", json.dumps(result).encode(), JSON)


def test_function_gets_a_request_in_format_2(cloud: EmbeddedCloud) -> None:
    connection = http.client.HTTPConnection(urlsplit(cloud.http_url("Api")).netloc, timeout=30)
    connection.putrequest("GET", "/cases/a%20b?x=1&x=2&y=%20")
    for name, value in (("X-Two", "a"), ("X-Two", "b"), ("Cookie", "c=1; d=2"), ("User-Agent", "tests")):
        connection.putheader(name, value)
    connection.endheaders()
    event = Response(connection.getresponse()).json
    context = event["requestContext"]
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "GET /cases/{id}", "/cases/a b")
    assert (event["rawQueryString"], event["queryStringParameters"]) == ("x=1&x=2&y=%20", {"x": "1,2", "y": " "})
    assert (event["cookies"], event["pathParameters"]) == (["c=1", "d=2"], {"id": "a b"})
    assert (event["headers"]["x-two"], event["headers"]["x-forwarded-for"]) == ("a,b", "127.0.0.1")
    assert "cookie" not in event["headers"]
    assert (event["stageVariables"], event["isBase64Encoded"], "body" in event) == ({"colour": "blue"}, False, False)
    assert context["http"] == {
        "method": "GET",
        "path": "/cases/a b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "tests",
    }
    assert (context["stage"], context["apiId"]) == ("$default", cloud.physical_id("Api"))
    assert {"requestId", "time", "timeEpoch", "domainName", "domainPrefix", "accountId"} < set(context)


@pytest.mark.parametrize(
    ("content_type", "is_encoded"),
    [("text/plain", False), ("application/x-www-form-urlencoded", True), ("application/problem+json", True)],
)
def test_body_that_is_no_text_to_the_service_comes_in_base64(
    cloud: EmbeddedCloud, content_type: str, *, is_encoded: bool
) -> None:
    event = ask(cloud, "PUT", "/cases/1", b"a=1", {"Content-Type": content_type}).json
    assert (event["isBase64Encoded"], event["body"]) == (is_encoded, "YT0x" if is_encoded else "a=1")


@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        ({"statusCode": 201, "body": "é"}, 201, "é".encode()),
        ({"statusCode": "204"}, 204, b""),
        ({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}, 200, b"\0\1"),
        ({"said": 1}, 200, b'{"said": 1}'),
        ("plain", 200, b"plain"),
        (None, 200, b"null"),
        ({"statusCode": "ok", "body": "x"}, 500, None),
        ({"statusCode": 200, "body": {"a": 1}}, 500, None),
        ({"statusCode": 200, "headers": {"x-a": "b\r\nset-cookie: c=d"}}, 500, None),
        ({"statusCode": 200, "body": "%", "isBase64Encoded": True}, 500, None),
    ],
)
def test_result_of_a_function_is_made_a_response(
    cloud: EmbeddedCloud, result: object, status: int, body: bytes | None
) -> None:
    response = said(cloud, result)
    assert response.status == status
    assert response.body == (body if body is not None else b'{"message":"Internal Server Error"}')


def test_result_sets_headers_and_each_cookie(cloud: EmbeddedCloud) -> None:
    result = {"statusCode": 200, "headers": {"X-Count": 3}, "cookies": ["a=1; Secure", "b=2"], "body": "x"}
    response = said(cloud, result)
    assert response.headers["x-count"] == "3"
    assert response.headers["content-type"] == "text/plain;charset=UTF-8"
    assert response.headers.get_all("set-cookie") == ["a=1; Secure", "b=2"]


def test_handler_that_raises_is_an_error_of_the_server(cloud: EmbeddedCloud) -> None:
    response = ask(cloud, "POST", "/said", b"no JSON", {"Content-Type": "text/plain"})
    assert (response.status, response.json) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/cases/mine", "GET /cases/mine"),
        ("GET", "/cases/7", "GET /cases/{id}"),
        ("DELETE", "/cases/mine", "ANY /cases/{id}"),
        ("GET", "/cases/7/acts/8", "ANY /cases/{proxy+}"),
    ],
)
def test_request_takes_the_route_that_says_most(cloud: EmbeddedCloud, method: str, path: str, route: str) -> None:
    assert ask(cloud, method, path).json["routeKey"] == route


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/said"), ("GET", "/cases"), ("GET", "/cases/")])
def test_request_without_a_route_is_not_found(cloud: EmbeddedCloud, method: str, path: str) -> None:
    response = ask(cloud, method, path)
    assert (response.status, response.json) == (404, {"message": "Not Found"})


def test_stage_with_a_name_is_part_of_the_path_and_default_takes_the_rest(cloud: EmbeddedCloud) -> None:
    event = ask(cloud, "GET", "/live/any/thing", api="WithDefault").json
    assert (event["routeKey"], event["rawPath"]) == ("$default", "/live/any/thing")
    assert event["requestContext"]["stage"] == "live"
    assert ask(cloud, "GET", "/any/thing", api="WithDefault").status == 404


def test_addresses_of_the_template_are_of_this_machine(cloud: EmbeddedCloud) -> None:
    url = cloud.http_url("Api")
    assert cloud.outputs["Address"] == f"{url}/cases"
    assert cloud.outputs["Endpoint"] == url
    assert cloud.client("apigatewayv2").get_api(ApiId=cloud.physical_id("Api"))["ApiEndpoint"] == url


def test_body_over_the_limit_is_refused(cloud: EmbeddedCloud) -> None:
    response = ask(cloud, "POST", "/said", b"x" * (BIG + 1), JSON)
    assert (response.status, response.json) == (413, {"message": "Request Entity Too Large"})


def test_function_that_takes_too_long_is_not_available(cloud: EmbeddedCloud) -> None:
    response = ask(cloud, "GET", "/slow")
    assert (response.status, response.json) == (503, {"message": "Service Unavailable"})
