"""In-memory claims, orders and a bus, for the use cases. A write holds or fails as the real table's condition does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from restoration.contracts.published import BusinessEvent
from restoration.domain.claim import AdvisorWord, Claim, Question, Settlement, word_trigger
from restoration.domain.claimant import Claimant
from restoration.domain.limitation import LimitationStatus, Trigger
from restoration.domain.order import Aim, Intent, OpenOrder, OrderReference, OrderStatus, PointOrder, Wanted
from restoration.domain.switch import Mode, Switch
from tests.fakes.samples import NOON, POINT

ME = "arn:execution-1"
OTHER = "arn:execution-2"
LATER = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
ON = Switch(Mode.ON, 100)
REMOTELY = Wanted(Intent.RESTORE_REMOTELY, Aim.FULL)
TO_FLOOR = Wanted(Intent.RAISE_FLOOR, Aim.FLOOR, floor_kva=Decimal(3))
CANCELLATION = Wanted(Intent.CANCEL_LIMITATION, Aim.FULL, after_cut=True, limitation_case_id="L1")


def free(**changes: Any) -> Claim:
    """A limitation without a holder; a test changes the fields that it is about."""
    start = Claim("LIM-1", "CON-1", POINT, LimitationStatus.LIMITED, Decimal(1), registered_at=NOON)
    return replace(start, **changes)


def held(**changes: Any) -> Claim:
    """A limitation that ``ME`` holds, live, in its first generation."""
    mine = free(holder=ME, generation=1, mode=Mode.ON, claimed_at=NOON)
    return replace(mine, **changes)


def trigger(kind: str = "PaymentReceived", name: str = "PAY-1:CAPTURED") -> Trigger:
    return Trigger(kind, name, NOON, f"event of {name}")


def first_look(by: str = ME, because: Trigger | None = None) -> Claimant:
    return Claimant(by, because or trigger())


def again(by: str = ME, *, generation: int = 1, seen: int = 0, because: Trigger | None = None) -> Claimant:
    return Claimant(by, because or trigger(), generation, seen)


def order(wanted: Wanted = REMOTELY, ordinal: int = 1, limitation_id: str = "LIM-1") -> OpenOrder:
    return OpenOrder(OrderReference(limitation_id, wanted.intent, ordinal), wanted)


def question(reason: str = "NEGATIVE_DEBT", number: int = 1) -> Question:
    return Question(number, reason, NOON)


def settled(outcome: str = "RESTORED", **changes: Any) -> Settlement:
    """The end of ``ME``'s first generation, live; not published yet."""
    return replace(Settlement(ME, 1, Mode.ON, outcome, reason="COVERED"), **changes)


