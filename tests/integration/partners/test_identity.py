"""The simulated identity provider: somebody signs in, a client gets tokens, and an API can check them."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import urllib3
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from channels.adapters.identity import IdentityProvider as Desk
from local.partners.identity import PEOPLE, Client, IdentityProvider, Person
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
    assert response.status == 303
    address = urlsplit(response.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == HOME
    return dict(parse_qsl(address.query))


def exchange(identity: IdentityProvider, code: str, changed: Mapping[str, str] | None = None) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": HOME,
        "code_verifier": VERIFIER,
        "client_id": DESK.id,
        "client_secret": DESK.secret,
    }
    response, text = ask(identity, "/token", {**form, **(changed or {})})
    return response.status, json.loads(text)


def claims_of(identity: IdentityProvider, token: str) -> dict[str, Any]:
    """Check a token as an API does: by what the issuer publishes."""
    discovered = json.loads(ask(identity, "/.well-known/openid-configuration")[1])
    assert discovered["issuer"] == identity.url
    keys = json.loads(ask(identity, urlsplit(discovered["jwks_uri"]).path)[1])
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims


def test_advisor_signs_in_and_the_client_gets_tokens_with_their_groups(identity: IdentityProvider) -> None:
    back = sign_in(identity, "karim.benali")
    assert (back["state"], back["iss"]) == ("s<1>", identity.url)
    status, tokens = exchange(identity, back["code"])
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


def test_page_lists_everybody_and_shows_no_text_of_the_request_as_markup(identity: IdentityProvider) -> None:
    identity.add(Person("x", "<script>alert(1)</script>"))
    response, page = ask(identity, f"/authorize?{urlencode({**ASKED, 'state': '"><script>'})}")
    assert response.status == 200
    assert all(person.name in page for person in PEOPLE)
    assert "<script>" not in page
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
def test_browser_goes_back_with_what_is_wrong(identity: IdentityProvider, changed: dict[str, str], error: str) -> None:
    back = sign_in(identity, "lea.martin", **changed)
    assert (back["error"], back["state"], "code" in back) == (error, "s<1>", False)


@pytest.mark.parametrize("changed", [{"client_id": "other"}, {"redirect_uri": f"{HOME}/more"}])
def test_browser_is_sent_to_no_address_that_is_not_registered(
    identity: IdentityProvider, changed: dict[str, str]
) -> None:
    response, _ = ask(identity, f"/authorize?{urlencode({**ASKED, **changed})}", {"person": "lea.martin"})
    assert (response.status, response.headers.get("Location")) == (400, None)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"code_verifier": "b" * 43}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:2/"}, "invalid_grant"),
        ({"client_id": PAGE.id, "client_secret": PAGE.secret}, "invalid_grant"),
    ],
)
def test_code_gives_tokens_to_nobody_but_its_client(
    identity: IdentityProvider, changed: dict[str, str], error: str
) -> None:
    status, content = exchange(identity, sign_in(identity, "lea.martin")["code"], changed)
    assert (status, content["error"]) == (401 if error == "invalid_client" else 400, error)


def test_code_gives_tokens_once(identity: IdentityProvider) -> None:
    code = sign_in(identity, "lea.martin")["code"]
    assert [exchange(identity, code)[0] for _ in range(2)] == [200, 400]


def test_code_counts_for_a_minute() -> None:
    moment = [1_800_000_000.0]
    with IdentityProvider(now=lambda: moment[0]) as identity:
        identity.register(DESK)
        first, second = (sign_in(identity, "lea.martin")["code"] for _ in range(2))
        moment[0] += 59
        assert exchange(identity, first)[0] == 200
        moment[0] += 2
        assert exchange(identity, second)[1]["error"] == "invalid_grant"


def test_somebody_who_left_cannot_sign_in(identity: IdentityProvider) -> None:
    code = sign_in(identity, "lea.martin")["code"]
    identity.remove("lea.martin")
    assert exchange(identity, code)[1]["error"] == "invalid_grant"
    assert sign_in(identity, "lea.martin")["error"] == "access_denied"


def test_token_counts_through_one_rotation_and_not_through_two(identity: IdentityProvider) -> None:
    before = {key["kid"] for key in json.loads(ask(identity, "/keys")[1])["keys"]}
    old = identity.access_token("lea.martin", "desk")
    # What was fetched before it has the new key already.
    assert identity.rotate() in before
    assert claims_of(identity, old)["sub"] == "lea.martin"
    identity.rotate()
    with pytest.raises(InvalidKeyIdError):
        claims_of(identity, old)
