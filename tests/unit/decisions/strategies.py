"""Whatever billing and Enedis may say, for properties of the decisions: each table says itself what it may be given."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.unit.decisions.deciding import model

BEST_FIRST = ["RESTORE", "RESTORE_PROVISIONALLY", "RAISE_FLOOR", "AWAIT_CLEARING", "MANUAL", "BALANCE_DUE", "REFUSE"]
OURS: dict[str, Any] = {
    "contractStatus": "ACTIVE",
    "customerSegment": "RESIDENTIAL",
    "energy": "ELECTRICITY",
    "networkOperator": "ENEDIS",
    "territory": "MAINLAND",
    "subscribedPowerKva": 6,
}


def words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


cents = st.integers(0, 100_000).map(lambda it: Decimal(it) / 100)
dates = st.dates(date(2024, 1, 1), date(2030, 12, 31))
flags = st.booleans()
powers = st.none() | st.integers(1, 36)
ALWAYS_KNOWN = {"businessDate", "receivedOn"}
AT_TIMES_UNKNOWN = {
    *("cutReason", "payer", "thirdPartyMeans", "principalResidence", "communicatingMeter"),
    *("disputedAmount", "firstInstalment", "housingAidAmount"),
}
NARROWER: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("limitedPowerKva", "floorKva", "protectionFloorKva"), powers),
    **dict.fromkeys(("returns12m", "goodwillUsed12m"), st.none() | st.integers(0, 2)),
    "paymentHistory": words("GOOD GOOD AVERAGE POOR"),
    "brokenPlans12m": st.integers(0, 2),
    "customerSegment": words("RESIDENTIAL RESIDENTIAL PROFESSIONAL OTHER"),
    "energy": words("ELECTRICITY ELECTRICITY GAS OTHER"),
    "networkOperator": words("ENEDIS ENEDIS OTHER"),
    "territory": words("MAINLAND MAINLAND OVERSEAS OTHER"),
    "protectionReason": words("NO_PROTECTION DISPUTE MEDICAL WINTER_FLOOR"),
}
"""What is given more often, or less widely, than its type alone allows."""


def properties_of(*decisions: str) -> dict[str, Any]:
    """What some decisions read, with the JSON schema of each input."""
    found: dict[str, Any] = {}
    for each in decisions:
        schema: Any = model(each).input_schema(each)
        found |= schema["properties"]
    return found


def given_to(decision: str, **narrower: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What a decision may be asked: values of its inputs' types, each of their codes among them."""
    return fields(properties_of(decision), NARROWER | narrower, dates)


def fields(
    properties: Mapping[str, Any], narrower: Mapping[str, st.SearchStrategy[Any]], days: st.SearchStrategy[date]
) -> st.SearchStrategy[dict[str, Any]]:
    """Values by their names: of their types, or as narrower strategies say."""

    def field(name: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        if name in narrower:
            return narrower[name]
        match schema:
            case {"enum": [*codes]}:
                found: st.SearchStrategy[Any] = st.sampled_from([code for code in codes if code is not None])
            case {"items": item}:
                return st.lists(fields(item["properties"], narrower, days), max_size=4)
            case {"format": "date"}:
                return days if name in ALWAYS_KNOWN else st.none() | days
            case {"type": [kind, _]}:
                found = {"boolean": flags, "number": cents, "string": st.just("")}[kind]
        return st.none() | found if name in AT_TIMES_UNKNOWN else found

    return st.fixed_dictionaries({name: field(name, it) for name, it in properties.items()})


coverages = given_to("coverage", frozenDebt=st.sampled_from([Decimal(0), Decimal(0), Decimal("0.5"), Decimal(1)])).map(
    lambda it: it | {"frozenDebt": it["frozenDebt"] * it["limitationDebt"]}
)
"""The frozen debt is given as a part of the debt."""
