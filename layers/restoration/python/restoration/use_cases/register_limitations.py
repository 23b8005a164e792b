"""Registering limitations: billing's events change the register, and each is a fact of its limitation."""

from datetime import datetime, timedelta
from typing import Protocol

from restoration.contracts.received import ContractEnded, PowerLimitation, PowerLimitationCancelled
from restoration.domain.limitation import (
    CLOCKS_DIFFER_BY,
    Limitation,
    LimitationStatus,
    LimitedPoint,
    Started,
    Trigger,
    reported,
)
from restoration.ports import Register
from restoration.use_cases.report_late_cancellation import LateCancellationDesk
from restoration.use_cases.start_restoration import Hear

SHORTEST_DUNNING = timedelta(days=35)
"""From a first letter to a limitation the law leaves at least 15 and 20 days (docs/trade.md)."""


class FactsOfLimitations(Protocol):
    """Notes facts, as :class:`~restoration.use_cases.start_restoration.RestorationStart` does."""

    def note(self, limited: LimitedPoint, trigger: Trigger) -> Started: ...
    def hear(self, limited: LimitedPoint, trigger: Trigger) -> Started: ...


def register_event(
    event: PowerLimitation | PowerLimitationCancelled | ContractEnded,
    register: Register,
    facts: FactsOfLimitations,
    late_cancellations: LateCancellationDesk,
    now: datetime,
) -> timedelta | None:
    """Bring the register up to date with one event, and note it on the limitation.

    The sweep looks at a limitation that is registered, since its payment may have come before it. An execution that
    waits for one that is cancelled, or whose contract ended, learns of it. The advisors hear of one that was cancelled
    and carried out, in whatever order.

    A contract's end that is announced changes nothing: the customer may pay until then. The nightly check sees by
    billing's status of the contract that it has come.

    Returns
    -------
    timedelta | None
        How long after the closing of the contract's last limitation this new one came, if that is sooner than a new
        dunning can lead to one. Then billing had not stopped the old one, or it is for another bill.
    """
    if isinstance(event, PowerLimitation):
        return _register(event, register, facts.note, late_cancellations)
    if isinstance(event, PowerLimitationCancelled):
        detail = event.detail
        known = register.get(detail.limitation_id)
        if known is None:
            gone = Limitation.cancelled_before_known(detail.limitation_id, detail.contract_id, detail.at)
            register.save(gone, known=None)
        else:
            _end(known, LimitationStatus.CANCELLED, event, register, facts.hear)
            gone = known.ended(LimitationStatus.CANCELLED, detail.at)
            if gone.status is LimitationStatus.CANCELLED:
                late_cancellations.report(gone)
    elif event.detail.at <= now + CLOCKS_DIFFER_BY:
        for limited in register.open_limitations((event.detail.contract_id,)):
            known = register.get(limited.limitation_id)
            # A limitation may have been reported under another contract since.
            if known and known.contract_id == event.detail.contract_id:
                _end(known, LimitationStatus.ENDED, event, register, facts.hear)
    return None


def _register(
    event: PowerLimitation, register: Register, note: Hear, late_cancellations: LateCancellationDesk
) -> timedelta | None:
    detail = event.detail
    is_carried_out = event.detail_type == "PowerLimited"
    report = Limitation(
        limitation_id=detail.limitation_id,
        contract_id=detail.contract_id,
        point_id=detail.point_id,
        customer_id=detail.customer_id,
        status=LimitationStatus.LIMITED if is_carried_out else LimitationStatus.REQUESTED,
        last_event_at=detail.at,
        debt=detail.debt,
        limited_power_kva=detail.limited_power_kva,
        subscribed_power_kva=detail.subscribed_power_kva,
        registered_at=detail.at,
        limited_since=detail.at if is_carried_out else None,
    )
    known = register.get(detail.limitation_id)
    limitation = known.reported(report) if known else report
    if known and known.status is LimitationStatus.CANCELLED and is_carried_out:
        late_cancellations.report(limitation)
    fact = reported("LimitationRegistered", detail.limitation_id, limitation.registered_at, event.event_id)
    if limitation.last_event_at == detail.at != limitation.registered_at:
        # It is registered: a read of its point that is older proves nothing any more.
        fact = reported(event.detail_type, detail.limitation_id, detail.at, event.event_id)
    register.save(limitation, known=known, because=fact if limitation.is_open else None)
    if known and known.contract_id != limitation.contract_id:
        register.take_off_list(known.contract_id, limitation.limitation_id, None)
    if not limitation.is_open:
        return None
    note(limitation.limited_point, fact)
    return None if known else _since_closing(limitation, register)


def _since_closing(limitation: Limitation, register: Register) -> timedelta | None:
    closed_at = register.last_closed_at(limitation.contract_id)
    if closed_at is None:
        return None
    since = limitation.registered_at - closed_at
    return since if timedelta(0) < since < SHORTEST_DUNNING else None


def _end(
    known: Limitation,
    status: LimitationStatus,
    event: PowerLimitationCancelled | ContractEnded,
    register: Register,
    hear: Hear,
) -> None:
    limitation = known.ended(status, event.detail.at)
    if limitation.is_open:
        return
    fact = reported(event.detail_type, limitation.limitation_id, event.detail.at, event.event_id)
    register.save(limitation, known=known, because=fact)
    if limitation.point_id:
        hear(limitation.limited_point, fact)
    # Last, so that a repeated record still finds the work that a crash in between left undone.
    register.take_off_contract(limitation)
