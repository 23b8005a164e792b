"""API Gateway's HTTP API: what a client sends, what the function gets of it, and what the client gets back."""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from embedded_cloud import Application, CloudError, EmbeddedCloud
from embedded_cloud.errors import TemplateError
from embedded_cloud.http_apis.routes import select
from tests.integration.cloud.machines import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPLATE = PROJECT / "tests" / "integration" / "cloud" / "http" / "template.yaml"
BIG = 10 * 1024 * 1024
JSON = {"Content-Type": "application/json"}
DESK = {"Origin": "https://desk.example"}
PLAIN = """
Resources:
  Plain:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Body:
        paths:
          /a:
            get:
              x-amazon-apigateway-integration:
                type: aws_proxy
                payloadFormatVersion: '2.0'
                uri: arn:aws:lambda:eu-west-3:123456789012:function:none
                timeoutInMillis: 900
  Live: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Plain, StageName: live, AutoDeploy: true}}
"""


class Issuer:
    """Publishes its keys, and counts how often they were asked for."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.asked = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_IssuerHandler,), {"issuer": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def token(
        self, claims: dict[str, object] | None = None, kid: str | None = None, key: Any = None, alg: str = "RS256"
    ) -> dict[str, str]:
        """The headers of a request with a token; without other claims it is a right one; None leaves a claim out."""
        right = {"iss": self.url, "aud": "desk", "sub": "lea", "exp": int(time.time()) + 60}
        said = {name: value for name, value in {**right, **(claims or {})}.items() if value is not None}
        head = {"alg": alg, **({"kid": self.key.kid if kid is None else kid} if kid != "" else {})}
        token = jwt.encode(head, said, key or self.key, algorithms=[alg])
        return {"Authorization": f"Bearer {token}"}


class _IssuerHandler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        if self.path == "/keys":
            self.issuer.asked += 1
            document: object = {"keys": [self.issuer.key.as_dict(private=False)]}
        else:
            document = {"jwks_uri": f"{self.issuer.url}/keys"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    threading.Thread(target=issuer.server.serve_forever, daemon=True).start()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()


@pytest.fixture(scope="module")
def cloud(issuer: Issuer) -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(
        template=TEMPLATE, parameters={"Issuer": issuer.url}, workdir=PROJECT / "build" / "cloud", stack_name="http"
    ) as running:
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


def look(cloud: EmbeddedCloud, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Response:
    """Ask the guarded API."""
    return ask(cloud, method, path, headers=headers, api="Guarded")


def said(cloud: EmbeddedCloud, result: object) -> Response:
    """What the client gets of a function's result."""
    return ask(cloud, "POST", "/said", json.dumps(result).encode(), JSON)


def test_function_gets_a_request_in_format_2(cloud: EmbeddedCloud) -> None:
    connection = http.client.HTTPConnection(urlsplit(cloud.http_url("Api")).netloc, timeout=30)
    connection.putrequest("GET", "/cases/a%20b?x=1&x=2&y=%20&z=")
    for name, value in (
        ("X-Two", "a"),
        ("X-Two", "b"),
        ("Cookie", "c=1; d=2"),
        ("Cookie", "e=3"),
        ("User-Agent", "tests"),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    event = Response(connection.getresponse()).json
    context = event["requestContext"]
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "GET /cases/{id}", "/cases/a b")
    query = {"x": "1,2", "y": " ", "z": ""}
    assert (event["rawQueryString"], event["queryStringParameters"]) == ("x=1&x=2&y=%20&z=", query)
    assert (event["cookies"], event["pathParameters"]) == (["c=1", "d=2", "e=3"], {"id": "a b"})
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
    [
        ("text/plain", False),
        ("application/x-www-form-urlencoded", True),
        ("application/problem+json", True),
        (None, True),
    ],
)
def test_body_that_is_no_text_to_the_service_comes_in_base64(
    cloud: EmbeddedCloud, content_type: str | None, *, is_encoded: bool
) -> None:
    event = ask(cloud, "PUT", "/cases/1", b"a=1", {"Content-Type": content_type} if content_type else {}).json
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


