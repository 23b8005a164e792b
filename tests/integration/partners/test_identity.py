"""The simulated identity provider: somebody signs in, a client gets tokens, and an API can check them."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import urllib3
from joserfc import jwt
from joserfc.jwk import KeySet

from channels.adapters.identity import IdentityProvider as Desk
from local.partners.identity import Client, IdentityProvider, Person
from restoration.errors import InvalidResponse

HOME = "http://127.0.0.1:1/signed-in"
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
DESK = Client("desk", "desk-api", (HOME,))
PAGE = Client("page", "page-api", (HOME,))
ASKED = {
    "response_type": "code",
    "client_id": "desk",
    "redirect_uri": HOME,
    "scope": "openid",
    "state": "s<1>",
    "nonce": "n1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture
def identity() -> Iterator[IdentityProvider]:
    with IdentityProvider() as provider:
        for client in (DESK, PAGE):
            provider.register(client)
        yield provider


def ask(
    identity: IdentityProvider, path: str, form: Mapping[str, str] | None = None, headers: dict[str, str] | None = None
) -> tuple[urllib3.BaseHTTPResponse, str]:
    method, body = ("GET", None) if form is None else ("POST", urlencode(form))
    kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    response = urllib3.request(method, f"{identity.url}{path}", body=body, headers=kind, redirect=False, timeout=10)
    return response, response.data.decode()


def sign_in(identity: IdentityProvider, sub: str, **changed: str) -> dict[str, str]:
    """What the browser brings back to the client's address."""
    response, _ = ask(identity, f"/authorize?{urlencode({**ASKED, **changed})}", {"person": sub})
    address, _, query = response.headers["Location"].partition("?")
    assert (response.status, address) == (303, HOME)
    return dict(parse_qsl(query))


def exchange(identity: IdentityProvider, client: Client = DESK, **changed: str) -> tuple[int, Any]:
    form = {"grant_type": "authorization_code", "redirect_uri": HOME, "code_verifier": VERIFIER}
    response, text = ask(
        identity, "/token", {**form, **changed}, urllib3.make_headers(basic_auth=f"{client.id}:{client.secret}")
    )
    return response.status, json.loads(text)


def claims_of(identity: IdentityProvider, token: str) -> dict[str, Any]:
    """Check a token as an API does: by what the issuer publishes."""
    discovered = json.loads(ask(identity, "/.well-known/openid-configuration")[1])
    assert discovered["issuer"] == identity.url
    keys = json.loads(ask(identity, urlsplit(discovered["jwks_uri"]).path)[1])
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims


def test_advisor_signs_in_and_the_client_gets_tokens_with_their_groups(identity: IdentityProvider) -> None:
    back = sign_in(identity, "karim.benali")
    assert back["state"] == "s<1>"
    status, tokens = exchange(identity, code=back["code"])
    access, about = claims_of(identity, tokens["access_token"]), claims_of(identity, tokens["id_token"])
    assert status == 200
    assert (access["aud"], access["sub"], access["groups"]) == ("desk-api", "karim.benali", ["advisors", "health"])
    assert (about["aud"], about["nonce"], about["name"]) == ("desk", "n1", "Karim Benali")
    assert access["exp"] - access["iat"] == tokens["expires_in"]


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("", ""), ("iss", "https://other.example"), ("aud", "page"), ("aud", ["desk", "page"]), ("exp", 1),
        ("exp", None), ("nonce", "of another sign-in"), ("sub", ""),
    ],
)  # fmt: skip
def test_desk_takes_no_token_that_is_not_for_it_or_not_of_now(
    identity: IdentityProvider, monkeypatch: pytest.MonkeyPatch, claim: str, wrong: object
) -> None:
    right = Person.claims.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Person, "claims", property(lambda person: right(person) | ({claim: wrong} if claim else {})))
    desk = Desk(identity.url, lambda: (DESK.id, DESK.secret), lambda: datetime.now(UTC))
    begun = dict(parse_qsl(urlsplit(desk.sign_in_at(HOME, "s", "n1", VERIFIER)).query))
    back = sign_in(identity, "karim.benali", **begun)
    with pytest.raises(InvalidResponse, match=claim) if claim else nullcontext():
        who = desk.signed_in(back["code"], HOME, "n1", VERIFIER)
        assert (who.subject, who.name, sorted(who.groups)) == ("karim.benali", "Karim Benali", ["advisors", "health"])


@pytest.mark.parametrize(
    ("changed", "client"),
    [
        ({}, replace(DESK, secret="wrong")),
        ({}, PAGE),
        ({"code": "guessed"}, DESK),
        ({"code_verifier": "b" * 43}, DESK),
        ({"redirect_uri": "http://127.0.0.1:2/"}, DESK),
    ],
)
def test_code_gives_tokens_to_its_client_alone_and_once(
    identity: IdentityProvider, changed: dict[str, str], client: Client
) -> None:
    given = {"code": sign_in(identity, "lea.martin")["code"], **changed}
    assert exchange(identity, client, **given)[0] == 400
    code = sign_in(identity, "lea.martin")["code"]
    assert [exchange(identity, code=code)[0] for _ in range(2)] == [200, 400]
