"""The API on the deployed stack: by clients that are made from its documents, and with tokens that do not count."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from aiopenapi3 import OpenAPI
from aiopenapi3.errors import HTTPClientError

from local.customers import Customer, Numbering, entry, fields_of
from local.partners.identity import Person
from local.partners.identity.openid import Client, OpenIdProvider
from local.stage.deployment import ROOT, deployed_stage
from local.stage.stage import Stage

KARIM = "karim.benali"
SUMMER = date(2026, 5, 4)
ESPACE_CLIENT = "https://espace-client.fournisseur.example"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with deployed_stage(channels=True, parameters={"ApiOrigins": ESPACE_CLIENT}) as stage:
        yield stage


@pytest.fixture(scope="module")
def customer(stage: Stage) -> Customer:
    """A limited customer of whom the process asks an advisor: billing reported that they dispute the debt."""
    customer, at = Numbering().customer(120.0), datetime.now(UTC)
    stage.limit(customer, at - timedelta(hours=1), SUMMER)
    stage.cloud.wait_until(lambda: stage.limitation(customer.limitation_id).get("status"))
    disputed = fields_of("ProtectionGranted", (customer,), at, "-1") | {"kind": "DISPUTE"}
    stage.put([entry("ProtectionGranted", disputed)])
    stage.identity.add(Person(customer.customer_id, "Awa Diallo", customer_id=customer.customer_id))
    stage.cloud.wait_until(lambda: stage.limitation(customer.limitation_id).get("question"))
    return customer


@pytest.mark.parametrize(("origin", "told"), [(ESPACE_CLIENT, ESPACE_CLIENT), ("https://evil.example", None)])
def test_page_of_the_espace_client_may_call_the_api_and_no_other(stage: Stage, origin: str, told: str | None) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    reply = httpx2.options(f"{stage.site}/api/v1/cases", headers={"origin": origin, **asked})
    assert (reply.status_code, reply.headers.get("access-control-allow-origin")) == (204, told)


def client(stage: Stage, document: str, token: str) -> Any:
    """What a generator makes of a committed document."""
    text = (ROOT / "channels" / f"openapi-{document}.yaml").read_text(encoding="utf-8")
    made = OpenAPI.loads(f"{stage.site}/openapi.yaml", text, session_factory=httpx2.Client)
    made.authenticate(token=token)
    return made._


def test_customer_and_advisor_meet_over_clients_made_from_the_documents(stage: Stage, customer: Customer) -> None:
    case = {"limitation_id": customer.limitation_id}
    awa = client(stage, "customers", stage.identity.access_token(customer.customer_id, "channels"))
    karim = client(stage, "advisors", stage.identity.access_token(KARIM, "channels"))
    [mine] = awa.list_cases().cases
    assert "Un conseiller examine votre dossier" in mine.said
    asked = {"parameters": case | {"idempotency-key": str(uuid4())}, "data": {"words": "J'ai payé"}}
    assert awa.request_review(**asked) == awa.request_review(**asked)
    stage.cloud.wait_until(lambda: {each.kind for each in karim.list_work().work} >= {"QUESTION", "REVIEW"})
    [question] = [each for each in karim.list_work().work if each.kind == "QUESTION"]
    decide = {"decision": "RESTORE", "reason": "Preuve vue"}
    karim.decide(parameters=case | {"work_id": question.id, "idempotency-key": str(uuid4())}, data=decide)
    stage.cloud.wait_until(lambda: "RESTORED" in stage.watch.of(customer.limitation_id).outcomes)
    now = awa.get_case(parameters=case)
    assert now.said.startswith("Votre puissance est rétablie")
    assert karim.get_case(parameters=case).said == now.said
    assert [(each.kind, each.channel) for each in now.acts] == [("ReviewAsked", "API"), ("AdvisorDecided", "API")]
    assert now.amounts.root.debt == "120.00"
    with pytest.raises(HTTPClientError) as refused:
        karim.take(parameters=case | {"work_id": question.id, "idempotency-key": str(uuid4())})
    assert json.loads(refused.value.data)["detail"].startswith("C'est déjà fini.")
    for secret in (customer.customer_id, "J'ai payé", "Preuve vue", "Awa", "Bearer", stage.site + "/api"):
        assert not [line for line in logged(stage) if secret in line], secret
    assert any(customer.limitation_id in line for line in logged(stage)), "an advisor's look is recorded"


def test_token_that_does_not_count_opens_nothing(stage: Stage, customer: Customer) -> None:
    identity, sub = stage.identity, customer.customer_id
    identity.register(Client("shop", "shop-api"))
    forger = OpenIdProvider(identity.issuer, identity.people, time.time)
    forger.register(Client("channels", "channels-api"))
    right = identity.access_token(sub, "channels")
    head, body, seal = right.split(".")
    tokens = {
        "none": "",
        "no token": "x",
        "expired": identity.access_token(sub, "channels", exp=1, iat=0, nbf=0),
        "of another audience": identity.access_token(sub, "shop"),
        "of a page's sign-in": identity.access_token(sub, "channels", aud="channels"),
        "of another issuer": identity.access_token(sub, "channels", iss="https://identite.example"),
        "of a key that is not published": forger.access_token(sub, "channels"),
        "alg none": f"{encoded(alg='none', typ='JWT')}.{body}.",
        "another body": f"{head}.{encoded(**json.loads(base64.urlsafe_b64decode(body + '==')) | {'sub': 'x'})}.{seal}",
    }
    path = f"/api/v1/cases/{customer.limitation_id}"
    for name, token in tokens.items():
        for asked in ("/api/v1/cases", path, f"/api/v1/advisors/cases/{customer.limitation_id}", "/api/v2/cases"):
            assert get(stage, asked, token).status_code == 401, name
    assert get(stage, path, right).status_code == 200
    identity.rotate()
    assert get(stage, path, identity.access_token(sub, "channels")).status_code == 200
    for stranger in ("paul.girard", "CUS-1", KARIM):
        assert get(stage, path, identity.access_token(stranger, "channels")).status_code in {403, 404}, stranger
    for nobody in ("paul.girard", "olivier.roux", sub):
        refused = get(stage, "/api/v1/advisors/work-items", identity.access_token(nobody, "channels"))
        assert (refused.status_code, refused.json()["title"]) == (403, "Ce jeton n'ouvre pas ce service."), nobody
    assert get(stage, "/", "").status_code == get(stage, "/conseil/entrer", "").status_code - 103 == 200, (
        "pages are open"
    )


def get(stage: Stage, path: str, token: str) -> httpx2.Response:
    return httpx2.get(stage.site + path, headers={"authorization": f"Bearer {token}"} if token else {})


def logged(stage: Stage) -> list[str]:
    """What functions and gateway of the channels wrote."""
    logs = stage.cloud.client("logs")
    groups = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    found = [logs.filter_log_events(logGroupName=each)["events"] for each in groups if "restoration-channels" in each]
    assert len([each for each in found if each]) == len(found) > 2, groups
    return [each["message"] for events in found for each in events]


def encoded(**content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
