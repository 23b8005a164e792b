"""Registering limitations: what billing's events change in the register, and what has to be looked at then."""

from collections.abc import Callable, Iterable
from typing import Protocol

from restoration.events import ContractEnded, PowerLimitation, PowerLimitationCancelled
from restoration.limitation import Limitation, LimitationStatus, Trigger, registration_trigger


class Register(Protocol):
    """What registering needs of the register."""

    def get(self, limitation_id: str) -> Limitation | None: ...
    def open_limitations(self, contract_ids: Iterable[str]) -> dict[str, dict[str, str]]: ...
    def save(self, limitation: Limitation, *, known: Limitation | None) -> None: ...
    def take_off_contract(self, limitation: Limitation) -> None: ...


type Check = Callable[[Limitation, Trigger], None]
"""Starts a ``restoration`` execution for a limitation; a repeated trigger does no harm."""


def register_event(
    event: PowerLimitation | PowerLimitationCancelled | ContractEnded, register: Register, check: Check
) -> None:
    """Bring the register up to date with one event and start the check that it calls for.

    A limitation that is registered is checked at once, since its payment may have come before it. One that is
    cancelled or whose contract ended is checked too: an execution that waits for it must learn of it.
    """
    if isinstance(event, PowerLimitation):
        _register(event, register, check)
    elif isinstance(event, PowerLimitationCancelled):
        detail = event.detail
        known = register.get(detail.limitation_id)
        if known is None:
            gone = Limitation.cancelled_before_known(detail.limitation_id, detail.contract_id, detail.at)
            register.save(gone, known=None)
        else:
            _end(known, LimitationStatus.CANCELLED, event, register, check)
    else:
        for limitations in register.open_limitations((event.detail.contract_id,)).values():
            for limitation_id in limitations:
                if known := register.get(limitation_id):
                    _end(known, LimitationStatus.ENDED, event, register, check)


def _register(event: PowerLimitation, register: Register, check: Check) -> None:
    detail = event.detail
    report = Limitation(
        limitation_id=detail.limitation_id,
        contract_id=detail.contract_id,
        point_id=detail.point_id,
        customer_id=detail.customer_id,
        status=LimitationStatus.LIMITED if event.detail_type == "PowerLimited" else LimitationStatus.REQUESTED,
        last_event_at=detail.at,
        debt=detail.debt,
        limited_power_kva=detail.limited_power_kva,
        subscribed_power_kva=detail.subscribed_power_kva,
        registered_at=detail.at,
    )
    known = register.get(detail.limitation_id)
    limitation = known.reported(report) if known else report
    if not limitation.is_open:
        return
    register.save(limitation, known=known)
    check(limitation, registration_trigger(limitation.limitation_id, limitation.registered_at, event.event_id))


def _end(
    known: Limitation,
    status: LimitationStatus,
    event: PowerLimitationCancelled | ContractEnded,
    register: Register,
    check: Check,
) -> None:
    limitation = known.ended(status, event.detail.at)
    if limitation.is_open:
        return
    register.save(limitation, known=known)
    if limitation.point_id:
        why = event.detail_type
        check(limitation, Trigger(why, f"{limitation.limitation_id}:{why}", event.detail.at, event.event_id))
    # Last, so that a repeated message still finds what a crash in between left undone.
    register.take_off_contract(limitation)
