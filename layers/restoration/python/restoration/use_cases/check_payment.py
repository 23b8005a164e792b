"""Asking billing for all facts that the rules need about a limitation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from restoration.contracts.billing import BillingSituation
from restoration.domain.payment import PaymentStatus
from restoration.errors import PaymentNotShown
from restoration.ports import Billing, SituationKeeper


@dataclass(frozen=True, slots=True)
class PaymentCheck:
    """Checks payments.

    Parameters
    ----------
    lag
        How long, from the state's entry, billing's read side may take to show a payment that its event announced.
        After that the rules decide: a payment for another debt never shows.
    """

    billing: Billing
    situations: SituationKeeper
    now: Callable[[], datetime]
    lag: timedelta

    def check(
        self,
        limitation_id: str,
        contract_id: str,
        expected: Mapping[str, PaymentStatus],
        entered_at: datetime,
        situation_id: str,
    ) -> BillingSituation:
        """Ask billing, and keep the facts under ``situation_id``.

        Raises
        ------
        PaymentNotShown
            While billing does not show a payment that is expected, and there is still time.
        UnknownContract, BillingUnavailable, InvalidResponse, InvalidConfiguration
            As billing's client raises them.
        """
        situation = self.billing.situation(contract_id, limitation_id)
        missing = not_shown(situation, expected)
        if missing and self.now() - entered_at < self.lag:
            names = ", ".join(f"{payment_id} {status}" for payment_id, status in sorted(missing.items()))
            raise PaymentNotShown(f"billing announced {names} and does not show it yet for {limitation_id}: try again")
        self.situations.keep(situation_id, situation.facts())
        return situation


def not_shown(situation: BillingSituation, expected: Mapping[str, PaymentStatus]) -> dict[str, PaymentStatus]:
    """The payments that billing announced and does not show, or does not show as far as announced."""
    shown = {payment.payment_id: payment for payment in situation.payments}
    return {
        payment_id: status
        for payment_id, status in expected.items()
        if payment_id not in shown or not shown[payment_id].is_at_least(status)
    }
