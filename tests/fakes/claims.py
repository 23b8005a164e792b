"""Claims, orders, the register, executions and a bus for the use cases: the real adapters, over tables in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self

from restoration.adapters.dynamodb import items
from restoration.adapters.dynamodb.claim_items import claim_of, order_item
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import to_text
from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.envelope import parse_event
from restoration.contracts.received_limitations import LIMITATION_EVENTS
from restoration.domain.claim import Claim, HolderStatus, Settlement
from restoration.domain.claimant import Claimant
from restoration.domain.fact import fact_of_word
from restoration.domain.limitation import Limitation, LimitedPoint, Started, Trigger, execution_name
from restoration.domain.order import (
    Aim,
    Intent,
    OpenOrder,
    OrderRecord,
    OrderReference,
    OrderStatus,
    PointOrder,
    Wanted,
)
from restoration.domain.question import Question
from restoration.domain.switch import Mode, Switch
from restoration.ports import Register
from restoration.use_cases.register_limitations import RegisterDesk
from restoration.use_cases.report_lost_ground import LostGroundDesk
from restoration.use_cases.start_restoration import RestorationStart
from tests.explore.tables import MemoryTable, MemoryTables
from tests.fakes.limitations import limitation
from tests.fakes.samples import NOON, POINT, body

ME = "arn:execution-1"
OTHER = "arn:execution-2"
LATER = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
ON = Switch(Mode.ON, 100)
REMOTELY = Wanted(Intent.RESTORE_REMOTELY, Aim.FULL)
BY_TECHNICIAN = Wanted(Intent.RESTORE_BY_TECHNICIAN, Aim.FULL)
TO_FLOOR = Wanted(Intent.RAISE_FLOOR, Aim.FLOOR, floor_kva=Decimal(3))
FIRST = OrderReference("LIM-1", Intent.RESTORE_REMOTELY, 1)
CANCELLATION = Wanted(Intent.CANCEL_LIMITATION, Aim.FULL, after_cut=True, limitation_case_id="L1")


_UNCLAIMED = Claim(**asdict(limitation()))


def free(**changes: Any) -> Claim:
    """A limitation without a holder; a test changes the fields that it is about."""
    return _noted(replace(_UNCLAIMED, **changes))


def held(**changes: Any) -> Claim:
    """A limitation that ``ME`` holds, live, in its first generation."""
    mine = free(holder=ME, generation=1, mode=Mode.ON, claimed_at=NOON)
    return _noted(replace(mine, **changes))


def _noted(claim: Claim) -> Claim:
    """An advisor's decision is a fact like any other."""
    word = {fact_of_word(claim.word.id): claim.word.count} if claim.word else {}
    return replace(claim, facts={**word, **claim.facts})


def numbered(*facts: str, first: int = 1) -> dict[str, int]:
    """Facts in their order, each with its number."""
    return {fact: number for number, fact in enumerate(facts, first)}


def trigger(kind: str = "PaymentReceived", name: str = "PAY-1:CAPTURED") -> Trigger:
    return Trigger(kind, name, NOON, f"event of {name}")


def trigger_of(fact: str) -> Trigger:
    """The trigger that brings a fact, ``type|id``."""
    kind, _, name = fact.partition("|")
    return trigger(kind, name)


def first_look(by: str = ME, because: Trigger | None = None) -> Claimant:
    return Claimant(by, because or trigger())


def again(by: str = ME, *, generation: int = 1, seen: int = 0, because: Trigger | None = None) -> Claimant:
    return Claimant(by, because or trigger(), generation, seen)


def order(wanted: Wanted = REMOTELY, ordinal: int = 1, limitation_id: str = "LIM-1") -> OpenOrder:
    return OpenOrder(OrderReference(limitation_id, wanted.intent, ordinal), wanted, POINT, "CON-1")


def question(reason: str = "NEGATIVE_DEBT", number: int = 1) -> Question:
    return Question(number, reason, NOON)


def settled(outcome: str = "RESTORED", **changes: Any) -> Settlement:
    """The end of ``ME``'s first generation, live; not published yet."""
    return replace(Settlement(ME, 1, outcome, "COVERED", Mode.ON, POINT, "CON-1"), **changes)


