"""An application without an application: it asks the API as API Gateway would, with a checked token."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

from channels.api import advisors, customers, serving
from tests.fakes.channels import CUSTOMER, LIMITATION, Channels, advisor_site, customer_site
from tests.unit.channels.sites import Reply, reply_of, request

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
class Client:
    """An application that has a token of somebody, which API Gateway has checked."""

    world: Channels
    claims: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)

    def of(self, claims: Mapping[str, str], **sent: str) -> "Client":
        return Client(self.world, claims, sent)

    def get(self, path: str, **query: str) -> Reply:
        return self._ask("GET", f"{path}?{urlencode(query)}", None, {})

    def post(self, path: str, content: Any = None, key: str = "", **headers: str) -> Reply:
        body = content if content is None or isinstance(content, str) else json.dumps(content)
        sent = {"content-type": "application/json", "idempotency-key": key or str(uuid.uuid4()), **headers}
        return self._ask("POST", path, body, {name: value for name, value in sent.items() if value != "-"})

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        event = request(method, path, {**headers, **self.sent}, body)
        if self.claims:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": dict(self.claims), "scopes": None}}
        of_advisors = path.startswith(ADVISORS)
        app = (
            advisors.routes(advisor_site(self.world, cast("Any", None)))
            if of_advisors
            else customers.routes(customer_site(self.world))
        )
        found = serving.resolve(app, event, cast("Any", SimpleNamespace(aws_request_id="r-1")))
        return reply_of({**found, "body": json.loads(found["body"])})


def is_problem(reply: Reply, status: int, name: str) -> bool:
    return (
        (reply.status, reply.body["status"]) == (status, status)
        and reply.headers["content-type"] == "application/problem+json"
        and reply.headers["cache-control"] == "no-store"
        and reply.body["type"].endswith(f":{name}")
        and bool(reply.body["title"])
    )