def test_order_of_the_routes_does_not_matter() -> None:
    keys = ["GET /a/b", "ANY /a/b", "GET /a/{x}", "ANY /a/{x}", "GET /a/{y+}", "$default"]
    for given in permutations(SimpleNamespace(route_key=key) for key in keys):
        found = [select(given[start:], "GET", "/a/b") for start in range(len(keys))]
        best = [min(keys.index(each.route_key) for each in given[start:]) for start in range(len(keys))]
        assert [each and keys.index(each.route.route_key) for each in found] == best


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


@pytest.mark.parametrize("path", ["/said", "/nowhere"])
def test_body_over_the_limit_is_refused(cloud: EmbeddedCloud, path: str) -> None:
    response = ask(cloud, "POST", path, b"x" * (BIG + 1), JSON)
    assert (response.status, response.json) == (413, {"message": "Request Entity Too Large"})


def test_function_that_takes_too_long_is_not_available(cloud: EmbeddedCloud) -> None:
    response = ask(cloud, "GET", "/slow")
    assert (response.status, response.json) == (503, {"message": "Service Unavailable"})


def test_function_that_does_not_let_the_api_invoke_it_is_not_invoked(cloud: EmbeddedCloud) -> None:
    client, api = cloud.client("apigatewayv2"), cloud.physical_id("WithDefault")
    target = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=cloud.arn("Echo"), PayloadFormatVersion="2.0"
    )["IntegrationId"]
    client.create_route(ApiId=api, RouteKey="GET /foreign", Target=f"integrations/{target}")
    assert ask(cloud, "GET", "/live/foreign", api="WithDefault").status == 500
    [denial] = cloud.rights.record.denials
    assert (denial.role, denial.action) == ("apigateway.amazonaws.com", "lambda:InvokeFunction")


def test_request_for_another_host_is_forbidden(cloud: EmbeddedCloud) -> None:
    response = ask(cloud, "GET", "/cases/1", headers={"Host": "bank.example"})
    assert (response.status, response.json) == (403, {"message": "Forbidden"})


# Who may


def test_token_opens_its_route_and_the_function_gets_the_claims(cloud: EmbeddedCloud, issuer: Issuer) -> None:
    event = look(cloud, "/closed", issuer.token({"groups": ["a", "b"], "admin": True})).json
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert (claims["sub"], claims["groups"], claims["admin"]) == ("lea", "[a b]", "true")
    assert event["requestContext"]["authorizer"]["jwt"]["scopes"] is None


def test_request_without_a_token_is_unauthorized(cloud: EmbeddedCloud) -> None:
    response = look(cloud, "/closed")
    assert (response.status, response.json) == (401, {"message": "Unauthorized"})
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"iss": "https://other.example"}, "invalid issuer"),
        ({"aud": ["page"]}, "the token does not have a valid audience"),
        ({"aud": "page", "client_id": "desk"}, "the token does not have a valid audience"),
        ({"exp": 1}, "the token has expired"),
        ({"exp": None}, "the token is not valid"),
        ({"exp": "soon"}, "the token is not valid"),
        ({"nbf": 4_000_000_000}, "the token is not valid yet"),
        ({"iat": 4_000_000_000}, "the token is not valid yet"),
    ],
)
def test_token_with_a_wrong_claim_is_refused(
    cloud: EmbeddedCloud, issuer: Issuer, claims: dict[str, object], description: str
) -> None:
    response = look(cloud, "/closed", issuer.token(claims))
    assert (response.status, response.json) == (401, {"message": "Unauthorized"})
    assert f'error="invalid_token" error_description="{description}"' in response.headers["www-authenticate"]


def test_client_id_counts_where_there_is_no_audience_and_a_token_alone_is_enough(
    cloud: EmbeddedCloud, issuer: Issuer
) -> None:
    token = issuer.token({"aud": None, "client_id": "desk"})["Authorization"].removeprefix("Bearer ")
    assert look(cloud, "/closed", {"Authorization": token}).status == 200