def item_of(claim: Claim) -> dict[str, Any]:
    """A claim as it lies in the table. The form itself is held word for word: printed/core-requests.txt, kept items."""
    item, word, order = items.item_of(claim), claim.word, claim.open_order
    for name in ("digests", "notedAt", "traces", "mode", "word", "lastOutcome"):
        item.pop(name, None)
    item |= {name: item[name] or None for name in ("generation", "seen", "orderOrdinal")}
    item |= {
        "claimMode": claim.mode,
        "outcome": claim.last_outcome,
        "facts": dict(claim.facts),
        "noted": {
            fact: {"at": to_text(at), "digest": claim.digests.get(fact, "")} for fact, at in claim.noted_at.items()
        },
        "advisorWord": word and {"id": word.id, "decision": word.decision, "at": to_text(word.at)},
        "openOrder": order and order_item(order),
    }
    return {name: value for name, value in item.items() if value is not None}


class OthersWrite(MemoryTables):
    """Tables in memory in which others may act just before the next write, once: ``meanwhile``."""

    def __init__(self) -> None:
        super().__init__({"limitations": "limitationId", "orders": "reference", "contracts": "contractId"})
        self.meanwhile: Callable[[], object] | None = None
        self.writes = 0

    def Table(self, name: str) -> MemoryTable:  # noqa: N802 - boto3's name
        return _OthersWrite(self, name)

    def transact_write_items(self, TransactItems: Iterable[Mapping[str, Any]]) -> None:  # noqa: N803 - boto3's name
        self.act()
        super().transact_write_items(TransactItems)
        self.writes += 1

    def act(self) -> None:
        if act := self.meanwhile:
            self.meanwhile = None
            act()


class _OthersWrite(MemoryTable):
    def update_item(self, **write: Any) -> Mapping[str, Any]:
        tables: Any = self.meta
        tables.act()
        response = super().update_item(**write)
        tables.writes += 1
        return response


class InMemoryClaims(ClaimTable):
    """The claims' own table and the orders' beside it, both in memory."""

    def __init__(self, *claims: Claim) -> None:
        self.tables = OthersWrite()
        resource: Any = self.tables
        super().__init__(resource, "limitations", "orders")
        self.orders = OrderTable(resource, "orders")
        self.items = self.tables.items["limitations"]
        for claim in claims:
            self.put(claim)

    def put(self, claim: Claim) -> None:
        self.items[claim.limitation_id] = item_of(claim)

    def __getitem__(self, limitation_id: str) -> Claim:
        return claim_of(self.items[limitation_id])

    def all(self) -> list[Claim]:
        return [claim_of(item) for item in self.items.values()]

    def change(self, limitation_id: str = "LIM-1", **changes: Any) -> None:
        """Write as another execution does."""
        self.put(_noted(replace(self[limitation_id], **changes)))

    def point_at(self, limitation_id: str, reference: str) -> None:
        """Let an order be the last that was at work on the point."""
        item = {"reference": f"point/{POINT}", "limitationId": limitation_id, "order": reference}
        self.tables.items["orders"][item["reference"]] = item

    def on_point(self) -> PointOrder | None:
        return self.orders.on_point(POINT)

    def has_come_to(self, status: OrderStatus, reference: OrderReference = FIRST) -> None:
        """Let a worker have come so far with an order."""
        known = self.orders.get(reference)
        assert self.orders.write(OrderRecord(reference, status, NOON), known=known)

    def status_of(self, reference: OrderReference = FIRST) -> OrderStatus | None:
        return self.orders.status_of(reference)


class BusDown(Exception):
    """Raised where a test has the bus refuse an event."""


@dataclass
class InMemoryBus:
    """Keeps the published events, in order. ``refuse`` names a type that the bus does not take."""

    events: list[BusinessEvent] = field(default_factory=list)
    refuse: str | None = None

    def publish(self, events: Sequence[BusinessEvent]) -> None:
        for event in events:
            if event.detail_type() == self.refuse:
                raise BusDown(event.id)
            self.events.append(event)

    @property
    def types(self) -> list[str]:
        return [event.detail_type() for event in self.events]

    @property
    def ids(self) -> list[str]:
        return [event.id for event in self.events]


# ── The register and the executions ──


