"""What people ask and declare on the deployed stack: the core's tables decide, and what they decided is kept.

By the pages, and by the API: by clients that are made from its documents, and with tokens that do not count.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import urllib3
from aiopenapi3 import OpenAPI
from aiopenapi3.errors import HTTPClientError
from boto3.dynamodb.types import TypeDeserializer

from local.customers import Customer
from local.partners.identity import Person
from local.partners.identity.openid import Client, OpenIdProvider
from local.stage.deployment import ROOT, deployed_stage
from local.stage.gates import failing
from local.stage.stage import Stage
from local.stage.visitor import Visitor
from record.domain.promises import REQUESTS
from restoration.clock import paris_date
from supervision.words import texts_of
from tests.end_to_end.pages import shown
from tests.end_to_end.world import World

PAID = {"means": "CARD", "amount": "120", "paid_on": f"{paris_date(datetime.now(UTC))}"}
CASE_PAGE, ESPACE_CLIENT = "suivi.fournisseur.example", "https://espace-client.fournisseur.example"
KARIM = "karim.benali"
PROMISES, RESULTS = "Promises of the range", ("kept", "broken", "open")
REQUESTED = {kind.upper(): texts_of("overview")[kind][1] for kind in REQUESTS}
"""What the screen calls each kind of request."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with deployed_stage(channels=True, parameters={"CasePage": CASE_PAGE, "ApiOrigins": ESPACE_CLIENT}) as deployed:
        yield deployed


def who_disputes(stage: Stage) -> Customer:
    world = World(stage)
    customer = world.disputing_customer()
    world.wait(lambda: question_of(stage, customer), "the question on the advisors' list")
    return customer


def question_of(stage: Stage, customer: Customer) -> dict[str, Any] | None:
    key = (f"CASE#{customer.limitation_id}", "WORK#question-1-1")
    return next((it for it in stage.items("ChannelsTable") if (it["pk"], it["sk"]) == key), None)


def requests_on(stage: Stage) -> dict[str, list[str]]:
    """What came of each request that customers were promised an end of, by its kind."""
    found: dict[str, list[str]] = {}
    for item in stage.items("ChannelsTable", "dueBy"):
        if item["kind"] in REQUESTED:
            ended = item.get("doneAt", "")
            is_late = (ended or datetime.now(UTC).isoformat()) > item["dueBy"]
            found.setdefault(item["kind"], []).append("broken" if is_late else "kept" if ended else "open")
    return found


def kept(stage: Stage, customer: Customer, decision: str) -> list[str]:
    """The names of those that had the rules decide, from the decisions of a kind that are kept with a case."""
    found = stage.items("DecisionsTable", "matchedRules")
    of_case = (it for it in found if it["limitationId"] == customer.limitation_id and it["decision"] == decision)
    return [it["askedBy"].partition("/")[0] for it in of_case]


def visiting(stage: Stage, customer: Customer) -> Visitor:
    """A customer who came in, once their door is there."""
    door = f"DOOR#{stage.case_keys.code(customer.limitation_id)}"
    stage.cloud.wait_until(lambda: any(item["pk"] == door for item in stage.items("ChannelsTable")))
    visitor = Visitor(stage.site)
    visitor.come_in(stage, customer)
    return visitor


def says(visitor: Visitor, act: str, **given: str) -> str:
    """Send a form of the page; gives the address that is gone to then."""
    token = re.findall(r'name="form" value="([^"]+)"', visitor.get("/dossier"))[0]
    visitor.send(f"/dossier/{act}", {"form": token, "key": str(uuid4()), **given})
    return visitor.at


def test_question_comes_with_what_the_table_lets_an_advisor_decide(stage: Stage) -> None:
    customer = who_disputes(stage)
    question = question_of(stage, customer)
    assert question is not None
    replies = TypeDeserializer().deserialize({"M": question["offer"]})["replies"]
    assert [each["decision"] for each in replies] == ["RESTORE", "REFUSE"]
    key = {name: {"S": question[name]} for name in ("pk", "sk")}
    stage.cloud.client("dynamodb").delete_item(TableName=stage.cloud.physical_id("ChannelsTable"), Key=key)
    stage.cloud.fire_rule("NightlyComparison")
    stage.cloud.wait_until(lambda: question_of(stage, customer))
    stage.cloud.wait_until(lambda: ("restoration", "WorkOverdue") in stage.cloud.metrics)
    assert kept(stage, customer, "question") == ["keep_work"]
    assert says(visiting(stage, customer), "courant") == "/dossier?dit=said_no_power"


def test_declaration_is_worth_what_the_table_says_and_the_default_while_it_is_silent(stage: Stage) -> None:
    heard, lost = (who_disputes(stage) for _ in range(2))
    until = f"{paris_date(datetime.now(UTC) + timedelta(days=3))}"
    told: list[str] = []

    def listen(request: Any) -> None:
        if request.action == "PutEvents" and b"PaymentDeclared" in request.body:
            told.append(request.body.decode())

    with stage.cloud.dispatcher.interceptors.also(listen):
        assert says(visiting(stage, heard), "paiement", **PAID) == "/dossier?dit=said_declare"
        visitor = visiting(stage, lost)
        with failing(stage.cloud, "EvaluateDecisionFunction", lambda _: True, "DecisionFailed"):
            assert says(visitor, "paiement", **PAID) == "/dossier?dit=said_declare"
    assert [until in each for each in told] == [True, True]
    assert (kept(stage, heard, "declaredPayment"), kept(stage, lost, "declaredPayment")) == (["declaration"], [])


