"""The use cases' needs of the outside world: an adapter implements each port, and so does a fake in the tests.

What one use case needs by one call is no port, but a callable among its fields.

A write of the register, of a claim or of an order is conditional on what was read. Its return value says whether that
still held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from restoration.contracts.billing import BillingSituation
    from restoration.contracts.business_event import BusinessEvent
    from restoration.domain.campaign import Concerned
    from restoration.domain.claim import Claim, HolderStatus, Settlement
    from restoration.domain.decision import DecisionRequest
    from restoration.domain.flow import Snapshot
    from restoration.domain.limitation import Limitation, LimitationStatus, LimitedPoint, Started, Trigger
    from restoration.domain.message import Channel, LastSaid, Text
    from restoration.domain.order import (
        OpenOrder,
        OrderRecord,
        OrderReference,
        OrderStatus,
        PointOrder,
    )
    from restoration.domain.point import OfferedVisits, PointSituation, Visit
    from restoration.domain.sending import Sending

# ── The register ──


class Register(Protocol):
    """The limitations, and which of them are open under which contract."""

    def get(self, limitation_id: str) -> Limitation | None: ...
    def open_limitations(self, contract_ids: Iterable[str]) -> list[LimitedPoint]: ...
    def save(self, limitation: Limitation, *, known: Limitation | None, because: Trigger | None = None) -> None: ...
    def take_off_contract(self, limitation: Limitation) -> None: ...
    def take_off_list(self, contract_id: str, limitation_id: str, closed_at: datetime | None) -> list[LimitedPoint]: ...
    def list_if_needed(self, limitation_id: str) -> None: ...
    def last_closed_at(self, contract_id: str) -> datetime | None: ...
    def known_limitations(self, contract_ids: Iterable[str]) -> list[str]: ...


class Snapshots(Protocol):
    """Remembers the newest snapshot of each flow that was worked through."""

    def newest(self, flow: str) -> str | None: ...
    def done(self, snapshot: Snapshot, file: str) -> None: ...


# ── Claims and orders ──


class KnownClaims(Protocol):
    """The claims as they are: holder, open order and more."""

    def get(self, limitation_id: str) -> Claim | None: ...


class ManyClaims(Protocol):
    """Many claims at once."""

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, Claim]: ...


class Claims(KnownClaims, ManyClaims, Protocol):
    """Noting facts, claiming and letting go. Instead of a claim, ``None`` means that what was read no longer held."""

    def note(
        self, limitation_id: str, trigger: Trigger, decision: str | None = None, question: int | None = None
    ) -> Claim | None: ...
    def unseen(self) -> Iterable[tuple[str, datetime]]: ...
    def mark_looked(self, known: Claim, told_since: datetime | None = None) -> bool: ...
    def take(self, known: Claim, claim: Claim) -> Claim | None: ...
    def open_order(self, known: Claim, order: OpenOrder, instead_of: PointOrder | None) -> bool: ...
    def end_order(self, known: Claim, floor_kva: Decimal | None = None, at: datetime | None = None) -> bool: ...
    def settle(
        self,
        known: Claim,
        settlement: Settlement,
        *,
        take_off_order: bool,
        closes: tuple[LimitationStatus, datetime] | None = None,
    ) -> bool: ...
    def mark_published(self, limitation_id: str, settlement: Settlement) -> None: ...


class Orders(Protocol):
    """The progress of orders, and the order at work on a point. Two workers never both send one."""

    def get(self, reference: OrderReference) -> OrderRecord | None: ...
    def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool: ...
    def status_of(self, reference: OrderReference) -> OrderStatus | None: ...
    def withdraw(self, reference: OrderReference) -> bool: ...
    def forget(self, reference: OrderReference, point_id: str) -> None: ...
    def on_point(self, point_id: str) -> PointOrder | None: ...


# ── Step Functions, the bus ──


class Holders(Protocol):
    """The status of an execution that holds a limitation."""

    def status_of(self, execution: str) -> HolderStatus: ...


class ExecutionsOfRestoration(Holders, Protocol):
    """Executions of ``restoration``: they are started, some hold a limitation, some wait."""

    def start(self, limited: LimitedPoint, trigger: Trigger) -> Started: ...
    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool: ...


class Publisher(Protocol):
    """The way out for business events."""

    def publish(self, events: Sequence[BusinessEvent]) -> None: ...


# ── Billing, the rules, Enedis ──


class Billing(Protocol):
    """Billing's read side."""

    def situation(self, contract_id: str, limitation_id: str) -> BillingSituation: ...


class Rules(Protocol):
    """The rules, for the other functions: one decision, or one of a whole ``look`` at billing's facts."""

    def value(self, request: DecisionRequest, look: Mapping[str, Any] | None = None) -> Any: ...


class CampaignList(Protocol):
    """The list of those whom a campaign concerns."""

    def find(self, campaign_id: str, limitation_id: str) -> Concerned | None: ...
    def put(self, campaign_id: str, concerned: Concerned) -> None: ...
    def begin(self, campaign_id: str) -> None: ...
    def all(self, campaign_id: str) -> Iterable[Concerned]: ...


class Enedis(Protocol):
    """Enedis, for the order desk."""

    def read_point(self, point_id: str) -> PointSituation: ...
    def place_order(self, order: OpenOrder) -> str: ...


class EnedisVisits(Protocol):
    """Enedis, for people who agree a technician's visit, or have no power."""

    def read_point(self, point_id: str) -> PointSituation: ...
    def offered_visits(self, order: OpenOrder) -> OfferedVisits: ...
    def agree_visit(self, order: OpenOrder, visit: Visit, present: str) -> None: ...


# ── Messages to customers ──


class SendingLog(Protocol):
    """The sendings of messages: each is claimed before, and its outcome and the carrier's report are noted after."""

    def find(self, attempt_id: str) -> Sending | None: ...
    def claim(self, attempt_id: str, by: str, channel: Channel, record: str) -> Sending | None: ...
    def note_sent(self, attempt_id: str, by: str, carrier_id: str) -> None: ...
    def note_failed(self, attempt_id: str, by: str, error: str) -> None: ...
    def note_unknown(self, attempt_id: str, by: str, error: str) -> Sending | None: ...
    def note_reported(self, attempt_id: str) -> None: ...
    def note_delivery(self, attempt_id: str, report: str) -> None: ...
    def newest_visit(self, limitation_id: str, case: str, generation: int, number: int) -> tuple[int, int]: ...
    def last_said(self, limitation_id: str, topic: str) -> LastSaid | None: ...
    def note_said(self, limitation_id: str, topic: str, generation: int, said: LastSaid) -> None: ...


class Carrier(Protocol):
    """Carries a text to an address; returns the carrier's own id of it."""

    def send(self, attempt_id: str, address: str, text: Text) -> str: ...
