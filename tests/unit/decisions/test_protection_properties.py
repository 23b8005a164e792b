"""Protections, whatever billing says: they never make it worse, and nobody in their truce stays below the floor."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.domain.look import COVERAGE
from tests.unit.decisions.deciding import ask, book, look, payment
from tests.unit.decisions.strategies import dates, given_to, words

PROTECTIONS = given_to(
    "protection",
    limitationDebt=st.sampled_from([Decimal(it) for it in ("-5", "0", "0.01", "99.99", "300")]),
    means=words("ENERGY_VOUCHER CARD"),
    limitedPowerKva=st.sampled_from([None, 0, 0.5, 1, 1.5, 2, 3, 6, 9]),
    subscribedPowerKva=st.sampled_from([0.5, 1, 1.5, 2, 3, 4, 5, 6, 9, 36]),
)
MORE_PROTECTION = st.sampled_from(
    [
        {"energyVoucher": True, "energyVoucherUntil": None},
        {"medical": True, "medicalUntil": None},
        {"overIndebtedness": True, "overIndebtednessAdmittedOn": None, "overIndebtednessUntil": None},
        {"housingAidBefore": True},
        {"housingAidState": "FILED", "housingAidFiledOn": None},
        {"principalResidence": True},
        {"communicatingMeter": True},
        {"payments": [{"means": "ENERGY_VOUCHER", "status": "SETTLED", "receivedOn": date(2031, 1, 1)}]},
    ]
)

quickly = settings(max_examples=150)


def power(inputs: dict[str, Any], answer: dict[str, Any]) -> Decimal:
    """The power in kVA that the customer has after the measure."""
    left = Decimal(str(inputs["limitedPowerKva"] or 0))
    powers: dict[str, Decimal] = {"RESTORE": Decimal(999), "RAISE_FLOOR": answer["floorKva"]}
    return powers.get(answer["measure"], left)


@quickly
@given(PROTECTIONS)
def test_protection_always_answers_and_a_floor_is_a_raise(inputs: dict[str, Any]) -> None:
    answer = ask("protection", inputs)

    if answer["measure"] == "RAISE_FLOOR":
        assert 0 < inputs["limitedPowerKva"] < answer["floorKva"] <= max(inputs["subscribedPowerKva"], 2)
    else:
        assert answer["floorKva"] is None
    assert answer["until"] is None or answer["measure"] != "NONE"
    assert answer["until"] is None or answer["until"] >= inputs["businessDate"], "a protection of the past"


@quickly
@given(PROTECTIONS, st.sampled_from([(10, 25), (10, 31), (11, 1), (12, 24), (1, 15), (2, 28), (3, 31)]))
def test_nobody_stays_cut_or_below_the_floor_in_their_home_in_winter(
    inputs: dict[str, Any], day: tuple[int, int]
) -> None:
    unknown = None if inputs["customerSegment"] != "PROFESSIONAL" else True
    home = {"businessDate": date(2026, *day), "principalResidence": inputs["principalResidence"] or unknown}
    answer = ask("protection", inputs | home)

    subscribed = inputs["subscribedPowerKva"]
    floor = 3 if subscribed > 3 else min(subscribed, 2)
    assert power(inputs, answer) >= floor
    assert answer["measure"] != "NONE" or inputs["limitedPowerKva"]


@quickly
@given(PROTECTIONS, MORE_PROTECTION)
def test_a_protection_never_makes_it_worse(inputs: dict[str, Any], more: dict[str, Any]) -> None:
    assert power(inputs, ask("protection", inputs | more)) >= power(inputs, ask("protection", inputs))


@quickly
@given(PROTECTIONS, dates, st.integers(0, 60))
def test_a_voucher_holder_is_never_cut_within_60_days(inputs: dict[str, Any], since: date, days: int) -> None:
    holder = {
        "energyVoucher": True,
        "energyVoucherUntil": None,
        "communicatingMeter": None,
        "principalResidence": True,
        "limitedSince": since,
        "businessDate": since + timedelta(days=days),
    }

    assert power(inputs, ask("protection", inputs | holder)) >= min(1, inputs["subscribedPowerKva"])


@pytest.mark.explored
@quickly
@given(
    PROTECTIONS,
    words("NONE RESTORE REFUSE SEND_TECHNICIAN NO_ANSWER"),
    st.sampled_from([0, 5, 60, 100, 150]),
    st.sampled_from([None, 40, 100]),
)
def test_nobody_whom_the_law_protects_ends_below_the_floor(
    inputs: dict[str, Any], advisor: str, paid: int, disputed: int | None
) -> None:
    """Through the whole look, whatever was paid or is disputed, and whatever an advisor says."""
    protection = ask("protection", inputs)
    money = [payment("CARD", "CAPTURED", paid)] if paid else []
    facts = dict(book("look").usual) | inputs | {"disputedAmount": disputed, "advisorDecision": advisor}
    facts["payments"] = [payment("CARD", "CAPTURED", 0) | each for each in [*inputs["payments"], *money]]
    outcome = look(facts)[COVERAGE]
    if outcome["outcome"] not in {"RESTORE", "RESTORE_PROVISIONALLY"}:
        assert protection["measure"] != "RESTORE"
    if protection["measure"] == "RAISE_FLOOR" and outcome["outcome"] not in {"RESTORE", "RESTORE_PROVISIONALLY"}:
        assert (outcome["outcome"], outcome["floorKva"]) == ("RAISE_FLOOR", protection["floorKva"])
