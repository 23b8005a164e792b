"""What the rules' screen says would have restored power does so, as the engine itself decides."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from supervision.figures.rules import Missing, Way, missing
from tests.unit.decisions.deciding import ask
from tests.unit.decisions.strategies import OURS, coverages

RESTORES = {"RESTORE", "RESTORE_PROVISIONALLY"}
cases = st.builds(
    lambda inputs, changes: inputs | OURS | changes,
    coverages,
    st.fixed_dictionaries(
        {
            "protection": st.just("NONE"),
            "advisorDecision": st.sampled_from(["NONE", "NO_ANSWER"]),
            "planState": st.sampled_from(["NONE", "BROKEN", "AGREED"]),
            "disputedAmount": st.none(),
            "protectionReason": st.just("NO_PROTECTION"),
            "limitationDebt": st.integers(10_000, 90_000).map(lambda it: Decimal(it) / 100),
            "certainAmount": st.integers(0, 20_000).map(lambda it: Decimal(it) / 100),
            "goodwillAmount": st.sampled_from([Decimal(0), Decimal(30)]),
            "pendingAmount": st.sampled_from([Decimal(0), Decimal(0), Decimal(50), Decimal(600)]),
        }
    ),
)


def found(inputs: dict[str, Any]) -> tuple[Any, Missing | None]:
    value = ask("coverage", inputs)
    return value, missing(value)


def more(inputs: dict[str, Any], amount: Decimal) -> dict[str, Any]:
    return inputs | {"certainAmount": inputs["certainAmount"] + amount}


def with_all_certain(inputs: dict[str, Any]) -> dict[str, Any]:
    return more(inputs, inputs["pendingAmount"]) | {
        "pendingAmount": Decimal(0),
        "instalmentCertain": inputs["instalmentCertain"] + inputs["instalmentPending"],
        "instalmentPending": Decimal(0),
    }


@pytest.mark.explored
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(cases)
def test_what_was_missing_restores_when_it_is_added(inputs: dict[str, Any]) -> None:
    _, line = found(inputs)
    assume(line is not None)
    assert line is not None
    way, amount = line
    changed = inputs if amount is None else more(inputs, amount)
    assert (amount is None) is (way is Way.BY_CARD)
    changed = changed if way is Way.MORE else with_all_certain(changed)
    assert ask("coverage", changed)["outcome"] in RESTORES


def test_an_advisors_case_and_an_instalment_have_no_line() -> None:
    due = {"outcome": "BALANCE_DUE", "reason": "DEBT_NOT_COVERED", "balance": 10, "residual": 10}
    assert missing({"outcome": "MANUAL", "reason": "DISPUTE"}) is None
    assert missing(due | {"reason": "FIRST_INSTALMENT_DUE"}) is None
