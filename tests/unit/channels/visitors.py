"""Somebody who asks pages and API of a function as API Gateway would, without a browser and without a network."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from channels.api import serving
from channels.domain.session import AdvisorSession
from channels.site import HTML
from embedded_cloud.http_apis.messages import HttpRequest, event_of
from tests.fakes.channels import CUSTOMER, END, HOST, KEYS, LIMITATION, POSTCODE

CODE = KEYS.code(LIMITATION)
API = "/api/v1/advisors"
CASE, DESK_API = f"/api/v1/cases/{LIMITATION}", f"{API}/cases/{LIMITATION}"
"""The case, at the customers' API and at the advisors'."""
DESK = f"/conseil/dossier/{LIMITATION}"
DECIDE = f"/conseil/travail/{LIMITATION}/question-1-1/decider"
PAID = {"means": "CARD", "amount": "70,00", "paid_on": "2026-11-24"}
"""As it is typed into a form; the API has it as JSON."""
PAID_JSON = {"means": "CARD", "amount": "70.00", "paidOn": "2026-11-24"}


@dataclass
class Reply:
    """What came back: a page, or what the JSON of an API holds; headers by their names in small letters."""

    status: int
    body: Any
    headers: Mapping[str, str]

    def value(self, name: str) -> str:
        """The first hidden field of a name."""
        return str(re.findall(f'name="{name}" value="([^"]+)"', self.body)[0])

    @property
    def live(self) -> str:
        """The address of the page's living part."""
        return unescape(re.findall(r'data-live="([^"]+)"', self.body)[0])

    @property
    def state(self) -> str:
        """The state of a sign-in with which somebody is sent to the identity provider."""
        return self.headers["location"].partition("state=")[2].partition("&")[0]

    def is_problem(self, status: int, name: str) -> bool:
        is_it = (self.status, self.body["status"], self.body["type"].rpartition(":")[2]) == (status, status, name)
        sent = self.headers["content-type"], self.headers["cache-control"]
        return is_it and sent == ("application/problem+json", "no-store") and bool(self.body["title"])


@dataclass
class Visitor:
    """Somebody with a browser that keeps cookies, and with an application that has a token of theirs."""

    pages: APIGatewayHttpResolver
    api: Callable[[], APIGatewayHttpResolver]
    claims: Mapping[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, content: Any = None, key: str = "", **headers: str) -> Reply:
        """Send a form to a page, or JSON to the API."""
        if path.startswith("/api/"):
            sent = content if isinstance(content, str) else json.dumps(content)
            body = b"" if content is None else sent.encode()
            own = {"content-type": "application/json", "idempotency-key": key or str(uuid4())}
        else:
            body = content if isinstance(content, bytes) else urlencode(content).encode()
            own = {"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}
        return self.ask("POST", path, body, own | headers)

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        address, _, query = path.partition("?")
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent_headers = ("host", HOST), ("cookie", cookies), *headers.items()
        claims = {"jwt": {"claims": dict(self.claims), "scopes": None}}
        context = {"routeKey": "$default", "stage": "$default", "authorizer": claims}
        event = event_of(HttpRequest(method, address, query, sent_headers, body, "1.2.3.4"), context, {})
        invoked, of_api = cast("Any", SimpleNamespace(aws_request_id="r-1")), path.startswith("/api/")
        found = serving.resolve(self.api(), event, invoked) if of_api else self.pages.resolve(event, invoked)
        self._keep(found.get("cookies", []))
        sent = {name.lower(): str(value) for name, value in found.get("headers", {}).items()}
        reply = Reply(found["statusCode"], json.loads(found["body"]) if of_api else found.get("body") or "", sent)
        if sent["content-type"] == HTML:
            assert "frame-ancestors 'none'" in sent["content-security-policy"], path
        return reply

    def _keep(self, cookies: list[str]) -> None:
        for each in cookies:
            assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(each.split("; ")), each
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies |= {name: value}
            if not value:
                del self.cookies[name]

    def follow(self, reply: Reply) -> Reply:
        assert reply.status == 303, reply.body[:500]
        return self.get(reply.headers["location"].partition("#")[0])

    def come_in(self) -> Reply:
        """Come in as the customer of the made case."""
        return self.follow(self.post("/entrer", {"code": CODE, "end": END, "postcode": POSTCODE}))

    def sign_in(self, who: str, path: str) -> Reply:
        """Sign in as an advisor, on the way to a page of the desk."""
        sent = self.get(self.get(path).headers["location"])
        return self.follow(self.get(f"/conseil/retour?code={who}&state={sent.state}"))


AWA = {"sub": CUSTOMER, "customer_id": CUSTOMER}


def claims_of(advisor: AdvisorSession) -> dict[str, str]:
    """What API Gateway gives of an advisor's token."""
    groups = f"[{' '.join(sorted(advisor.groups))}]"
    return {"sub": advisor.subject, "name": advisor.name, "groups": groups, "customer_id": advisor.own_customer}


type Arrive = Callable[..., Visitor]
type SignedIn = Callable[..., tuple[Visitor, Reply]]
"""Lets somebody sign in with a browser of their own; gives it, with the page that they came to."""


def raised[Of: Exception](kind: type[Of], call: Callable[..., object]) -> Of:
    with pytest.raises(kind) as caught:
        call()
    return caught.value


def fill(page: Reply, **fields: str) -> dict[str, str]:
    return {"form": page.value("form"), "key": str(uuid4()), **fields}
