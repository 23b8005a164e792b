"""The API, asked as API Gateway asks: what each operation gives, notes and refuses, and in which words."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from channels.advisors import AdvisorSite
from channels.api import advisors, customers, serving
from channels.customers import CustomerSite
from record.cases.dossier import Dossier
from record.cases.sentences import Terms
from restoration.errors import BillingUnavailable
from tests.fakes.channels import CUSTOMER, KEYS, LIMITATION, NOW, QUESTION, Channels, item, of_kind

CASE = f"/api/v1/cases/{LIMITATION}"
ADVISORS = "/api/v1/advisors"
WORK = f"{ADVISORS}/cases/{LIMITATION}/work/question-1"
PAID = {"means": "CARD", "amount": "70.00", "paidOn": "2026-11-24"}
AWA = {"sub": CUSTOMER, "customer_id": CUSTOMER}
ALIX = {"sub": "A-alix", "name": "Alix", "groups": "[advisors health]"}
BO = {"sub": "A-bo", "name": "Bo", "groups": "[advisors]"}
LU = {"sub": "A-lu", "name": "Lu", "groups": "[readers]"}
FOREIGN, CLOSED = "LIM-000002", "LIM-000003"


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Cases:
    """The register, whole cases and billing, of the made world."""

    world: Channels
    billing_is_down: bool = False

    def limitation(self, limitation_id: str) -> dict[str, Any]:
        return self.world.items.get(limitation_id, {})

    def limitations_by(self, attribute: str, value: str) -> list[str]:
        return [name for name, each in sorted(self.world.items.items()) if each.get(attribute) == value]

    def read(self, limitation_id: str) -> Dossier:
        return Dossier(limitation_id, self.world.items[limitation_id], [], [], [], [])

    def situation(self, contract_id: str, _limitation_id: str) -> Any:
        if self.billing_is_down:
            raise BillingUnavailable(contract_id)
        paid = {"received_on": date(2026, 11, 20), "means": "CARD", "status": "SETTLED", "amount": Decimal("12.40")}
        payment = SimpleNamespace(model_dump=lambda **_: paid)
        return SimpleNamespace(limitation_debt=Decimal("100.00"), payments=[payment])


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
        site = CustomerSite(nothing, nothing, world.speaking, world, world.table, self.cases, Terms(), world.now)
        return customers.routes(customers.CustomerApi(site, self.cases, serving.Once(world.table, world.now)))

    def _advisors(self) -> Any:
        world, nothing = self.world, cast("Any", None)
        site = AdvisorSite(
            pages=nothing, sign_in=nothing, desk=world.desk, speaking=world.speaking, work=world.table,
            acts=world.table, doors=world.table, keys=KEYS, standings=world, dossiers=self.cases, register=self.cases,
            terms=Terms(), now=world.now,
        )  # fmt: skip
        return advisors.routes(advisors.AdvisorApi(site, serving.Once(world.table, world.now)))


@pytest.fixture
def nobody(world: Channels) -> Client:
    world.items[FOREIGN] = item(limitationId=FOREIGN, customerId="CUS-000002")
    world.items[CLOSED] = item(limitationId=CLOSED, status="CLOSED", outcome="RESTORED")
    world.open_doors()
    return Client(world, Cases(world))


@pytest.fixture
def awa(nobody: Client) -> Client:
    return nobody.of(AWA)


@pytest.fixture
def alix(nobody: Client) -> Client:
    nobody.world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE")
    nobody.world.change(question=QUESTION)
    return nobody.of(ALIX)


def is_problem(reply: Reply, status: int, name: str) -> bool:
    return (
        (reply.status, reply.body["status"]) == (status, status)
        and reply.headers["Content-Type"] == "application/problem+json"
        and reply.headers["Cache-Control"] == "no-store"
        and reply.body["type"].endswith(f":{name}")
        and bool(reply.body["title"])
    )


# ── Customers ──


def test_customer_lists_their_cases_page_by_page_and_nobody_else_s(awa: Client) -> None:
    first = awa.get("/api/v1/cases", limit="1").body
    second = awa.get("/api/v1/cases", limit="1", cursor=first["next"]).body
    assert [each["limitationId"] for each in (*first["cases"], *second["cases"])] == [LIMITATION, CLOSED]
    assert (second["next"], second["cases"][0]["isOpen"]) == (None, False)


def test_case_says_the_sentence_of_the_page_with_amounts_and_acts(awa: Client, world: Channels) -> None:
    awa.post(f"{CASE}/payment-declarations", PAID)
    case = awa.get(CASE).body
    standing = world.read(LIMITATION)
    assert standing
    assert case["said"] == standing.said(world.now(), Terms())
    assert (case["amounts"]["debt"], case["amounts"]["payments"][0]["amount"]) == ("100.00", "12.40")
    assert [(each["kind"], each["channel"], each["role"]) for each in case["acts"]] == [
        ("PaymentDeclared", "API", "CUSTOMER")
    ]
    awa.cases.billing_is_down = True
    assert awa.get(CASE).body["amounts"] is None, "a case without billing is better than none"


@pytest.mark.parametrize(
    ("path", "content", "kind", "fact"),
    [
        ("payment-declarations", PAID, "PaymentDeclared", {"means": "CARD", "amount": "70.00", "paidOn": "2026-11-24"}),
        ("power-missing-reports", None, "PowerMissing", {}),
        (
            "plan-requests",
            {"instalments": 3, "firstAmount": 40, "firstOn": "2026-12-01"},
            "PlanAsked",
            {"instalments": 3},
        ),
        ("disputes", {"words": " pas à moi\u0007 "}, "DebtDisputed", {"words": "pas à moi"}),
        ("protection-claims", {"kind": "MEDICAL"}, "ProtectionClaimed", {"kind": "MEDICAL"}),
        ("review-requests", {"words": "<b>?"}, "ReviewAsked", {"words": "<b>?"}),
    ],
)
def test_customer_says_it_and_the_fact_names_the_channel(
    awa: Client, world: Channels, path: str, content: Any, kind: str, fact: Mapping[str, Any]
) -> None:
    key = str(uuid.uuid4())
    reply = awa.post(f"{CASE}/{path}", content, key)
    assert (reply.status, reply.body["id"]) == (200, key)
    assert reply.body["said"]
    [(said, detail)] = world.said
    assert said == kind
    assert detail.items() >= {"channel": "API", "role": "CUSTOMER", "limitationId": LIMITATION, **fact}.items()


def test_foreign_case_is_as_unknown_as_none(awa: Client, world: Channels) -> None:
    asks: list[Callable[[str], Reply]] = [awa.get, lambda case: awa.post(f"{case}/review-requests", {})]
    for ask in asks:
        foreign, unknown = (ask(f"/api/v1/cases/{name}") for name in (FOREIGN, "LIM-9"))
        assert is_problem(foreign, 404, "not-found")
        assert foreign == unknown
    assert world.said == []


def test_same_key_is_one_act_with_one_reply_and_no_other_content(awa: Client, world: Channels) -> None:
    key, path = str(uuid.uuid4()), f"{CASE}/payment-declarations"
    first = awa.post(path, PAID, key)
    world.pass_time(timedelta(days=9))
    assert awa.post(path, PAID | {"amount": 70}, key).body == first.body, "it is the same amount"
    assert len(world.said) == 1
    assert is_problem(awa.post(path, PAID | {"amount": "7.00"}, key), 422, "key-used")
    assert is_problem(awa.post(f"{CASE}/review-requests", {}, key), 422, "key-used")
    assert awa.of(ALIX).post(f"{ADVISORS}/cases/{LIMITATION}/payment-declarations", PAID, key).status == 200
    assert len(world.said) == 2, "another person's key is another key"


def test_act_that_broke_off_is_done_when_its_key_comes_again(awa: Client, world: Channels) -> None:
    key, world.bus_is_down = str(uuid.uuid4()), True
    with pytest.raises(ConnectionError):
        awa.post(f"{CASE}/review-requests", {"words": "?"}, key)
    world.bus_is_down = False
    assert awa.post(f"{CASE}/review-requests", {"words": "?"}, key).status == 200
    assert len(of_kind(world.said, "ReviewAsked")) == len(awa.get(CASE).body["acts"]) == 1


def test_meter_is_looked_at_once_in_ten_minutes(awa: Client) -> None:
    awa.post(f"{CASE}/power-missing-reports")
    again = awa.post(f"{CASE}/power-missing-reports")
    assert is_problem(again, 429, "said-again")
    assert again.headers["Retry-After"] == "600"


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (PAID | {"amount": "beaucoup"}, {"amount": "cette valeur est refusée"}),
        (PAID | {"amount": {}}, {"amount": "un montant tel que 123,45"}),
        (PAID | {"paidOn": "2027-01-01"}, {"paidOn": "cette date est trop lointaine"}),
        (PAID | {"paidOn": "hier"}, {"paidOn": "une date"}),
        (PAID | {"means": "HOUSING_AID"}, {"means": "cette valeur est refusée"}),
        (
            PAID | {"means": "GOLD", "iban": "FR76"},
            {"means": "choisissez dans la liste", "iban": "ce champ n'existe pas"},
        ),
        ({}, dict.fromkeys(("means", "amount", "paidOn"), "à remplir")),
        ([], {"body": "cette valeur est refusée"}),
        ("{", {"body": "le JSON n'est pas lisible"}),
        (None, {"body": "à remplir"}),
    ],
)
def test_bad_content_is_told_field_by_field_and_its_key_stays_free(
    awa: Client, world: Channels, content: Any, faults: Mapping[str, str]
) -> None:
    key = str(uuid.uuid4())
    reply = awa.post(f"{CASE}/payment-declarations", content, key)
    assert is_problem(reply, 422, "invalid")
    assert {each["field"]: each["detail"] for each in reply.body["errors"]} == faults
    assert world.said == []
    assert awa.post(f"{CASE}/payment-declarations", PAID, key).status == 200


@pytest.mark.parametrize(
    ("given", "status", "name"),
    [
        ({"key": "-"}, 422, "invalid"),
        ({"key": "1"}, 422, "invalid"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "no-json"),
        ({"content": json.dumps({"words": "a" * 20_000})}, 413, "too-large"),
        ({"content": "[" * 16_000}, 400, "unreadable"),
        ({"content": '{"words": "\\ud800"}'}, 422, "invalid"),
    ],
)
def test_odd_request_is_a_problem_and_changes_nothing(
    awa: Client, world: Channels, given: Mapping[str, str], status: int, name: str
) -> None:
    reply = awa.post(f"{CASE}/review-requests", **{"content": "{}", **given})
    assert is_problem(reply, status, name)
    assert world.said == []


def test_problem_is_in_the_reader_s_language(awa: Client) -> None:
    assert awa.get("/api/v1/cases/LIM-9").body["title"] == "Rien ne porte ce nom."
    english = awa.of(AWA, **{"accept-language": "en-GB,fr"}).get("/api/v1/cases/LIM-9")
    assert (english.body["title"], english.headers["Content-Language"]) == ("Nothing has that name.", "en")


@pytest.mark.parametrize(
    "path", ["/api/v1/cases", CASE, f"{ADVISORS}/work", f"{ADVISORS}/cases/{LIMITATION}", "/api/v2/x"]
)
def test_request_without_a_checked_token_sees_nothing(nobody: Client, path: str) -> None:
    assert is_problem(nobody.get(path), 401, "no-token")


def test_token_of_the_one_opens_nothing_of_the_other(nobody: Client, alix: Client) -> None:
    for path in ("/work", f"/cases/{LIMITATION}", "/cases"):
        assert is_problem(nobody.of(AWA).get(f"{ADVISORS}{path}", q="x"), 403, "not-allowed")
    assert is_problem(nobody.of({"sub": "A-x", "groups": "[operations]"}).get(f"{ADVISORS}/work"), 403, "not-allowed")
    assert is_problem(alix.get("/api/v1/cases"), 403, "not-allowed")
    assert is_problem(alix.get(CASE), 403, "not-allowed")


@pytest.mark.parametrize("cursor", ["x", "é", "W10x", "bnVsbA==", "WzFd"])
def test_cursor_that_is_none_of_ours_is_told(awa: Client, cursor: str) -> None:
    assert is_problem(awa.get("/api/v1/cases", cursor=cursor), 422, "invalid")
    assert is_problem(awa.get("/api/v1/cases", limit="51"), 422, "invalid")


def test_address_or_method_that_is_none_of_ours_is_not_found(awa: Client) -> None:
    assert is_problem(awa.get("/api/v1/nothing"), 404, "not-found")
    assert is_problem(awa.post("/api/v1/cases", {}), 404, "not-found")


# ── Advisors ──


def test_advisor_finds_work_opens_the_case_and_decides(alix: Client, world: Channels) -> None:
    [work] = alix.get(f"{ADVISORS}/work").body["work"]
    assert (work["limitationId"], work["id"], work["takenBy"]) == (LIMITATION, "question-1", None)
    assert alix.get(f"{ADVISORS}/cases", q=KEYS.code(LIMITATION)).body == {"limitationIds": [LIMITATION]}
    case = alix.get(f"{ADVISORS}/cases/{LIMITATION}").body
    assert (case["customerId"], case["work"][0]["id"]) == (CUSTOMER, "question-1")
    assert case["line"]
    key = str(uuid.uuid4())
    decided = alix.post(f"{WORK}/decide", {"decision": "RESTORE", "reason": "preuve vue"}, key)
    assert alix.post(f"{WORK}/decide", {"decision": "RESTORE", "reason": "preuve vue"}, key).body == decided.body
    [detail] = of_kind(world.said, "AdvisorDecided")
    assert detail.items() >= {"advisor": "A-alix", "decision": "RESTORE", "question": 1, "channel": "API"}.items()
    assert alix.get(f"{ADVISORS}/work").body["work"] == []


def test_work_says_what_may_be_decided_and_the_rest_is_refused(alix: Client, world: Channels) -> None:
    [work] = alix.get(f"{ADVISORS}/work").body["work"]
    assert ([each["decision"] for each in work["replies"]], work["needsProof"]) == (["RESTORE", "REFUSE"], False)
    refused = alix.post(f"{WORK}/decide", {"decision": "SEND_TECHNICIAN", "reason": "oui"})
    assert is_problem(refused, 409, "refused")
    assert "les règles n'offrent pas" in refused.body["detail"]
    assert world.said == []


def test_list_of_work_has_pages_and_filters(alix: Client, world: Channels) -> None:
    for number in (4, 5, 6):
        world.items[f"LIM-{number}"] = item(limitationId=f"LIM-{number}")
        world.receive("ReviewAsked", "channels", limitationId=f"LIM-{number}", at=NOW.isoformat(), id=f"k-{number}")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = alix.get(f"{ADVISORS}/work", limit="1", **cursor).body
        seen += [each["limitationId"] for each in page["work"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(seen) == [LIMITATION, "LIM-4", "LIM-5", "LIM-6"]

    def found(**query: str) -> list[str]:
        return [each["limitationId"] for each in alix.get(f"{ADVISORS}/work", **query).body["work"]]

    alix.post(f"{WORK}/take")
    assert found(kind="QUESTION") == found(whose="MINE") == [LIMITATION]
    assert found(whose="NOBODY") == found(kind="REVIEW") == ["LIM-4", "LIM-5", "LIM-6"]
    assert is_problem(alix.get(f"{ADVISORS}/work", kind="LUNCH"), 422, "invalid")


def test_second_of_two_is_told_by_whom(alix: Client, world: Channels) -> None:
    alix.post(f"{WORK}/take")
    late = alix.of(BO).post(f"{WORK}/decide", {"decision": "REFUSE", "reason": "non"})
    assert is_problem(late, 409, "refused")
    assert late.body["detail"] == "Alix s'en occupe déjà."
    alix.post(f"{WORK}/give-back")
    assert alix.of(BO).post(f"{WORK}/take").status == 200
    assert world.said == []


def test_work_is_set_aside_taken_up_and_ended(alix: Client, world: Channels) -> None:
    world.receive("ReviewAsked", "channels", at=NOW.isoformat(), id="k-1")
    review = f"{ADVISORS}/cases/{LIMITATION}/work/k-1"
    assert is_problem(alix.post(f"{review}/set-aside", {"until": "2027-01-01T00:00:00Z"}), 409, "refused")
    assert is_problem(alix.post(f"{review}/set-aside", {"until": "2026-11-25T00:00:00"}), 422, "invalid")
    assert alix.post(f"{review}/set-aside", {"until": "2026-11-25T09:00:00+01:00"}).status == 200
    assert [each["id"] for each in alix.get(f"{ADVISORS}/work").body["work"]] == ["question-1"]
    world.pass_time(timedelta(minutes=1))
    assert alix.post(f"{review}/take-up").status == 200
    world.pass_time(timedelta(minutes=1))
    assert is_problem(alix.post(f"{review}/end", {"words": " "}), 422, "invalid")
    assert alix.post(f"{review}/end", {"words": "rappelé"}).status == 200
    assert is_problem(alix.post(f"{WORK}/end", {"words": "rappelé"}), 409, "refused")
    assert is_problem(alix.post(f"{ADVISORS}/cases/{LIMITATION}/work/k-9/take"), 404, "not-found")
    kinds = [each["kind"] for each in alix.get(f"{ADVISORS}/cases/{LIMITATION}").body["acts"]]
    assert kinds == ["QuestionSetAside", "QuestionTakenUp", "WorkDone"]


def test_reader_and_owner_decide_nothing(alix: Client, world: Channels) -> None:
    owner = alix.of(BO | {"customer_id": CUSTOMER})
    for client in (alix.of(LU), owner):
        assert is_problem(client.post(f"{WORK}/decide", {"decision": "RESTORE", "reason": "oui"}), 409, "refused")
    assert is_problem(alix.of(LU).post(f"{ADVISORS}/cases/{LIMITATION}/payment-declarations", PAID), 409, "refused")
    assert world.said == []


def test_advisor_speaks_for_a_customer(alix: Client, world: Channels) -> None:
    alix.post(f"{ADVISORS}/cases/{LIMITATION}/payment-declarations", PAID)
    alix.post(f"{ADVISORS}/cases/{LIMITATION}/power-missing-reports")
    assert [(kind, detail["role"], detail["channel"]) for kind, detail in world.said] == [
        ("PaymentDeclared", "ADVISOR", "API"),
        ("PowerMissing", "ADVISOR", "API"),
    ]
    assert is_problem(alix.post(f"{ADVISORS}/cases/LIM-9/payment-declarations", PAID), 404, "not-found")


def test_claimed_protection_is_shown_to_those_who_may_see_health_facts(alix: Client) -> None:
    alix.of(AWA).post(f"{CASE}/protection-claims", {"kind": "MEDICAL"})
    path = f"{ADVISORS}/cases/{LIMITATION}"
    shown = [[each["kind"] for each in alix.of(who).get(path).body["acts"]] for who in (ALIX, BO)]
    assert shown == [["ProtectionClaimed"], []]
