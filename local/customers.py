"""The demo's customers, and the events about them, from billing and the advisors' tool."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

type Entry = dict[str, Any]
"""One EventBridge entry: Source, DetailType and Detail (JSON text)."""

ROLLOUT_PERCENT = 99
"""Limitations whose hash falls on or above it run in shadow: one story is made to."""

_BUCKETS = 100
LAGS = {"CARD": timedelta(seconds=40), "CHEQUE": timedelta(days=3)}
"""How long after a customer paid billing says so, by means; by any other, nine hours."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One limited customer with one contract, one point (PRM) and one limitation. The debt is in euro."""

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    debt: float


class Numbering:
    """Gives customers their ids: always the same ones, in order."""

    def __init__(self, first: int = 1) -> None:
        self._numbers = count(first)

    def customer(self, debt: float, *, in_shadow: bool = False) -> Customer:
        """The next customer; ``in_shadow`` asks for a limitation beyond the rollout percentage."""
        number = next(
            number for number in self._numbers if (rollout_bucket(f"LIM-{number:06}") >= ROLLOUT_PERCENT) is in_shadow
        )
        return Customer(
            limitation_id=f"LIM-{number:06}",
            contract_id=f"CTR-{number:06}",
            point_id=f"{30_000_000_000_000 + number}",
            customer_id=f"CUS-{number:06}",
            debt=debt,
        )


def rollout_bucket(limitation_id: str) -> int:
    """Where a limitation falls between 0 and 99; ``claim_limitation`` compares it with RolloutPercent."""
    return int(sha256(limitation_id.encode()).hexdigest()[:6], 16) % _BUCKETS


def entry(detail_type: str, detail: Mapping[str, Any], source: str = "billing") -> Entry:
    """An EventBridge entry without its bus."""
    return {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail, ensure_ascii=False)}


def fields_of(detail_type: str, customers: tuple[Customer, ...], at: datetime, key: str) -> dict[str, Any]:
    """What an event of that type holds anyway: ids, when, and the usual values.

    Parameters
    ----------
    key
        Tells apart a customer's payments, plans, aids and protections.
    """
    customer = customers[0]
    name = f"{customer.limitation_id.removeprefix('LIM-')}{key}"
    contract, limitation = {"contractId": customer.contract_id}, {"limitationId": customer.limitation_id}
    limited = {
        **limitation,
        **contract,
        "pointId": customer.point_id,
        "customerId": customer.customer_id,
        "debt": customer.debt,
        "currency": "EUR",
        "limitedPowerKva": 1,
        "subscribedPowerKva": 6,
    }
    result = {"paymentId": f"PAY-{name}", "contractIds": [it.contract_id for it in customers]}
    plan, aid = {"planId": f"PLAN-{name}", **contract}, {"aidId": f"AID-{name}", **contract}
    known: Mapping[str, dict[str, Any]] = {
        "PaymentReceived": {"paymentId": f"PAY-{name}", "customerId": customer.customer_id, "currency": "EUR"},
        **dict.fromkeys(("PaymentCleared", "PaymentRejected"), result),
        **dict.fromkeys(("PowerLimited", "PowerLimitationRequested"), limited),
        "PowerLimitationCancelled": limitation | contract,
        "ContractEnded": {"pointId": customer.point_id, **contract},
        "AdvisorDecided": {"advisor": "A-17", **limitation},
        **dict.fromkeys(("PaymentPlanAgreed", "PaymentPlanBroken"), plan),
        **dict.fromkeys(("HousingAidFiled", "HousingAidGranted", "HousingAidRefused"), aid),
        "ProtectionGranted": {"protectionId": f"PRO-{name}", **contract},
    }
    return known[detail_type] | {"at": at.isoformat().replace("+00:00", "Z")}


def payment_fields(customers: tuple[Customer, ...], amount: float | None) -> dict[str, Any]:
    """Amount in euro and its allocation: the same amount to each customer, or each one's debt."""
    shares = [customer.debt if amount is None else amount for customer in customers]
    allocations = [
        {"contractId": customer.contract_id, "amount": share} for customer, share in zip(customers, shares, strict=True)
    ]
    return {"amount": round(sum(shares), 2), "allocations": allocations}


def card_payment(customer: Customer, at: datetime, key: str = "-1", amount: float | None = None) -> Entry:
    """A payment by card: of the whole debt, or of an amount in euro. ``key`` is as in :func:`fields_of`."""
    made = fields_of("PaymentReceived", (customer,), at, key) | {"means": "CARD", "status": "CAPTURED"}
    return entry("PaymentReceived", made | payment_fields((customer,), amount))


@dataclass(frozen=True, slots=True)
class Put:
    """An event is put on the bus (billing books it first). ``amount`` in euro; None pays the whole debt."""

    detail_type: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    source: str = "billing"
    amount: float | None = None
    customers: tuple[int, ...] = (0,)
    """Which of a story's customers it is about."""
    repeats: bool = False
    """The same event once more: billing sends it twice."""

    def entry(self, about: tuple[Customer, ...], at: datetime) -> Entry:
        """The event as it is put on a bus."""
        detail = fields_of(self.detail_type, about, at, self.key) | dict(self.fields)
        if self.detail_type == "PaymentReceived":
            detail |= payment_fields(about, self.amount) | paid_at(self.fields["means"])
        return entry(self.detail_type, detail, self.source)


def paid_at(means: object) -> dict[str, str]:
    """When a customer paid of whom billing tells now, as its event says it."""
    return {"paidAt": (datetime.now(UTC) - LAGS.get(str(means), timedelta(hours=9))).isoformat()}


def moment_of(begin: datetime, ordinal: int) -> datetime:
    """When a story's nth event happened: they are ten minutes apart."""
    return begin + timedelta(minutes=10 * ordinal)
