"""The channels on moto's table, with a core of one made limitation whose doors are open, and a clock to move."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3

from channels.adapters.table import ChannelsTable
from channels.advisors import AdvisorSite
from channels.contracts.asking import PaymentDeclaration
from channels.customers import CustomerSite
from channels.domain.of_case import Act, Work
from channels.domain.session import NOBODY, AdvisorSession
from channels.pages.customer import Supplier
from channels.ports import RulesUnavailable
from channels.use_cases.keep_work import WorkKeeping
from channels.use_cases.speak import Speaker
from ops.decisions.tables import DECISIONS
from record.adapters.dynamodb.desk_figures import DeskFigures
from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from record.cases.standing import Standing, situation_of
from record.domain.course import Course
from record.domain.course_event import Event
from record.domain.promises import Terms
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.eventbridge.event_bus import EventNotPublished
from restoration.clock import to_text
from restoration.contracts.contact import Contact
from restoration.contracts.received_details import Channel, Role
from restoration.contracts.visits import PowerShown, VisitAsked, VisitReply, VisitStatus
from restoration.contracts.wire import WireModel
from restoration.domain.case_keys import CaseKeys
from restoration.domain.decision import DecisionRequest
from restoration.domain.payment import PaymentMeans
from restoration.domain.point import SupplyState, Visit
from restoration.errors import BillingUnavailable, InvalidResponse, UnknownContract
from tests.fakes.tables import UNSIGNED

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RULES = RuleBook(DECISIONS)
KEYS = CaseKeys(b"a secret of at least thirty-two bytes")
LIMITATION = "LIM-000001"
CUSTOMER, END, POSTCODE = "CUS-000001", "0417", "75011"
CONTACT = Contact(
    customer_id=CUSTOMER, language="fr", email="a@example.net", mobile="+33639980001", opt_out=frozenset()
)
SLOTS = tuple(Visit(on=date(2026, 12, 1), slot=hours) for hours in ("08:00-10:00", "14:00-16:00"))
OFFERED = VisitReply(
    status=VisitStatus.OFFERED,
    reference=f"{LIMITATION}/T/1",
    planned=Visit(on=date(2026, 11, 30), slot="08:00-12:00"),
    slots=SLOTS,
)
SUPPLIED = PowerShown(supply=SupplyState.SUPPLIED, kva=Decimal("6.0"), read_at=NOW)
QUESTION = {"number": 1, "reason": "DISPUTE", "askedAt": int(NOW.timestamp() * 1000)}
ALIX = AdvisorSession("A-alix", "Alix", frozenset({"advisors", "health"}))
BO = AdvisorSession("A-bo", "Bo", frozenset({"advisors"}))
OTHERS = [
    AdvisorSession("A-lu", "Lu", frozenset({"readers"})),
    AdvisorSession("A-owner", "Owner", frozenset({"advisors"}), CUSTOMER),
    AdvisorSession("O-olga", "Olga", frozenset({"operations"})),
    AdvisorSession("A-none", "None", frozenset()),
]
PEOPLE = {each.name.lower(): each for each in (ALIX, BO, *OTHERS)}
HOST = "suivi.fournisseur.example"


def item(**changes: Any) -> dict[str, Any]:
    """A limitation's item that nobody holds."""
    return {
        "limitationId": LIMITATION,
        "contractId": "CTR-000001",
        "pointId": "30000000000001",
        "customerId": CUSTOMER,
        "status": "LIMITED",
        "registeredAt": to_text(NOW),
        **changes,
    }


def customer(key: str = "k-1") -> Speaker:
    return Speaker(Channel.PAGE, Role.CUSTOMER, key)


def advisor(key: str = "k-1", by: AdvisorSession = ALIX) -> Speaker:
    return Speaker(Channel.DESK, Role.ADVISOR, key, by.subject)


