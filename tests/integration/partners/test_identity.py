"""The desk at the simulated identity provider: which tokens it takes, and who is given some."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import urllib3

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


def post(
    identity: IdentityProvider, path: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> urllib3.BaseHTTPResponse:
    kind = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return urllib3.request(
        "POST", f"{identity.url}{path}", body=urlencode(form), headers=kind, redirect=False, timeout=10
    )


def sign_in(identity: IdentityProvider, sub: str, **changed: str) -> dict[str, str]:
    """What the browser brings back to the client's address."""
    response = post(identity, f"/authorize?{urlencode({**ASKED, **changed})}", {"person": sub}, {})
    address, _, query = response.headers["Location"].partition("?")
    assert (response.status, address) == (303, HOME)
    return dict(parse_qsl(query))


def exchange(identity: IdentityProvider, client: Client = DESK, **changed: str) -> int:
    form = {"grant_type": "authorization_code", "redirect_uri": HOME, "code_verifier": VERIFIER, **changed}
    return post(identity, "/token", form, urllib3.make_headers(basic_auth=f"{client.id}:{client.secret}")).status


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
    assert exchange(identity, client, **given) == 400
    code = sign_in(identity, "lea.martin")["code"]
    assert [exchange(identity, code=code) for _ in range(2)] == [200, 400]
