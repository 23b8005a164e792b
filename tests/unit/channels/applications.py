"""An application without an application: it asks the API as API Gateway would, with a checked token."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from channels.api import advisors, customers, serving
from tests.fakes.channels import CUSTOMER, LIMITATION, Cases, Channels, advisor_site, customer_site

CASE = f"/api/v1/cases/{LIMITATION}"
ADVISORS = "/api/v1/advisors"
WORK = f"{ADVISORS}/cases/{LIMITATION}/work-items/question-1-1"
PAID = {"means": "CARD", "amount": "70.00", "paidOn": "2026-11-24"}
AWA = {"sub": CUSTOMER, "customer_id": CUSTOMER}
ALIX = {"sub": "A-alix", "name": "Alix", "groups": "[advisors health]"}
BO = {"sub": "A-bo", "name": "Bo", "groups": "[advisors]"}
LU = {"sub": "A-lu", "name": "Lu", "groups": "[readers]"}
FOREIGN, CLOSED = "LIM-000002", "LIM-000003"


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Client:
    """An application that has a token of somebody, which API Gateway has checked."""

    world: Channels
    cases: Cases
    claims: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)

    def of(self, claims: Mapping[str, str], **sent: str) -> "Client":
        return Client(self.world, self.cases, claims, sent)

    def get(self, path: str, **query: str) -> Reply:
        return self._ask("GET", path, None, query, {})

    def post(self, path: str, content: Any = None, key: str = "", **headers: str) -> Reply:
        body = content if content is None or isinstance(content, str) else json.dumps(content)
        sent = {"content-type": "application/json", "idempotency-key": key or str(uuid.uuid4()), **headers}
        return self._ask("POST", path, body, {}, {name: value for name, value in sent.items() if value != "-"})

    def _ask(
        self, method: str, path: str, body: str | None, query: Mapping[str, str], headers: dict[str, str]
    ) -> Reply:
        http = {"method": method, "path": path, "sourceIp": "1.2.3.4", "userAgent": "test"}
        context: dict[str, Any] = {"http": http, "requestId": "r-1", "stage": "$default", "timeEpoch": 0}
        if self.claims:
            context["authorizer"] = {"jwt": {"claims": dict(self.claims), "scopes": None}}
        event: dict[str, Any] = {
            "version": "2.0", "routeKey": "ANY /api/{proxy+}", "rawPath": path, "rawQueryString": "", "body": body,
            "headers": {**headers, **self.sent}, "queryStringParameters": dict(query), "requestContext": context,
            "isBase64Encoded": False,
        }  # fmt: skip
        app = self._advisors() if path.startswith(ADVISORS) else self._customers()
        found = serving.resolve(app, event, cast("Any", SimpleNamespace(aws_request_id="r-1")))
        return Reply(found["statusCode"], found["headers"], json.loads(found["body"]))

    def _customers(self) -> Any:
        world, nothing = self.world, cast("Any", None)
        site = customer_site(world, nothing, nothing, self.cases)
        return customers.routes(site, self.cases)

    def _advisors(self) -> Any:
        world, nothing = self.world, cast("Any", None)
        site = advisor_site(world, nothing, nothing, self.cases)
        return advisors.routes(site)


def is_problem(reply: Reply, status: int, name: str) -> bool:
    return (
        (reply.status, reply.body["status"]) == (status, status)
        and reply.headers["Content-Type"] == "application/problem+json"
        and reply.headers["Cache-Control"] == "no-store"
        and reply.body["type"].endswith(f":{name}")
        and bool(reply.body["title"])
    )
