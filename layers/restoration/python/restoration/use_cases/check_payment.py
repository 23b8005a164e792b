"""Asking billing for all facts that the rules need about a limitation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from restoration.contracts.billing import BillingSituation
from restoration.domain.payment import HousingAidState, PaymentStatus, PlanState
from restoration.errors import PaymentNotShown
from restoration.ports import Billing


@dataclass(frozen=True, slots=True)
class PaymentCheck:
    """Checks payments.

    Parameters
    ----------
    keep
        Keeps the facts that only the rules need, apart from the execution, under a name.
    lag
        How long, from the state's entry, billing's read side may take to show a payment that its event announced.
        After that the rules decide: a payment for another debt never shows.
    """

    billing: Billing
    keep: Callable[[str, Mapping[str, Any]], None]
    now: Callable[[], datetime]
    lag: timedelta

    def check(
        self,
        limitation_id: str,
        contract_id: str,
        expected: Mapping[str, PaymentStatus],
        announced: Mapping[str, str],
        entered_at: datetime,
        situation_id: str,
    ) -> BillingSituation:
        """Ask billing, and keep the facts under ``situation_id``; ``announced`` is of plan, aid and protections.

        Raises
        ------
        PaymentNotShown
            While billing does not show what is expected, and there is still time.
        UnknownContract, BillingUnavailable, InvalidResponse, InvalidConfiguration
            As billing's client raises them.
        """
        situation = self.billing.situation(contract_id, limitation_id)
        missing = not_shown(situation, expected, announced)
        if missing and self.now() - entered_at < self.lag:
            names = ", ".join(" ".join(each) for each in sorted(missing.items()))
            raise PaymentNotShown(f"billing announced {names} and does not show it yet for {limitation_id}: try again")
        self.keep(situation_id, situation.facts())
        return situation


_IN_FORCE = frozenset({PlanState.AGREED, PlanState.ACTIVE, PlanState.KEPT})
_IS_SHOWN: Mapping[str, Callable[[BillingSituation], bool]] = {
    "PaymentPlanAgreed": lambda it: it.plan.state in _IN_FORCE,
    "PaymentPlanBroken": lambda it: it.plan.state not in _IN_FORCE,
    "HousingAidFiled": lambda it: it.housing_aid.state is not HousingAidState.NONE,
    "HousingAidGranted": lambda it: it.housing_aid.state is HousingAidState.GRANTED,
    "HousingAidRefused": lambda it: it.housing_aid.state is HousingAidState.REFUSED,
    "ProtectionGranted": lambda it: it.protections.are_any,
}
"""Whether billing's state may be that after an event; one before it may look the same."""


def not_shown(
    situation: BillingSituation, expected: Mapping[str, PaymentStatus], announced: Mapping[str, str]
) -> dict[str, str]:
    """What billing announced and does not show, or a payment that it does not show as far as announced."""
    shown = {payment.payment_id: payment for payment in situation.payments}
    return {subject: event for subject, event in announced.items() if not _IS_SHOWN[event](situation)} | {
        payment_id: status
        for payment_id, status in expected.items()
        if payment_id not in shown or not shown[payment_id].is_at_least(status)
    }
