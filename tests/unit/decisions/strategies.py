"""Whatever billing may say, for properties of the decisions."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

MEANS = (
    "CARD INSTANT_TRANSFER TRANSFER DIRECT_DEBIT TIP_SEPA CHEQUE CASH MANDAT_COMPTE "
    "ENERGY_VOUCHER HOUSING_AID THIRD_PARTY UNKNOWN"
)
THIRD_PARTY_MEANS = "CARD INSTANT_TRANSFER TRANSFER DIRECT_DEBIT TIP_SEPA CHEQUE CASH MANDAT_COMPTE"
PAYERS = "CCAS CAF MSA PENSION_FUND GUARDIAN OTHER"
PLAN_STATES = "NONE PROPOSED AGREED ACTIVE KEPT BROKEN CANCELLED"
STATUSES = "RECEIVED AUTHORISED CAPTURED SETTLED MATCHED CLEARED REJECTED REVERSED UNKNOWN"
BEST_FIRST = ["RESTORE", "RESTORE_PROVISIONALLY", "RAISE_FLOOR", "AWAIT_CLEARING", "MANUAL", "BALANCE_DUE", "REFUSE"]


def words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


def cents(lowest: int = 0, highest: int = 100_000) -> st.SearchStrategy[Decimal]:
    return st.integers(lowest, highest).map(lambda it: Decimal(it) / 100)


dates = st.dates(date(2024, 1, 1), date(2030, 12, 31))
flags = st.booleans()
powers = st.one_of(st.none(), st.integers(1, 36))

AMOUNTS = (
    "certainAmount goodwillAmount pendingAmount instalmentCertain instalmentGoodwill instalmentPending housingAidPaid"
    " limitationDebt"
)
_coverages: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    dict.fromkeys(AMOUNTS.split(), cents())
    | dict.fromkeys(
        ("protectionUntil", "goodwillUntil", "pendingUntil", "firstInstalmentDueOn", "planBrokenOn"), st.none() | dates
    )
    | dict.fromkeys(("disputedAmount", "firstInstalment", "housingAidAmount"), st.none() | cents())
    | dict.fromkeys(("protectionFloorKva", "limitedPowerKva"), powers)
    | {
        "frozenDebt": st.sampled_from([Decimal(0), Decimal(0), Decimal("0.5"), Decimal(1)]),
        "businessDate": dates,
        "protection": words("NONE RESTORE RAISE_FLOOR"),
        "protectionReason": words("NO_PROTECTION DISPUTE MEDICAL WINTER_FLOOR"),
        "planState": words(PLAN_STATES),
        "brokenPlans12m": st.integers(0, 2),
        "dispute": flags,
        "housingAidState": words("NONE FILED GRANTED REFUSED"),
        "contractStatus": words("ACTIVE ENDED"),
        "customerSegment": words("RESIDENTIAL RESIDENTIAL PROFESSIONAL OTHER"),
        "energy": words("ELECTRICITY ELECTRICITY GAS OTHER"),
        "networkOperator": words("ENEDIS ENEDIS OTHER"),
        "territory": words("MAINLAND MAINLAND OVERSEAS OTHER"),
        "advisorDecision": words("NONE RESTORE REFUSE SEND_TECHNICIAN NO_ANSWER"),
    }
)
coverages = _coverages.map(lambda it: it | {"frozenDebt": it["frozenDebt"] * it["limitationDebt"]})
"""The frozen debt is given as a part of the debt."""
OURS: dict[str, Any] = {
    "contractStatus": "ACTIVE",
    "customerSegment": "RESIDENTIAL",
    "energy": "ELECTRICITY",
    "networkOperator": "ENEDIS",
    "territory": "MAINLAND",
    "subscribedPowerKva": 6,
}