def test_forged_token_is_refused(cloud: EmbeddedCloud, issuer: Issuer) -> None:
    right = issuer.token()["Authorization"]
    none = json.dumps({"alg": "none", "kid": issuer.key.kid}).encode()
    head, body, _ = right.removeprefix("Bearer ").split(".")
    forged = [
        issuer.token(key=RSAKey.generate_key(2048)),
        issuer.token(kid="unknown"),
        issuer.token(kid=""),
        issuer.token(alg="PS256"),
        issuer.token(alg="HS256", key=OctKey.import_key("secret" * 8)),
        {"Authorization": f"Bearer {base64.urlsafe_b64encode(none).decode().rstrip('=')}.{body}."},
        {"Authorization": f"Bearer {head}.{body}."},
        {"Authorization": "Bearer x"},
    ]
    assert {look(cloud, "/closed", each).status for each in forged} == {401}


@pytest.mark.parametrize(("scope", "status"), [("read other", 200), (["write"], 200), ("reader", 403), ("", 403)])
def test_token_needs_one_of_the_scopes_of_its_route(
    cloud: EmbeddedCloud, issuer: Issuer, scope: object, status: int
) -> None:
    response = look(cloud, "/scoped", issuer.token({"scope" if isinstance(scope, str) else "scp": scope}))
    assert response.status == status
    if status == 403:
        assert response.json == {"message": "Forbidden"}
        assert response.headers["www-authenticate"] == 'Bearer scope="read write" error="insufficient_scope"'


def test_keys_of_an_issuer_are_kept_for_two_hours(cloud: EmbeddedCloud, issuer: Issuer) -> None:
    old = issuer.token()
    look(cloud, "/closed", old)
    asked = issuer.asked
    issuer.key = RSAKey.generate_key(2048, {"kid": "second"})
    new = issuer.token()
    assert [look(cloud, "/closed", each).status for each in (old, new)] == [200, 401]
    assert issuer.asked == asked
    cloud.clock.move(dt.timedelta(hours=2))
    assert [look(cloud, "/closed", each).status for each in (old, new)] == [401, 200]
    assert issuer.asked == asked + 1


# Browsers of other origins


def test_preflight_gets_what_is_configured_and_no_route_sees_it(cloud: EmbeddedCloud) -> None:
    response = look(cloud, "/nowhere", {**DESK, "Access-Control-Request-Method": "GET"}, method="OPTIONS")
    assert response.status == 204
    assert {key: value for key, value in response.headers.items() if key.startswith("access-control")} == {
        "access-control-allow-origin": "https://desk.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "600",
    }


def test_only_the_configured_origin_may_read(cloud: EmbeddedCloud) -> None:
    response = look(cloud, "/open", DESK)
    assert response.headers["access-control-allow-origin"] == "https://desk.example"
    assert response.headers["access-control-expose-headers"] == "etag"
    for headers in ({"Origin": "https://desk.example.other"}, {}):
        assert "access-control-allow-origin" not in look(cloud, "/open", headers).headers
    assert ask(cloud, "GET", "/cases/1").headers["access-control-allow-origin"] == "*"


# Load, log, metrics


def test_route_lets_its_burst_through_and_then_refuses(cloud: EmbeddedCloud) -> None:
    responses = [look(cloud, "/rare") for _ in range(4)]
    assert [each.status for each in responses] == [200, 200, 429, 429]
    assert responses[-1].json == {"message": "Too Many Requests"}
    assert look(cloud, "/open").status == 200


def test_default_of_a_stage_throttles_each_of_its_routes(cloud: EmbeddedCloud) -> None:
    limits = {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.001}
    api = cloud.physical_id("WithDefault")
    cloud.client("apigatewayv2").create_stage(
        ApiId=api, StageName="tight", AutoDeploy=True, DefaultRouteSettings=limits
    )
    assert [ask(cloud, "GET", "/tight/x", api="WithDefault").status for _ in range(2)] == [200, 429]