@dataclass
class InMemoryClaims:
    """Claims by limitation, and the order at work on each point.

    Parameters
    ----------
    meanwhile
        What others do just before the next write: once.
    """

    claims: dict[str, Claim] = field(default_factory=dict)
    points: dict[str, PointOrder] = field(default_factory=dict)
    meanwhile: Callable[[], object] | None = None
    writes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, *claims: Claim) -> "InMemoryClaims":
        return cls({claim.limitation_id: claim for claim in claims})

    def get(self, limitation_id: str) -> Claim | None:
        return self.claims.get(limitation_id)

    def on_point(self, point_id: str) -> PointOrder | None:
        return self.points.get(point_id)

    def change(self, limitation_id: str = "LIM-1", **changes: Any) -> Claim:
        """Write as another execution does."""
        changed = self.claims[limitation_id] = replace(self.claims[limitation_id], **changes)
        return changed

    def take(self, known: Claim, claim: Claim) -> Claim | None:
        stored = self._before_writing(known)
        if _as_read(stored) != _as_read(known):
            return None
        return self._keep(
            "take",
            stored,
            holder=claim.holder,
            generation=claim.generation,
            mode=claim.mode,
            claimed_at=claim.claimed_at,
            trigger_count=stored.trigger_count + claim.trigger_count - known.trigger_count,
            waiting_token=None,
            triggers=claim.triggers | (stored.triggers if known.holder else frozenset()),
            taken_over_from=claim.taken_over_from,
        )

    def join(self, known: Claim, trigger: str | None, *, flow: bool) -> Claim | None:
        stored = self._before_writing(known)
        if not _is_held_as_read(stored, known):
            return None
        count, word = stored.trigger_count + 1, stored.word
        if known.word and trigger == word_trigger(known.word):
            if word is None or word.id != known.word.id:
                return None
            word = replace(word, count=word.count + 1)
        return self._keep(
            "join",
            stored,
            word=word,
            trigger_count=count,
            triggers=stored.triggers | ({trigger} if trigger else set()),
            flow_count=count if flow else stored.flow_count,
        )

    def note_trigger(self, limitation_id: str, trigger: str, *, reversal: bool = False) -> Claim | None:
        stored = self.claims.get(limitation_id)
        if stored is None or trigger in stored.triggers:
            return stored
        count = stored.trigger_count + 1
        return self._keep(
            "note_trigger",
            stored,
            trigger_count=count,
            triggers=stored.triggers | {trigger},
            reversal_count=count if reversal else stored.reversal_count,
        )

    def note_word(self, limitation_id: str, word_id: str, decision: str, at: datetime) -> Claim | None:
        stored = self.claims.get(limitation_id)
        if stored and stored.word and stored.word.id == word_id:
            return stored
        if stored is None or (stored.word and stored.word.at >= at):
            return None
        count = stored.trigger_count + 1
        word = AdvisorWord(word_id, decision, at, count)
        return self._keep("note_word", stored, word=word, trigger_count=count, question=None)

    def open_order(self, known: Claim, order: OpenOrder, instead_of: PointOrder | None) -> bool:
        stored = self._before_writing(known)
        on_point = self.points.get(known.point_id)
        if (on_point and on_point.reference) != (instead_of and instead_of.reference):
            return False
        if not _is_held_as_read(stored, known) or not stored.is_open or not _has_the_same_order(stored, known):
            return False
        self.points[known.point_id] = PointOrder(known.limitation_id, str(order.reference))
        self._keep("open_order", stored, open_order=order, order_ordinal=order.reference.ordinal)
        return True

    def take_off_order(self, known: Claim) -> bool:
        stored = self._before_writing(known)
        if not _is_held_as_read(stored, known) or not _has_the_same_order(stored, known):
            return False
        self._keep("take_off_order", stored, open_order=None)
        return True

    def close(
        self, known: Claim, status: LimitationStatus, settlement: Settlement, at: datetime, *, take_off_order: bool
    ) -> bool:
        stored = self._before_writing(known)
        seen = (stored.trigger_count, stored.status) == (known.trigger_count, known.status)
        if not _is_held_as_read(stored, known) or not seen:
            return False
        order = None if take_off_order else stored.open_order
        self._let_go("close", stored, settlement, open_order=order, status=status, closed_at=at)
        return True

    def let_go(self, known: Claim, settlement: Settlement, *, take_off_order: bool) -> bool:
        stored = self._before_writing(known)
        seen = (stored.trigger_count, stored.status) == (known.trigger_count, known.status)
        if not _is_held_as_read(stored, known) or not seen:
            return False
        self._let_go("let_go", stored, settlement, open_order=None if take_off_order else stored.open_order)
        return True

    def record_floor(self, known: Claim, floor_kva: Decimal, at: datetime) -> bool:  # noqa: ARG002 - the register's
        stored = self._before_writing(known)
        if not _is_held_as_read(stored, known) or not stored.is_open:
            return False
        raised = LimitationStatus.FLOOR_RAISED
        self._keep("record_floor", stored, status=raised, limited_power_kva=floor_kva, open_order=None)
        return True

    def mark_published(self, limitation_id: str, settlement: Settlement) -> None:
        stored = self.claims[limitation_id]
        kept = stored.settlement
        if kept and kept.is_of(settlement.execution, settlement.generation):
            self._keep("mark_published", stored, settlement=replace(kept, published=True))

    def _before_writing(self, known: Claim) -> Claim:
        if act := self.meanwhile:
            self.meanwhile = None
            act()
        return self.claims[known.limitation_id]

    def _keep(self, write: str, stored: Claim, **changes: Any) -> Claim:
        self.writes.append(write)
        return self.change(stored.limitation_id, **changes)

    def _let_go(self, write: str, stored: Claim, settlement: Settlement, **changes: Any) -> None:
        self._keep(
            write,
            stored,
            holder=None,
            waiting_token=None,
            triggers=frozenset(),
            question=None,
            settlement=settlement,
            settled_count=stored.trigger_count,
            last_outcome=settlement.outcome,
            **changes,
        )


def _as_read(claim: Claim) -> tuple[object, ...]:
    return claim.holder, claim.generation, claim.status, claim.open_order and claim.open_order.reference


def _is_held_as_read(stored: Claim, known: Claim) -> bool:
    return (stored.holder, stored.generation) == (known.holder, known.generation)


def _has_the_same_order(stored: Claim, known: Claim) -> bool:
    return (stored.open_order and stored.open_order.reference) == (known.open_order and known.open_order.reference)


@dataclass
class InMemoryOrders:
    """The status of each order; ``claims`` knows the order at work on a point."""

    claims: InMemoryClaims
    statuses: dict[str, OrderStatus] = field(default_factory=dict)
    meanwhile: Callable[[], object] | None = None
    forgotten: list[str] = field(default_factory=list)
    """The orders that may expire."""

    def status_of(self, reference: OrderReference) -> OrderStatus | None:
        return self.statuses.get(str(reference))

    def withdraw(self, reference: OrderReference) -> bool:
        if act := self.meanwhile:
            self.meanwhile = None
            act()
        if self.statuses.get(str(reference)) not in {None, OrderStatus.NOT_SENT, OrderStatus.WITHDRAWN}:
            return False
        self.statuses[str(reference)] = OrderStatus.WITHDRAWN
        return True

    def forget(self, reference: OrderReference, point_id: str) -> None:
        assert point_id
        self.forgotten.append(str(reference))

    def on_point(self, point_id: str) -> PointOrder | None:
        return self.claims.on_point(point_id)


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
