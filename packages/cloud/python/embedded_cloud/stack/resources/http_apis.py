"""API Gateway's HTTP APIs and their stages, as SAM makes them of an `AWS::Serverless::HttpApi`."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import TemplateError
from embedded_cloud.http_apis.reports import KNOWN, VARIABLE
from embedded_cloud.http_apis.routes import ANY, DEFAULT
from embedded_cloud.observability.logs import group_of
from embedded_cloud.stack.creation import Created, fitted, truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from embedded_cloud.stack.creation import CreationContext, Creator
    from embedded_cloud.stack.template import Resource

API = frozenset({"Body", "FailOnWarnings", "Name", "Description", "Tags", "ProtocolType", "CorsConfiguration"})
STAGE = frozenset({"ApiId", "StageName", "AutoDeploy", "Description", "Tags"})
STAGE |= {"AccessLogSettings", "DefaultRouteSettings"}
BODY = frozenset({"openapi", "info", "paths", "tags", "components", "servers", "x-amazon-apigateway-cors"})
ANY_METHOD = "x-amazon-apigateway-any-method"
METHODS = frozenset({"get", "post", "put", "delete", "head", "options", "patch", ANY_METHOD})
OPERATION = frozenset({"x-amazon-apigateway-integration", "isDefaultRoute", "security"})
OPERATION |= {"summary", "description", "operationId", "parameters", "requestBody", "tags", "responses"}
"""The second line is for people; the service does nothing with it."""
INTEGRATION = frozenset({"type", "httpMethod", "uri", "payloadFormatVersion", "timeoutInMillis", "connectionType"})
CORS = frozenset({"AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders"})
SETTINGS = frozenset({"ThrottlingBurstLimit", "ThrottlingRateLimit", "DetailedMetricsEnabled"})
MOST_MILLISECONDS = 30_000
SOURCE = re.compile(r"\$request\.header\.[\w-]+")


def create_api(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::ApiGatewayV2::Api` with the routes of its OpenAPI document, and serve it."""
    _refuse_others("HTTP APIs", properties, API)
    if properties.get("ProtocolType", "HTTP") != "HTTP":
        raise TemplateError(f"only HTTP APIs are served here, not {properties['ProtocolType']}")
    body = properties.get("Body") or {}
    _refuse_others("the OpenAPI document of an API", body, BODY)
    if not str(body.get("openapi", "3.0")).startswith("3.0"):
        raise TemplateError(f"an API is made of OpenAPI 3.0, not of {body['openapi']}")
    servers = [each.get("x-amazon-apigateway-endpoint-configuration") or {} for each in body.get("servers") or ()]
    _refuse_others("an API", {name: 1 for each in servers for name in each if truth(each[name])}, frozenset())
    routes = list(_routes(body))
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {name: _authorizer(name, each) for name, each in schemes.items()}
    context.own(resource, f"{context.stack_name}-{resource.logical_id}")
    client, apis = context.client("apigatewayv2"), context.services.http_apis
    cors = _cors(properties.get("CorsConfiguration") or body.get("x-amazon-apigateway-cors") or {})
    described = {
        "Name": str(properties.get("Name") or body.get("info", {}).get("title") or resource.logical_id),
        "Description": str(properties.get("Description", "")),
    }
    if context.is_there:
        api_id = context.ref
        client.update_api(ApiId=api_id, **described, **cors)
        if not cors:
            client.delete_cors_configuration(ApiId=api_id)
    else:
        api_id = client.create_api(**described, **cors, ProtocolType="HTTP")["ApiId"]
    context.when_deleted(client.delete_api, ApiId=api_id)
    address = apis.open(api_id)
    context.when_deleted(apis.close, api_id)
    before = client.get_routes(ApiId=api_id)["Items"]
    created = {
        name: client.create_authorizer(ApiId=api_id, Name=name, **each)["AuthorizerId"]
        for name, each in authorizers.items()
    }
    for key, operation in routes:
        target = client.create_integration(ApiId=api_id, **_integration(key, operation))["IntegrationId"]
        guarded = _authorization(key, operation, created)
        client.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{target}", **guarded)
    # The new ones are there before the old ones go: no request meets an API without routes.
    for route in before:
        client.delete_route(ApiId=api_id, RouteId=route["RouteId"])
        client.delete_integration(ApiId=api_id, IntegrationId=route["Target"].removeprefix("integrations/"))
    for authorizer_id in {route["AuthorizerId"] for route in before if "AuthorizerId" in route}:
        client.delete_authorizer(ApiId=api_id, AuthorizerId=authorizer_id)
    return Created(api_id, {"ApiId": api_id, "ApiEndpoint": address})