@dataclass
class Heard:
    """The facts that were noted, each once: those that the sweep looks at, and those that an execution looks at."""

    facts: dict[tuple[str, str], tuple[LimitedPoint, Trigger]] = field(default_factory=dict)
    crash_on: frozenset[str] = frozenset()

    def note(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        if limited.limitation_id in self.crash_on:
            raise Crash(limited.limitation_id)
        self.facts.setdefault((limited.limitation_id, trigger.fact), (limited, trigger))
        return Started.NOTED

    def hear(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        self.note(limited, trigger)
        return Started.STARTED


class Crash(Exception):
    """Raised where a test has the process die."""


class InMemoryRegister(LimitationRegister):
    """The real register, over tables in memory."""

    def __init__(self, tables: MemoryTables | None = None) -> None:
        self.tables = tables or MemoryTables({"contracts": "contractId", "limitations": "limitationId"})
        resource: Any = self.tables
        super().__init__(resource, "contracts", "limitations")
        self.lookups: list[tuple[str, ...]] = []

    def open_limitations(self, contract_ids: Iterable[str]) -> list[LimitedPoint]:
        asked = tuple(contract_ids)
        self.lookups.append(asked)
        return super().open_limitations(asked)

    @property
    def limitations(self) -> dict[str, Limitation]:
        return {each: known for each in self.tables.items["limitations"] if (known := self.get(each))}

    @property
    def listed(self) -> dict[str, dict[str, str]]:
        """The open limitations of each contract, with their points."""
        return {each: item["limitations"] for each, item in self.tables.items["contracts"].items()}

    def change(self, limitation_id: str, **changes: Any) -> None:
        """Change a limitation as another execution does."""
        known = self.limitations[limitation_id]
        self.save(replace(known, **changes), known=known)
        if not self.limitations[limitation_id].is_open:
            self.take_off_contract(known)

    def has_closed(self, *limitation_ids: str, at: datetime = NOON) -> None:
        """Let us have closed limitations of CON-1."""
        closed = dict.fromkeys(limitation_ids, to_text(at))
        item = {"contractId": "CON-1", "limitations": {}, "closedLimitations": closed, "lastClosedAt": to_text(at)}
        self.tables.items["contracts"]["CON-1"] = item


@dataclass
class InMemoryExecutions:
    """Starts executions by name; one that exists absorbs its trigger."""

    started: dict[str, tuple[LimitedPoint, Trigger]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    woken: list[tuple[str, str, str]] = field(default_factory=list)
    statuses: dict[str, HolderStatus] = field(default_factory=dict)
    crash_on: frozenset[str] = frozenset()

    def start(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        if limited.limitation_id in self.crash_on:
            raise Crash(limited.limitation_id)
        name = execution_name(limited.limitation_id, trigger.fact)
        if name in self.started:
            return Started.ABSORBED
        self.started[name] = (limited, trigger)
        return Started.STARTED

    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool:
        if token not in self.waiting:
            return False
        self.waiting.discard(token)
        self.woken.append((token, trigger_type, trigger_id))
        return True

    def status_of(self, execution: str) -> HolderStatus:
        return self.statuses.get(execution, HolderStatus.ENDED)


def register_desk(register: Register, facts: Heard | None = None) -> RegisterDesk:
    """A desk whose advisors hear nothing, since no limitation was ever claimed."""
    heard = facts or Heard()
    return RegisterDesk(register, heard.note, heard.hear, InMemoryClaims(), InMemoryBus(), lambda: ON)


def register_of(*limited: tuple[str, str], tables: MemoryTables | None = None) -> InMemoryRegister:
    """A register with limitations of contracts."""
    register = InMemoryRegister(tables)
    for limitation_id, contract_id in limited:
        text = body("PowerLimited", limitationId=limitation_id, contractId=contract_id)
        event = parse_event(text, LIMITATION_EVENTS, NOON)
        register_desk(register).receive(event, NOON)
    return register


@dataclass
class Core:
    """What the desks of the process act on, in memory."""

    claims: InMemoryClaims
    executions: InMemoryExecutions = field(default_factory=InMemoryExecutions)
    bus: InMemoryBus = field(default_factory=InMemoryBus)
    register: InMemoryRegister = field(default_factory=InMemoryRegister)

    @classmethod
    def of(cls, *claims: Claim, holder: HolderStatus = HolderStatus.ALIVE, **more: Any) -> Self:
        """With these claims; ``holder`` is the status of the executions that hold them."""
        core = cls(InMemoryClaims(*claims), **more)
        core.executions.statuses = dict.fromkeys((ME, OTHER), holder)
        return core

    @property
    def claim(self) -> Claim:
        return self.claims["LIM-1"]

    @property
    def start(self) -> RestorationStart:
        return RestorationStart(self.executions, self.claims)

    @property
    def lost_grounds(self) -> LostGroundDesk:
        return LostGroundDesk(self.register, self.claims, self.claims.orders, self.bus)