def test_point_of_who_says_that_there_is_no_power_is_read_from_people_s_share(stage: Stage) -> None:
    customer = World(stage).limited_customer()
    World(stage).pay(customer, amount=20.0)
    stage.cloud.wait_until(lambda: stage.limitation(customer.limitation_id).get("settlement"))
    shares: list[str] = []

    def read(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        shares.extend(share for name, share in json.loads(payload).items() if name == "priority")
        return go_on()

    with stage.cloud.functions.named("ReadPointFunction").wrappers.also(read):
        assert says(visiting(stage, customer), "courant") == "/dossier?dit=said_no_power"
        stage.cloud.wait_until(lambda: shares)
    assert shares == ["PEOPLE"]


def test_requests_are_promises_on_the_screen_and_a_late_one_is_told_to_the_customer(stage: Stage) -> None:
    customer, now = World(stage).limited_customer(), datetime.now(UTC)
    name, ago = customer.limitation_id, {"late": timedelta(days=14), "done-late": timedelta(days=14)}
    said = {
        "limitationId": name,
        "contractId": customer.contract_id,
        "channel": "PAGE",
        "role": "CUSTOMER",
        "words": "",
    }
    for each in ("late", "open", "done", "done-late"):
        detail = json.dumps(said | {"id": each, "at": (now - ago.get(each, timedelta())).isoformat()})
        stage.put([{"Source": "channels", "DetailType": "ReviewAsked", "Detail": detail}], booked=False)
    stage.cloud.wait_until(lambda: len(requests_on(stage).get("REVIEW", ())) == 2 * len(ago))
    token = stage.identity.access_token(KARIM, "channels")
    for each in ("done", "done-late"):
        headers = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}
        path = f"/api/v1/advisors/cases/{name}/work-items/{each}/end"
        reply = urllib3.request("POST", stage.site + path, json={"words": "Rappelé"}, headers=headers)
        assert reply.status == 200, reply.data
    stage.cloud.fire_rule("NightlyComparison")
    [late] = [it for it in stage.items("ChannelsTable", "dueBy") if it["sk"] == "WORK#late"]
    key = f"{name}#CASE_DELAYED#{paris_date(datetime.fromisoformat(late['dueBy']))}"
    stage.cloud.wait_until(
        lambda: [it["state"] for it in stage.items("MessagesTable", "sentAt") if it["messageId"] == key]
    )
    rows = {row[0]: list(map(int, row[1:])) for row in shown(World(stage), "overview").tables[PROMISES][1:]}
    expected = {REQUESTED[kind]: [len(ends), *map(ends.count, RESULTS)] for kind, ends in requests_on(stage).items()}
    assert expected[REQUESTED["REVIEW"]] == [4, 1, 2, 1]
    assert {text: numbers for text, numbers in rows.items() if text.startswith("asked: ")} == expected
    assert stage.cloud.rights.record.denials == []


# ── The API ──


@pytest.fixture(scope="module")
def customer(stage: Stage) -> Customer:
    """A limited customer of whom the process asks an advisor: billing reported that they dispute the debt."""
    customer = who_disputes(stage)
    stage.identity.add(Person(customer.customer_id, "Awa Diallo", customer_id=customer.customer_id))
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

    def work() -> dict[str, Any]:
        return {each.kind: each for each in karim.list_work().work if each.limitationId == customer.limitation_id}

    stage.cloud.wait_until(lambda: work().keys() >= {"QUESTION", "REVIEW"})
    question = work()["QUESTION"]
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


def test_token_that_does_not_count_opens_nothing(stage: Stage, customer: Customer) -> None:
    identity, sub = stage.identity, customer.customer_id
    identity.register(Client("shop", "shop-api"))
    forger = OpenIdProvider(identity.issuer, identity.people)
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
            assert asked_of(stage, asked, token).status_code == 401, name
    assert asked_of(stage, path, right).status_code == 200
    identity.rotate()
    assert asked_of(stage, path, identity.access_token(sub, "channels")).status_code == 200
    for stranger in ("paul.girard", "CUS-1", KARIM):
        assert asked_of(stage, path, identity.access_token(stranger, "channels")).status_code in {403, 404}, stranger
    for nobody in ("paul.girard", "olivier.roux", sub):
        refused = asked_of(stage, "/api/v1/advisors/work-items", identity.access_token(nobody, "channels"))
        assert (refused.status_code, refused.json()["title"]) == (403, "Ce jeton n'ouvre pas ce service."), nobody
    assert asked_of(stage, "/", "").status_code == asked_of(stage, "/conseil/entrer", "").status_code - 103 == 200, (
        "pages are open"
    )


def asked_of(stage: Stage, path: str, token: str) -> httpx2.Response:
    return httpx2.get(stage.site + path, headers={"authorization": f"Bearer {token}"} if token else {})


def encoded(**content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