def _routes(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the key of each route in an OpenAPI document, with what is said of it."""
    for path, methods in (body.get("paths") or {}).items():
        _refuse_others(path, methods, METHODS)
        for method, operation in methods.items():
            is_default = truth(operation.get("isDefaultRoute", path == f"/{DEFAULT}"))
            key = DEFAULT if is_default else f"{ANY if method == ANY_METHOD else method.upper()} {path}"
            _refuse_others(key, operation, OPERATION)
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


def _authorizer(name: str, scheme: Mapping[str, Any]) -> dict[str, Any]:
    given = scheme.get("x-amazon-apigateway-authorizer") or {}
    configuration, source = given.get("jwtConfiguration") or {}, given.get("identitySource", "")
    if given.get("type") != "jwt" or not configuration.get("issuer") or not configuration.get("audience"):
        raise TemplateError(f"authorizer {name}: only those of JWTs are served here, with an issuer and an audience")
    if not SOURCE.fullmatch(source):
        raise TemplateError(f"authorizer {name}: {source!r} is no header of a request")
    audience = configuration["audience"]
    return {
        "AuthorizerType": "JWT",
        "IdentitySource": [source],
        "JwtConfiguration": {
            "Issuer": str(configuration["issuer"]),
            "Audience": [audience] if isinstance(audience, str) else audience,
        },
    }


def _authorization(key: str, operation: Mapping[str, Any], authorizers: Mapping[str, str]) -> dict[str, Any]:
    """Give what guards a route: nothing, or one authorizer."""
    wanted = [pair for each in operation.get("security") or () for pair in each.items()]
    if not wanted:
        return {}
    if len(wanted) > 1 or wanted[0][0] not in authorizers:
        raise TemplateError(f"{key}: its security is {wanted}; it takes one of {', '.join(authorizers) or 'none'}")
    [(name, scopes)] = wanted
    if scopes:
        raise TemplateError(f"{key}: scopes are not supported by the embedded cloud")
    return {"AuthorizationType": "JWT", "AuthorizerId": authorizers[name]}


def _cors(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the CORS configuration as the API takes it, whether a property or an OpenAPI document has it."""
    found = fitted("apigatewayv2", "CreateApi", {"CorsConfiguration": given})["CorsConfiguration"]
    _refuse_others("the CORS configuration", found, CORS)
    return {"CorsConfiguration": found} if found else {}


def create_stage(context: CreationContext, resource: Resource, properties: dict[str, Any]) -> Created:
    """Create an `AWS::ApiGatewayV2::Stage`; what its API has is deployed there at once."""
    _refuse_others("stages", properties, STAGE)
    api_id, name, client = str(properties["ApiId"]), str(properties["StageName"]), context.client("apigatewayv2")
    if not truth(properties.get("AutoDeploy")):
        raise TemplateError("a stage without AutoDeploy is not served here: there are no deployments")
    if name != DEFAULT:
        raise TemplateError(f"a stage is named {name}: only {DEFAULT} is served here")
    context.own(resource, f"{api_id}|{name}")
    _refuse_others("the settings of a route", properties.get("DefaultRouteSettings", {}), SETTINGS)
    settings = {"DefaultRouteSettings": {}, **fitted("apigatewayv2", "CreateStage", properties)}
    if "AccessLogSettings" in properties:
        _refuse_others(
            "the access log", dict.fromkeys(VARIABLE.findall(properties["AccessLogSettings"]["Format"])), KNOWN
        )
        group = group_of(str(properties["AccessLogSettings"]["DestinationArn"]))
        with suppress(context.client("logs").exceptions.ResourceAlreadyExistsException):
            context.client("logs").create_log_stream(logGroupName=group, logStreamName=api_id)
    client.create_stage(**settings)
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
