"""API Gateway's HTTP API: who may ask, how often, and what is written down of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from embedded_cloud import EmbeddedCloud
from tests.integration.cloud.http.asking import Issuer, ask, look

DESK = {"Origin": "https://desk.example"}

# Who may


def test_token_opens_its_route_and_the_function_gets_the_claims(cloud: EmbeddedCloud, issuer: Issuer) -> None:
    event = look(cloud, "/closed", issuer.token({"groups": ["a", "b"], "admin": True})).json()
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert (claims["sub"], claims["groups"], claims["admin"]) == ("lea", "[a b]", "true")


def test_request_without_a_token_is_unauthorized(cloud: EmbeddedCloud) -> None:
    response = look(cloud, "/closed")
    assert (response.status, response.json()) == (401, {"message": "Unauthorized"})
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"iss": "https://other.example"}, "invalid issuer"),
        ({"aud": ["page"]}, "the token does not have a valid audience"),
        ({"aud": None}, "the token does not have a valid audience"),
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
    assert (response.status, response.json()) == (401, {"message": "Unauthorized"})
    assert f'error="invalid_token" error_description="{description}"' in response.headers["www-authenticate"]


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
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization",
    }


def test_only_the_configured_origin_may_read(cloud: EmbeddedCloud) -> None:
    response = look(cloud, "/open", DESK)
    assert response.headers["access-control-allow-origin"] == "https://desk.example"
    assert response.headers["access-control-expose-headers"] == "etag"
    for headers in ({"Origin": "https://desk.example.other"}, {}):
        assert "access-control-allow-origin" not in look(cloud, "/open", headers).headers
    assert ask(cloud, "GET", "/cases/1").headers["access-control-allow-origin"] == "*"


# Load, log


def test_each_route_lets_its_burst_through_and_then_refuses(cloud: EmbeddedCloud) -> None:
    responses = [ask(cloud, "GET", "/rare", api="Throttled") for _ in range(4)]
    assert [each.status for each in responses] == [200, 200, 429, 429]
    assert responses[-1].json() == {"message": "Too Many Requests"}
    assert ask(cloud, "GET", "/any/thing", api="Throttled").json()["routeKey"] == "$default"


def test_access_log_has_a_line_of_the_configured_form_for_each_request(cloud: EmbeddedCloud, issuer: Issuer) -> None:
    before = len(lines(cloud))
    look(cloud, "/closed", issuer.token())
    look(cloud, "/closed", issuer.token({"exp": 1}))
    look(cloud, "/nowhere")
    assert lines(cloud)[before:] == [
        {"route": "GET /closed", "status": "200", "error": "-"},
        {"route": "GET /closed", "status": "401", "error": "Unauthorized"},
        {"route": "-", "status": "404", "error": "Not Found"},
    ]


def lines(cloud: EmbeddedCloud) -> list[Any]:
    found = cloud.client("logs").filter_log_events(logGroupName="/aws/http/http")["events"]
    return [json.loads(each["message"]) for each in found]
