"""The desk at the simulated identity provider: which tokens it takes, and who is given some."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest
import urllib3

from channels.adapters.identity import IdentityProvider as Desk
from local.partners.identity import Client, IdentityProvider, Person
from restoration.errors import InvalidResponse

HOME = "http://127.0.0.1:1/signed-in"
VERIFIER = "a" * 43
DESK = Client("desk", "desk-api", (HOME,))
PAGE = Client("page", "page-api", (HOME,))


@pytest.fixture
def identity() -> Iterator[IdentityProvider]:
    with IdentityProvider() as provider:
        for client in (DESK, PAGE):
            provider.register(client)
        yield provider


def desk_of(identity: IdentityProvider, client: Client = DESK) -> Desk:
    return Desk(identity.url, lambda: (client.id, client.secret), lambda: datetime.now(UTC))


def sign_in(identity: IdentityProvider, sub: str) -> str:
    """Sign in on the way that the desk begins; gives the code that the browser brings back to it."""
    body = urlencode({"person": sub})
    kind = {"content-type": "application/x-www-form-urlencoded"}
    begun = desk_of(identity).sign_in_at(HOME, "s<1>", "n1", VERIFIER)
    response = urllib3.request("POST", begun, body=body, headers=kind, redirect=False, timeout=10)
    address, _, query = response.headers["Location"].partition("?")
    back = dict(parse_qsl(query))
    assert (response.status, address, back["state"]) == (303, HOME, "s<1>")
    return back["code"]


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
    code = sign_in(identity, "karim.benali")
    with pytest.raises(InvalidResponse, match=claim) if claim else nullcontext():
        who = desk_of(identity).signed_in(code, HOME, "n1", VERIFIER)
        assert (who.subject, who.name, sorted(who.groups)) == ("karim.benali", "Karim Benali", ["advisors", "health"])


@pytest.mark.parametrize(
    ("changed", "client"),
    [
        ({}, replace(DESK, secret="wrong")),
        ({}, PAGE),
        ({"code": "guessed"}, DESK),
        ({"verifier": "b" * 43}, DESK),
        ({"redirect": "http://127.0.0.1:2/"}, DESK),
    ],
)
def test_code_gives_tokens_to_its_client_alone_and_once(
    identity: IdentityProvider, changed: dict[str, str], client: Client
) -> None:
    right = {"redirect": HOME, "nonce": "n1", "verifier": VERIFIER}
    with pytest.raises(InvalidResponse, match="returned 400"):
        desk_of(identity, client).signed_in(**right | {"code": sign_in(identity, "lea.martin")} | changed)
    code = sign_in(identity, "lea.martin")
    assert desk_of(identity).signed_in(code, **right).name
    with pytest.raises(InvalidResponse, match="returned 400"):
        desk_of(identity).signed_in(code, **right)