@dataclass
class Channels:
    """All use cases, what they need of others (register, billing, rules, Enedis, bus, post), and what they met."""

    table: ChannelsTable
    items: dict[str, dict[str, Any]] = field(default_factory=lambda: {LIMITATION: item()})
    at: datetime = NOW
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    evened: list[datetime] = field(default_factory=list)
    billing_is_down: bool = False
    billing_takes: timedelta = timedelta()
    billing_has_it: bool = True
    bus_is_down: bool = False
    asked: int = 0
    calls: list[str] = field(default_factory=list)
    rules_are_down: bool = False
    decided: list[tuple[str, str, str]] = field(default_factory=list)
    enedis: VisitReply = OFFERED
    power: PowerShown | None = SUPPLIED
    looks: list[KeptDecision] = field(default_factory=list)
    agrees: VisitStatus = VisitStatus.AGREED
    orders: list[dict[str, Any]] = field(default_factory=list)
    met: list[tuple[str, ...]] = field(default_factory=list)
    contacted: Contact = CONTACT
    incidents: Any = None

    def __post_init__(self) -> None:
        self.minutes = DeskFigures(boto3.resource("dynamodb", config=UNSIGNED), "channels", Terms())
        self.entrance = self.speaking = self.customer_site()
        self.desk = self.advisor_site()
        self.keeping = WorkKeeping(**self.parts, question_lasts=timedelta(days=2))

    @property
    def parts(self) -> dict[str, Any]:
        return {"table": self.table, "standings": self, "core": self, "keys": KEYS, "now": self.now}

    # ── What the use cases need ──

    def now(self) -> datetime:
        return self.at

    def read(self, limitation_id: str) -> Standing | None:
        self.calls.append("read")
        found = self.items.get(limitation_id)
        waits = Course.of("arn", [Event.of(1, "TaskStateEntered", 0, "WaitForEnedis")]) if self.orders else None
        return Standing(limitation_id, found, situation_of(found, self.orders, waits)) if found else None

    registered = read

    def limitations_by(self, attribute: str, value: str) -> list[str]:
        return [name for name, each in sorted(self.items.items()) if each.get(attribute) == value]

    def dossier(self, limitation_id: str) -> Dossier:
        return Dossier(limitation_id, self.items[limitation_id], [], self.looks, [], [])

    def questions(self) -> Iterator[dict[str, Any]]:
        return (each for each in self.items.values() if "question" in each)

    def knows(self, customer_id: str, number_end: str, postcode: str) -> bool:
        self.calls.append("knows")
        self.asked += customer_id != NOBODY
        self.pass_time(self.billing_takes)
        self._ask_billing(customer_id)
        return (customer_id, number_end, postcode) == (CUSTOMER, END, POSTCODE)

    def contact(self, customer_id: str) -> Contact:
        self._ask_billing(customer_id)
        return self.contacted

    def _ask_billing(self, about: str) -> None:
        if self.billing_is_down:
            raise BillingUnavailable(about)
        if not self.billing_has_it or about == NOBODY:
            raise UnknownContract(about)

    def situation(self, contract_id: str, _limitation_id: str) -> Any:
        self._ask_billing(contract_id)
        paid = {"received_on": date(2026, 11, 20), "means": "CARD", "status": "SETTLED", "amount": Decimal("12.40")}
        return SimpleNamespace(limitation_debt=Decimal("100.00"), payments=[SimpleNamespace(**paid)])

    def put(self, detail_type: str, detail: WireModel) -> None:
        if self.bus_is_down:
            raise EventNotPublished("the bus is down")
        self.said.append((detail_type, detail.model_dump(mode="json", by_alias=True, exclude_none=True)))

    def value(self, decision: str, limitation_id: str, asked_by: str, inputs: Mapping[str, Any]) -> Any:
        if self.rules_are_down:
            raise RulesUnavailable("evaluate_decision is down")
        self.decided.append((decision, limitation_id, asked_by))
        return RULES.evaluate(DecisionRequest(decision, limitation_id, asked_by, inputs)).value

    def ask(self, asked: VisitAsked) -> VisitReply:
        if asked.asks == "POWER":
            self.met.append(("POWER", asked.limitation_id))
            return VisitReply(status=VisitStatus.READ, power=self.power)
        if asked.agreed is None:
            self.met.append((asked.limitation_id,))
            return self.enedis
        self.met.append((asked.limitation_id, asked.reference, str(asked.agreed), asked.present))
        if self.agrees in {VisitStatus.AGREED, VisitStatus.UNKNOWN}:
            self.enedis = self.enedis.model_copy(update={"planned": asked.agreed})
        return VisitReply(status=self.agrees)

    # ── The identity provider, at which people sign in with their name in small letters as the code ──

    def sign_in_at(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        assert (len({state, nonce, verifier}), redirect) == (3, f"https://{HOST}/conseil/retour")
        return f"https://id.example/authorize?state={state}&redirect_uri={redirect}"

    def signed_in(self, code: str, _redirect: str, _nonce: str, _verifier: str) -> AdvisorSession:
        if code not in PEOPLE:
            raise InvalidResponse("a code that is worth nothing")
        return replace(PEOPLE[code], id=str(uuid4()), form=str(uuid4()))

    # ── The sites ──

    def customer_site(self, address_header: str = "") -> CustomerSite:
        supplier = Supplier("Fournisseur <d'ici>", "09 70 00 00 00", "dpo@fournisseur.example")
        return CustomerSite(
            **self.parts, terms=Terms(), supplier=supplier, address_header=address_header, even=self.evened.append,
            customers=lambda: self, post=lambda _contact, code: self.posted.append(code),
        )  # fmt: skip

    def advisor_site(self) -> AdvisorSite:
        return AdvisorSite(
            **self.parts, terms=Terms(), supplier="Fournisseur", dossier=self.dossier, provider=self,
            operations=lambda: self.incidents,
        )  # fmt: skip

    # ── What happens ──

    def receive(self, kind: str, source: str = "restoration", **detail: Any) -> str:
        """Take in an event of the core, or of the channels themselves."""
        about = {"limitationId": LIMITATION, "generation": 1}
        about |= {"at": to_text(self.at)} if source == "channels" else {}
        event = {"id": f"event-{kind}", "source": source, "detail-type": kind, "time": to_text(self.at)}
        return self.keeping.receive({**event, "detail": about | detail})

    def ask_advisors(self, reason: str = "DISPUTE") -> Work:
        """Let the process ask its question."""
        self.receive("AdvisorDecisionRequested", question=1, reason=reason)
        self.change(question=QUESTION)
        [work] = self.open_work()
        return work

    def open_work(self, **wanted: Any) -> list[Work]:
        return self.desk.open_work(ALIX, **wanted)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """What the bus carried of a kind."""
        return [detail for name, detail in self.said if name == kind]

    @property
    def acts(self) -> Sequence[Act]:
        return self.table.of_case(LIMITATION).acts

    def declare(self, key: str = "k-1", amount: str = "70") -> None:
        """Let the customer say that they have paid."""
        paid = PaymentDeclaration(means=PaymentMeans.CARD, amount=Decimal(amount), paid_on=NOW.date())
        self.speaking.declare_payment(LIMITATION, customer(key), paid)

    def send_technician(self, intent: str = "TECHNICIAN") -> None:
        """Let a technician's order be at Enedis."""
        self.change(holder="arn:execution", openOrder={}, claimedAt=to_text(self.at))
        due = to_text(self.at + timedelta(days=7))
        self.orders = [{"caseId": "A1", "status": "ACCEPTED", "intent": intent, "dueAt": due}]

    def look(self, decision: str = "coverage", /, **value: Any) -> None:
        """Let an execution have decided something: what is owed, or another thing."""
        about = "x", decision, "execution/Decide", "v1"
        self.looks.append(KeptDecision(LIMITATION, self.at, *about, value, (), None, None, "", ""))

    def pass_time(self, span: timedelta) -> None:
        self.at += span

    def change(self, **changes: Any) -> None:
        self.items[LIMITATION] |= changes
