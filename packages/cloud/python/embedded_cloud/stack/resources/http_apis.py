"""API Gateway's HTTP APIs and their stages, as SAM makes them of an `AWS::Serverless::HttpApi`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import TemplateError
from embedded_cloud.http_apis.routes import ANY, DEFAULT
from embedded_cloud.stack.creation import Created

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource

API = frozenset({"Body", "FailOnWarnings", "Name", "Description", "Tags", "ProtocolType", "CorsConfiguration"})
STAGE = frozenset({"ApiId", "StageName", "AutoDeploy", "Description", "StageVariables", "Tags"})
BODY = frozenset({"openapi", "info", "paths", "tags", "components", "x-amazon-apigateway-cors"})
METHOD = frozenset({"x-amazon-apigateway-integration", "isDefaultRoute", "security", "responses"})
ABOUT = frozenset({"summary", "description", "operationId", "parameters", "requestBody", "tags", "responses"})
"""What OpenAPI says of a method to people; the service does nothing with it."""
INTEGRATION = frozenset({"type", "httpMethod", "uri", "payloadFormatVersion", "timeoutInMillis", "connectionType"})
ANY_METHOD = "x-amazon-apigateway-any-method"
MOST_MILLISECONDS = 30_000


def create_api(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::ApiGatewayV2::Api` with the routes of its OpenAPI document, and serve it."""
    _refuse_others("HTTP APIs", properties, API)
    if properties.get("ProtocolType", "HTTP") != "HTTP":
        raise TemplateError(f"only HTTP APIs are served here, not {properties['ProtocolType']}")
    body = properties.get("Body") or {}
    _refuse_others("the OpenAPI document of an API", body, BODY)
    routes = list(_routes(body))
    context.own(resource, f"{context.stack_name}-{resource.logical_id}")
    client, apis = context.client("apigatewayv2"), context.services.http_apis
    described = {
        "Name": str(properties.get("Name") or body.get("info", {}).get("title") or resource.logical_id),
        "Description": str(properties.get("Description", "")),
    }
    if context.is_there:
        api_id = context.ref
        client.update_api(ApiId=api_id, **described)
    else:
        api_id = client.create_api(**described, ProtocolType="HTTP")["ApiId"]
    context.when_deleted(client.delete_api, ApiId=api_id)
    address = apis.open(api_id)
    context.when_deleted(apis.close, api_id)
    before = client.get_routes(ApiId=api_id)["Items"]
    for key, operation in routes:
        target = client.create_integration(ApiId=api_id, **_integration(key, operation))["IntegrationId"]
        client.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{target}")
    # The new ones are there before the old ones go: no request meets an API without routes.
    for route in before:
        client.delete_route(ApiId=api_id, RouteId=route["RouteId"])
        client.delete_integration(ApiId=api_id, IntegrationId=route["Target"].removeprefix("integrations/"))
    return Created(api_id, {"ApiId": api_id, "ApiEndpoint": address})


def _routes(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the key of each route in an OpenAPI document, with what is said of it."""
    for path, methods in (body.get("paths") or {}).items():
        for method, operation in methods.items():
            is_default = str(operation.get("isDefaultRoute", path == f"/{DEFAULT}")).lower() == "true"
            key = DEFAULT if is_default else f"{ANY if method == ANY_METHOD else method.upper()} {path}"
            _refuse_others(key, operation, METHOD | ABOUT)
            if operation.get("security"):
                raise TemplateError(f"{key}: authorizers are not supported by the embedded cloud")
            yield key, operation


def _integration(key: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    given = operation.get("x-amazon-apigateway-integration")
    if not given:
        raise TemplateError(f"{key} has no x-amazon-apigateway-integration")
    _refuse_others(f"the integration of {key}", given, INTEGRATION)
    if str(given.get("type")).lower() != "aws_proxy" or str(given.get("payloadFormatVersion")) != "2.0":
        raise TemplateError(f"{key}: only aws_proxy with payloadFormatVersion 2.0 is served here")
    milliseconds = int(given.get("timeoutInMillis", MOST_MILLISECONDS))
    if not 50 <= milliseconds <= MOST_MILLISECONDS:  # noqa: PLR2004 - the service's limits
        raise TemplateError(f"{key}: timeoutInMillis is {milliseconds}, it must be from 50 to {MOST_MILLISECONDS}")
    return {
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": "POST",
        "IntegrationUri": str(given["uri"]),
        "PayloadFormatVersion": "2.0",
        "TimeoutInMillis": milliseconds,
    }


def create_stage(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::ApiGatewayV2::Stage`; what its API has is deployed there at once."""
    _refuse_others("stages", properties, STAGE)
    api_id, name, client = str(properties["ApiId"]), str(properties["StageName"]), context.client("apigatewayv2")
    if str(properties.get("AutoDeploy")).lower() != "true":
        raise TemplateError("a stage without AutoDeploy is not served here: there are no deployments")
    context.own(resource, f"{api_id}|{name}")
    variables = {key: str(value) for key, value in properties.get("StageVariables", {}).items()}
    client.create_stage(ApiId=api_id, StageName=name, AutoDeploy=True, StageVariables=variables)
    context.when_deleted(client.delete_stage, ApiId=api_id, StageName=name)
    return Created(name)


def _refuse_others(what: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    others = sorted(set(given) - known)
    if others:
        raise TemplateError(f"{what}: {', '.join(others)} is not supported by the embedded cloud")


CREATORS: dict[str, Creator] = {
    "AWS::ApiGatewayV2::Api": create_api,
    "AWS::ApiGatewayV2::Stage": create_stage,
}
