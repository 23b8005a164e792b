"""The look at a limited customer: what each of the three decisions is given, from billing's facts and the claim.

The state machine takes it state by state, the nightly check at once; both give the rules the same.
"""

from collections.abc import Mapping
from typing import Any

PROTECTION, CERTAINTY, COVERAGE = "protection", "paymentCertainty", "coverage"
LOOK = (PROTECTION, CERTAINTY, COVERAGE)
"""The decisions of a look, in their order."""

_FACTS = {
    PROTECTION: (
        "businessDate",
        "energyVoucher",
        "medical",
        "dispute",
        "overIndebtedness",
        "housingAidState",
        "housingAidFiledOn",
        "subscribedPowerKva",
    ),
    CERTAINTY: ("payments", "paymentHistory", "businessDate"),
    COVERAGE: (
        "limitationDebt",
        "planState",
        "firstInstalment",
        "housingAidState",
        "housingAidAmount",
        "contractStatus",
    ),
}
_FOR_THE_PROCESS = {
    PROTECTION: ("measure", "floorKva"),
    CERTAINTY: ("certainAmount", "goodwillAmount", "pendingAmount", "pendingUntil"),
}
"""What the process needs to know of a decision; why somebody is protected is nobody's business but the rules'."""


def inputs_of(
    decision: str, facts: Mapping[str, Any], decided: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """What a decision of the look is given.

    Parameters
    ----------
    facts
        Billing's situation, as :meth:`~restoration.contracts.billing.BillingSituation.facts` tells it.
    decided
        The values of the look's earlier decisions, by decision.
    given
        What the claim adds: ``limitedPowerKva`` and ``advisorDecision``, where the decision takes them.
    """
    inputs = {name: facts[name] for name in _FACTS[decision]} | dict(given)
    if decision == COVERAGE:
        protection, payment = decided[PROTECTION], decided[CERTAINTY]
        inputs |= {
            "protection": protection["measure"],
            "protectionFloorKva": protection["floorKva"],
            "protectionReason": protection["reason"],
            **{name: payment[name] for name in _FOR_THE_PROCESS[CERTAINTY]},
        }
    return inputs


def value_for_the_process(decision: str, value: Any) -> Any:
    """What the process is told of a decision's value."""
    shown = _FOR_THE_PROCESS.get(decision)
    return {name: value[name] for name in shown} if shown else value
