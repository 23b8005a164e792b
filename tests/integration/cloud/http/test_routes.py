"""API Gateway's HTTP API: what a function gets of a request, what the client gets back, and what is not served."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import pytest

from embedded_cloud import Application, CloudError, EmbeddedCloud
from embedded_cloud.errors import TemplateError
from embedded_cloud.http_apis.routes import select
from tests.integration.cloud.http.asking import JSON, ask, said

BIG = 10 * 1024 * 1024
CLOSED = "{x-amazon-apigateway-endpoint-configuration: {disableExecuteApiEndpoint: true}}"
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
  Live: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Plain, StageName: $default, AutoDeploy: true}}
"""


@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        ({"statusCode": 201, "body": "é"}, 201, "é".encode()),
        ({"statusCode": "204"}, 204, b""),
        ({"said": 1}, 500, None),
        ({"statusCode": "ok", "body": "x"}, 500, None),
        ({"statusCode": 200, "body": {"a": 1}}, 500, None),
        ({"statusCode": 200, "headers": {"x-a": "b\r\nset-cookie: c=d"}}, 500, None),
        ({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}, 500, None),
    ],
)
def test_result_of_a_function_is_made_a_response(
    cloud: EmbeddedCloud, result: object, status: int, body: bytes | None
) -> None:
    response = said(cloud, result)
    assert response.status == status
    assert response.data == (body if body is not None else b'{"message":"Internal Server Error"}')


@pytest.mark.parametrize(
    ("method", "path", "size", "headers", "status", "message"),
    [
        ("POST", "/said", 1, {"Content-Type": "text/plain"}, 500, "Internal Server Error"),
        ("GET", "/slow", 0, {}, 503, "Service Unavailable"),
        ("POST", "/said", BIG + 1, JSON, 413, "Request Entity Too Large"),
        ("POST", "/nowhere", BIG + 1, JSON, 413, "Request Entity Too Large"),
        ("GET", "/cases/1", 0, {"Host": "bank.example"}, 403, "Forbidden"),
        *(("GET", path, 0, {}, 404, "Not Found") for path in ("/", "/said", "/cases", "/cases/")),
    ],
)
def test_what_no_function_gives_a_result_for_is_told_by_the_gateway(
    cloud: EmbeddedCloud,
    method: str,
    path: str,
    size: int,
    headers: dict[str, str],
    status: int,
    message: str,
) -> None:
    response = ask(cloud, method, path, b"x" * size or None, headers)
    assert (response.status, response.json()) == (status, {"message": message})


def test_request_takes_the_route_that_says_most_whatever_their_order() -> None:
    keys = ["GET /a/b", "ANY /a/b", "GET /a/{x}", "ANY /a/{x}", "GET /a/{y+}", "$default"]
    for given in permutations(SimpleNamespace(route_key=key) for key in keys):
        found = [select(given[start:], "GET", "/a/b") for start in range(len(keys))]
        best = [min(keys.index(each.route_key) for each in given[start:]) for start in range(len(keys))]
        assert [each and keys.index(each.route.route_key) for each in found] == best
        other = select(given, "DELETE", "/a/b")
        assert other is not None
        assert other.route.route_key == "ANY /a/b"


def test_function_that_does_not_let_the_api_invoke_it_is_not_invoked(cloud: EmbeddedCloud) -> None:
    client, api = cloud.client("apigatewayv2"), cloud.physical_id("Api")
    target = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=cloud.arn("Echo"), PayloadFormatVersion="2.0"
    )["IntegrationId"]
    client.create_route(ApiId=api, RouteKey="GET /foreign", Target=f"integrations/{target}")
    assert ask(cloud, "GET", "/foreign").status == 500
    [denial] = cloud.rights.record.denials
    assert (denial.role, denial.action) == ("apigateway.amazonaws.com", "lambda:InvokeFunction")


# What is not there


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (("payloadFormatVersion: '2.0'", "payloadFormatVersion: '1.0'"), "only aws_proxy with payloadFormatVersion"),
        (("type: aws_proxy", "type: http_proxy"), "only aws_proxy"),
        (("timeoutInMillis: 900", "timeoutInMillis: 31000"), "timeoutInMillis is 31000"),
        (("timeoutInMillis: 900", "tlsConfig: {}"), "tlsConfig is not supported"),
        (("StageName: $default", "StageName: live"), r"only \$default is served here"),
        (("StageName: $default", "StageName: $default, RouteSettings: {}"), "RouteSettings is not supported"),
        (("AutoDeploy: true", "AutoDeploy: true, AccessLogSettings: {Format: $context.path}"), "the access log: path"),
        (("paths:", "openapi: 3.1.0\n        paths:"), "an API is made of OpenAPI 3.0"),
        (("get:", "trace:"), "/a: trace is not supported"),
        (("paths:", f"servers: [{CLOSED}]\n        paths:"), "disableExecuteApiEndpoint is not supported"),
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
    assert [ask(cloud, "GET", path, api="Plain").status for path in ("/a", "/b")] == [404, 500]
    cloud.delete_stack("changing")
    with pytest.raises(CloudError):
        cloud.http_url("Plain")
