"""The limited customers with whom a kept cloud begins: one in each situation that operations meet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from local.customers import Customer, Numbering, Put, card_payment
from local.stage.stage import Stage

SUMMER = date(2026, 5, 4)
"""Billing's business date for them, so that the season changes nothing."""
DEBT = 120.0
PART = 20.0
OWING = 8


@dataclass(frozen=True, slots=True)
class Resident:
    """A customer, and how they stand."""

    customer: Customer
    situation: str


def move_in(stage: Stage, owing: int = OWING) -> list[Resident]:
    """Let Enedis limit customers, and billing report it; waits until each is in their situation.

    Parameters
    ----------
    owing
        How many have paid a part. Three more wait for a bank, wait for an advisor, and have an execution that failed.
    """
    numbering = Numbering()
    residents = [Resident(numbering.customer(DEBT), "paid 20 €, owes 100 €") for _ in range(owing)]
    bank, advisor, unknown = (numbering.customer(DEBT) for _ in range(3))
    at = datetime.now(UTC) - timedelta(hours=1)
    for customer in [*(it.customer for it in residents), bank, advisor]:
        stage.limit(customer, at, SUMMER)
    stage.limit(unknown, at, booked=False)
    stage.cloud.wait_until(lambda: stage.limitation(unknown.limitation_id).get("triggerCount"))
    stage.cloud.wait_until(stage.watch.intake_is_empty)
    stage.cloud.wait_idle()
    stage.sweep()
    stage.put([card_payment(it.customer, at, "-part", PART) for it in residents])
    cheque = Put("PaymentReceived", {"means": "CHEQUE", "status": "RECEIVED"})
    stage.put([cheque.entry((bank,), at), Put("ProtectionGranted", {"kind": "DISPUTE"}).entry((advisor,), at)])
    for customer, state in ((bank, "WaitForBank"), (advisor, "WaitForAdvisor")):
        _wait_for_state(stage, customer, state)
    for customer in (it.customer for it in residents):
        stage.cloud.wait_until(lambda it=customer: stage.watch.of(it.limitation_id).settled)  # type: ignore[misc]
    stage.cloud.wait_until(lambda: stage.watch.of(unknown.limitation_id).outcomes == ["FAILED"])
    return [
        *residents,
        Resident(bank, "paid by cheque: waits for the bank"),
        Resident(advisor, "disputes the debt: waits for an advisor"),
        Resident(unknown, "FAILED: billing does not know the contract"),
    ]


def _wait_for_state(stage: Stage, customer: Customer, state: str) -> None:
    def waits() -> bool:
        return any(it.state == state and it.rests for it in stage.watch.of(customer.limitation_id).running)

    stage.cloud.wait_until(waits, describe=f"{customer.limitation_id} in {state}")
