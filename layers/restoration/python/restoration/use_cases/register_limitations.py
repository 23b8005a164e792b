"""Registering limitations: billing's events change the register, and each is a fact of its limitation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from restoration.contracts.received_limitations import (
    ContractEnded,
    LimitationEvent,
    PowerLimitation,
    PowerLimitationCancelled,
)
from restoration.domain.limitation import (
    CLOCKS_DIFFER_BY,
    Limitation,
    LimitationStatus,
    reported,
)
from restoration.domain.switch import Mode, Switch
from restoration.ports import KnownClaims, Publisher, Register
from restoration.use_cases.start_restoration import Hear

SHORTEST_DUNNING = timedelta(days=35)
"""From a first letter to a limitation the law leaves at least 15 and 20 days (docs/trade.md)."""


@dataclass(frozen=True, slots=True)
class RegisterDesk:
    """Brings the register up to date with billing's events, and notes each on its limitation.

    The sweep looks at a limitation that is registered, since its payment may have come before it. An execution that
    waits for one that is cancelled, or whose contract ended, learns of it.

    Parameters
    ----------
    note, hear
        Note a fact: for the sweep, or so that an execution looks at it.
    switch
        Reads the switch, which decides about a limitation that no execution has held.
    """

    register: Register
    note: Hear
    hear: Hear
    claims: KnownClaims
    events: Publisher
    switch: Callable[[], Switch]

    def receive(self, event: LimitationEvent, now: datetime) -> timedelta | None:
        """Bring the register up to date with one event.

        A contract's end that is announced changes nothing: the customer may pay until then. The nightly check sees by
        billing's status of the contract that it has come.

        Returns
        -------
        timedelta | None
            How long after the closing of the contract's last limitation this new one came, if that is sooner than a new
            dunning can lead to one. Then billing had not stopped the old one, or it is for another bill.
        """
        if isinstance(event, PowerLimitation):
            return self._register(event)
        if isinstance(event, PowerLimitationCancelled):
            detail = event.detail
            known = self.register.get(detail.limitation_id)
            if known is None:
                gone = Limitation.cancelled_before_known(detail.limitation_id, detail.contract_id, detail.at)
                self.register.save(gone, known=None)
            else:
                self._end(known, LimitationStatus.CANCELLED, event)
                gone = known.ended(LimitationStatus.CANCELLED, detail.at)
                if gone.status is LimitationStatus.CANCELLED:
                    self._report_late_cancellation(gone)
        elif event.detail.at <= now + CLOCKS_DIFFER_BY:
            for limited in self.register.open_limitations((event.detail.contract_id,)):
                known = self.register.get(limited.limitation_id)
                # A limitation may have been reported under another contract since.
                if known and known.contract_id == event.detail.contract_id:
                    self._end(known, LimitationStatus.ENDED, event)
        return None

    def _register(self, event: PowerLimitation) -> timedelta | None:
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
        known = self.register.get(detail.limitation_id)
        limitation = known.reported(report) if known else report
        if known and known.status is LimitationStatus.CANCELLED and is_carried_out:
            self._report_late_cancellation(limitation)
        fact = reported("LimitationRegistered", detail.limitation_id, limitation.registered_at, event.event_id)
        if limitation.last_event_at == detail.at != limitation.registered_at:
            # It is registered: a read of its point that is older proves nothing any more.
            fact = reported(event.detail_type, detail.limitation_id, detail.at, event.event_id)
        self.register.save(limitation, known=known, because=fact if limitation.is_open else None)
        if known and known.contract_id != limitation.contract_id:
            self.register.take_off_list(known.contract_id, limitation.limitation_id, None)
        if not limitation.is_open:
            return None
        self.note(limitation.limited_point, fact)
        return None if known else self._since_closing(limitation)

    def _since_closing(self, limitation: Limitation) -> timedelta | None:
        closed_at = self.register.last_closed_at(limitation.contract_id)
        since = limitation.registered_at - closed_at if closed_at else timedelta(0)
        return since if timedelta(0) < since < SHORTEST_DUNNING else None

    def _end(
        self, known: Limitation, status: LimitationStatus, event: PowerLimitationCancelled | ContractEnded
    ) -> None:
        limitation = known.ended(status, event.detail.at)
        if limitation.is_open:
            return
        fact = reported(event.detail_type, limitation.limitation_id, event.detail.at, event.event_id)
        self.register.save(limitation, known=known, because=fact)
        if limitation.point_id:
            self.hear(limitation.limited_point, fact)
        # Last, so that a repeated record still finds the work that a crash in between left undone.
        self.register.take_off_contract(limitation)

    def _report_late_cancellation(self, limitation: Limitation) -> None:
        """Tell the advisors that a cancelled limitation was carried out: the customer may be limited by mistake.

        Nothing is ordered by itself. Billing also cancels what cannot be restored, such as a limitation of a wrong
        point. One that was not carried out is no news. In shadow nothing is published.
        """
        claim, since = self.claims.get(limitation.limitation_id), limitation.limited_since
        if claim is None or since is None:
            return
        if (claim.mode or self.switch().mode_of(limitation.limitation_id)) is not Mode.ON:
            return
        # Few registrations publish anything: the others need not load the events that we publish.
        from restoration.contracts.published import CancelledLimitationCarriedOut  # noqa: PLC0415

        of_claim = (limitation.limitation_id, claim.generation, limitation.contract_id)
        shown = {"point_id": limitation.point_id, "limited_power_kva": limitation.limited_power_kva}
        self.events.publish([CancelledLimitationCarriedOut.of(*of_claim, **shown, limited_since=since)])