def test_access_log_has_a_line_of_the_configured_form_for_each_request(cloud: EmbeddedCloud, issuer: Issuer) -> None:
    before = len(lines(cloud))
    look(cloud, "/closed", {**issuer.token(), "User-Agent": 'a "b"'})
    look(cloud, "/closed", issuer.token({"exp": 1}))
    look(cloud, "/nowhere")
    nothing = {"agent": "-", "sub": "-", "refusal": "-", "error": "-", "none": "-"}
    expired = {"refusal": "the token has expired", "error": "Unauthorized"}
    assert lines(cloud)[before:] == [
        {**nothing, "route": "GET /closed", "status": "200", "agent": 'a "b"', "sub": "lea"},
        {**nothing, "route": "GET /closed", "status": "401", **expired},
        {**nothing, "route": "-", "status": "404", "error": "Not Found"},
    ]


def lines(cloud: EmbeddedCloud) -> list[Any]:
    found = cloud.client("logs").filter_log_events(logGroupName="/aws/http/http")["events"]
    return [json.loads(each["message"]) for each in found]


def test_requests_are_measured_and_an_alarm_hears_of_errors(cloud: EmbeddedCloud) -> None:
    cloud.pass_minutes(5)
    assert cloud.alarms.state(cloud.physical_id("Broken")) == "OK"
    before = [measured(cloud, name) for name in ("Count", "4xx", "5xx", "Latency")]
    said(cloud, {"statusCode": "broken"})
    for _ in range(2):
        ask(cloud, "GET", "/nowhere")
    after = [measured(cloud, name) for name in ("Count", "4xx", "5xx", "Latency")]
    assert [new - old for new, old in zip(after[:3], before[:3], strict=True)] == [3, 2, 1]
    assert after[3] > before[3]
    cloud.pass_minutes()
    assert cloud.alarms.state(cloud.physical_id("Broken")) == "ALARM"
    look(cloud, "/open")
    assert measured(cloud, "Count", api="Guarded", Stage="$default", Route="GET /open") >= 1


def measured(cloud: EmbeddedCloud, name: str, api: str = "Api", **dimensions: str) -> float:
    by = {"ApiId": cloud.physical_id(api), **dimensions}
    metric = {
        "Namespace": "AWS/ApiGateway",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in by.items()],
    }
    found = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": metric, "Period": 24 * 3600, "Stat": "Sum"}}],
        StartTime=cloud.clock.now() - dt.timedelta(hours=5),
        EndTime=cloud.clock.now() + dt.timedelta(minutes=1),
    )["MetricDataResults"]
    return float(sum(sum(each["Values"]) for each in found))


# What is not there


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (("payloadFormatVersion: '2.0'", "payloadFormatVersion: '1.0'"), "only aws_proxy with payloadFormatVersion"),
        (("type: aws_proxy", "type: http_proxy"), "only aws_proxy"),
        (("timeoutInMillis: 900", "timeoutInMillis: 31000"), "timeoutInMillis is 31000"),
        (("timeoutInMillis: 900", "tlsConfig: {}"), "tlsConfig is not supported"),
        (("StageName: live", "StageName: live, RouteSettings: {GET /b: {}}"), "Unable to find Route by key GET /b"),
        (("paths:", "openapi: 3.1.0\n        paths:"), "an API is made of OpenAPI 3.0"),
        (("get:", "trace:"), "/a: trace is not supported"),
        (("AutoDeploy: true", "AutoDeploy: false"), "without AutoDeploy"),
    ],
)
def test_api_with_what_is_not_served_here_is_refused(
    cloud: EmbeddedCloud, tmp_path: Path, change: tuple[str, str], refused: str
) -> None:
    assert change[0] in PLAIN
    path = tmp_path / "template.yaml"
    path.write_text(PLAIN.replace(*change), encoding="utf-8")
    with pytest.raises(TemplateError, match=refused):
        cloud.deploy(Application(path, "refused"))


def test_changed_api_has_the_new_routes_only(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    cloud.deploy(Application(path, "changing"))
    url = cloud.http_url("Plain")
    path.write_text(PLAIN.replace("/a:", "/b:"), encoding="utf-8")
    cloud.deploy(Application(path, "changing"))
    # Neither has a right to its function: it would be a 500.
    assert cloud.http_url("Plain") == url
    assert [ask(cloud, "GET", f"/live{path}", api="Plain").status for path in ("/a", "/b")] == [404, 500]
    cloud.delete_stack("changing")
    with pytest.raises(CloudError):
        cloud.http_url("Plain")
