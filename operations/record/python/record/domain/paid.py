"""How long a customer stayed limited after paying, and who took that time: billing, the bank, we, Enedis.

It is known where power came back by an order after a payment. The payment is the last that we noted before the rules
gave power back. Billing's part is from when the customer paid until the payment was on the bus, and our waits for
billing's replies. What nobody else took is ours: our queue and steps, an advisor, an incident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.domain.states import Party
from record.domain.visit import Visit
from record.domain.waits import waits_of
from restoration.clock import from_text, milliseconds_of

PAYMENT = "PaymentReceived|"
"""How the fact of a payment begins, as it is noted on its limitation: its id and its status follow."""
PAYMENTS = (PAYMENT, "PaymentCleared|")
"""How the facts begin by which a customer is known to have paid, before anybody has checked what is certain of it."""


PARTS = (Party.BILLING, Party.BANK, Party.US, Party.ENEDIS)
"""Those who take the time of a customer who has paid: an advisor's is ours."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment.

    Parameters
    ----------
    at
        When the customer paid; None while billing does not say.
    told_at
        When billing put it on the bus; where it does not say when the customer paid, when we noted it.
    """

    at: datetime | None
    told_at: datetime


def payment_before(noted: Mapping[str, Mapping[str, Any]], moment: datetime) -> Paid | None:
    """The last payment that we noted before a moment; None where there was none.

    Parameters
    ----------
    noted
        The facts of a limitation, ``type|id``, each with what was noted of it. A payment has one for each status: it
        counts with the first. The bus knows whole seconds, so the order is that of our notes.
    """
    first: dict[str, Mapping[str, Any]] = {}
    for fact, each in sorted(noted.items(), key=lambda it: str(it[1]["at"])):
        if fact.startswith(PAYMENT) and from_text(each["at"]) <= moment:
            first.setdefault(fact.rpartition(":")[0], each)
    if not first:
        return None
    last = list(first.values())[-1]
    at = from_text(last["paidAt"]) if "paidAt" in last else None
    return Paid(at, from_text(last.get("toldAt", last["at"])))


def split_of(visits: Sequence[Visit], paid: Paid, back: datetime) -> Mapping[Party, int]:
    """The time from a payment until power was back, by who took it, in milliseconds; of billing what we know."""
    told, until = milliseconds_of(paid.told_at), milliseconds_of(back)
    found = dict.fromkeys(PARTS, 0)
    for wait in waits_of(visits):
        inside = min(until if wait.until is None else wait.until, until) - max(wait.since, told)
        if inside > 0 and wait.party in {Party.BILLING, Party.BANK, Party.ENEDIS}:
            found[wait.party] += inside
    found[Party.US] = until - told - sum(found.values())
    if paid.at is not None:
        found[Party.BILLING] += max(0, told - milliseconds_of(paid.at))
    return found
