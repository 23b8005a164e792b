"""A browser without a browser, which asks a site's routes as API Gateway would, and the people who sign in there."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from channels.domain.session import AdvisorSession
from channels.site import HTML
from restoration.errors import InvalidResponse
from tests.fakes.channels import CUSTOMER, END, KEYS, LIMITATION, POSTCODE

HOST = "suivi.fournisseur.example"
CODE = KEYS.code(LIMITATION)


@dataclass
class Reply:
    """What came back: a page, or what the JSON of an API holds; headers by their names in small letters."""

    status: int
    body: Any
    headers: Mapping[str, str]

    def value(self, name: str) -> str:
        """The first hidden field of a name."""
        found = re.search(f'name="{name}" value="([^"]+)"', self.body)
        assert found, f"no field {name} in: {self.body[:2000]}"
        return found[1]


def reply_of(response: Mapping[str, Any]) -> Reply:
    headers = {name.lower(): str(value) for name, value in response.get("headers", {}).items()}
    return Reply(response["statusCode"], response.get("body") or "", headers)


def request(method: str, path: str, headers: Mapping[str, str], body: str | None, **more: Any) -> dict[str, Any]:
    """An event as an HTTP API writes it."""
    parts = urlsplit(path)
    http = {"method": method, "path": parts.path, "sourceIp": "1.2.3.4", "userAgent": "test"}
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": parts.path, "rawQueryString": parts.query,
        "queryStringParameters": dict(parse_qsl(parts.query)), "headers": headers, "body": body,
        "requestContext": {"http": http, "requestId": "r-1", "stage": "$default", "timeEpoch": 0},
        "isBase64Encoded": False, **more,
    }  # fmt: skip


@dataclass
class Browser:
    """Follows a site."""

    routes: APIGatewayHttpResolver
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str] | bytes, **headers: str) -> Reply:
        own = {"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}
        return self._ask("POST", path, form if isinstance(form, bytes) else urlencode(form).encode(), own | headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        sent, encoded = {"host": HOST, **headers}, b64encode(body).decode() if body is not None else None
        event = request(method, path, sent, encoded, cookies=cookies, isBase64Encoded=True)
        response = self.routes.resolve(event, SimpleNamespace(aws_request_id="r-1"))  # type: ignore[arg-type]
        for each in response.get("cookies", []):
            assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(each.split("; ")), each
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        reply = reply_of(response)
        if reply.headers["content-type"] == HTML:
            assert "frame-ancestors 'none'" in reply.headers["content-security-policy"], path
        return reply

    def follow(self, reply: Reply) -> Reply:
        assert reply.status == 303, reply.body[:500]
        return self.get(reply.headers["location"].partition("#")[0])


@dataclass
class Provider:
    """An identity provider that knows who comes with which code."""

    people: dict[str, AdvisorSession] = field(default_factory=dict)

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        assert len({state, nonce, verifier}) == 3
        return f"https://id.example/authorize?state={state}&redirect_uri={redirect}"

    def signed_in(self, code: str, _redirect: str, _nonce: str, _verifier: str) -> AdvisorSession:
        if code not in self.people:
            raise InvalidResponse("a code that is worth nothing")
        return replace(self.people[code], id=str(uuid4()), form=str(uuid4()))


PEOPLE = {
    "alix": AdvisorSession("A-alix", "Alix", frozenset({"advisors", "health"})),
    "bo": AdvisorSession("A-bo", "Bo", frozenset({"advisors"})),
    "lu": AdvisorSession("A-lu", "Lu", frozenset({"readers"})),
    "none": AdvisorSession("A-none", "None", frozenset()),
    "owner": AdvisorSession("A-owner", "Owner", frozenset({"advisors"}), CUSTOMER),
}


type SignedIn = Callable[..., tuple[Browser, Reply]]
"""Lets somebody sign in with a browser of their own; gives it, with the page that they came to."""


def sign_in(browser: Browser, who: str, path: str = "/conseil") -> Reply:
    sent = browser.get(browser.get(path).headers["location"])
    state = sent.headers["location"].partition("state=")[2].partition("&")[0]
    return browser.follow(browser.get(f"/conseil/retour?code={who}&state={state}"))


def fill(page: Reply, **fields: str) -> dict[str, str]:
    return {"form": page.value("form"), "key": str(uuid4()), **fields}


def come_in(browser: Browser) -> Reply:
    return browser.follow(browser.post("/entrer", {"code": CODE, "end": END, "postcode": POSTCODE}))
