"""Agreeing a technician's visit: people ask for the slots of the case at Enedis, and choose one of them.

What people were shown belongs to an order, so it is agreed for that order alone: a limitation may have a newer one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from restoration.contracts.visits import PowerShown, VisitAsked, VisitReply, VisitStatus
from restoration.domain.claim import Claim
from restoration.domain.order import Intent
from restoration.errors import ConfigurationUnavailable, EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from restoration.ports import EnedisVisits, KnownClaims


@dataclass(frozen=True, slots=True)
class VisitDesk:
    """Asks Enedis on behalf of people. ``enedis`` gives the client, under people's own share of the quota."""

    claims: KnownClaims
    enedis: Callable[[], EnedisVisits]

    def reply(self, asked: VisitAsked) -> VisitReply:
        """Give the slots, agree one, or read the point. The same slot once more is agreed once more."""
        claim = self.claims.get(asked.limitation_id)
        if claim is None:
            return VisitReply(status=VisitStatus.NOTHING)
        try:
            return self._read(claim) if asked.asks == "POWER" else self._ask(claim, asked)
        except EnedisRejected as refusal:
            return VisitReply(status=VisitStatus.REFUSED, code=refusal.code)
        except EnedisOutcomeUnknown:
            return VisitReply(status=VisitStatus.UNKNOWN)
        except (EnedisUnavailable, ConfigurationUnavailable):
            return VisitReply(status=VisitStatus.UNAVAILABLE)

    def _read(self, claim: Claim) -> VisitReply:
        point = self.enedis().read_point(claim.point_id)
        if point.contract_id != claim.contract_id:  # somebody else lives there by now
            return VisitReply(status=VisitStatus.NOTHING)
        kva = point.subscribed_power_kva if point.limit_kva is None else point.limit_kva
        power = PowerShown(supply=point.supply_state, kva=kva, read_at=point.read_at)
        return VisitReply(status=VisitStatus.READ, power=power)

    def _ask(self, claim: Claim, asked: VisitAsked) -> VisitReply:
        order = claim.open_order if claim.is_open else None
        if order is None or order.reference.intent is not Intent.RESTORE_BY_TECHNICIAN:
            return VisitReply(status=VisitStatus.NOTHING)
        reference = str(order.reference)
        if asked.agreed is None:
            planned, slots = self.enedis().offered_visits(order)
            return VisitReply(status=VisitStatus.OFFERED, reference=reference, planned=planned, slots=slots)
        if asked.reference != reference:
            return VisitReply(status=VisitStatus.NOTHING)
        self.enedis().agree_visit(order, asked.agreed, asked.present)
        return VisitReply(status=VisitStatus.AGREED, reference=reference)
