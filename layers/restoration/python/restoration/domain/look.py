"""The look at a limited customer: the inputs of its three decisions, from billing's facts and the claim.

The state machine takes a look state by state, the nightly check at once; both give the rules the same inputs.
"""

from collections.abc import Mapping
from typing import Any

PROTECTION, CERTAINTY, COVERAGE, PRIORITY = "protection", "paymentCertainty", "coverage", "priority"
BEFORE_COVERAGE = {PROTECTION: ("limitedPowerKva",), CERTAINTY: ()}
"""The decisions that coverage takes, in their order, with the claim's inputs to each."""
LOOK = (*BEFORE_COVERAGE, COVERAGE)
"""The decisions of a look, in their order."""

FACTS = {
    PROTECTION: (
        "businessDate",
        "energyVoucher",
        "medical",
        "dispute",
        "overIndebtedness",
        "housingAidState",
        "housingAidFiledOn",
        "housingAidBefore",
        "subscribedPowerKva",
        "payments",
        "principalResidence",
        "customerSegment",
        "communicatingMeter",
        "limitedSince",
        "limitationDebt",
        "consumedFrom",
        "consumedTo",
        "energyVoucherUntil",
        "medicalUntil",
        "overIndebtednessAdmittedOn",
        "overIndebtednessUntil",
    ),
    CERTAINTY: (
        "payments",
        "paymentHistory",
        "businessDate",
        "returns12m",
        "goodwillUsed12m",
        "planState",
        "planProposedOn",
        "planOfferUntil",
        "planAgreedOn",
        "planBrokenOn",
        "firstInstalmentDueOn",
    ),
    COVERAGE: (
        "businessDate",
        "limitationDebt",
        "dispute",
        "disputedAmount",
        "planState",
        "firstInstalment",
        "firstInstalmentDueOn",
        "planBrokenOn",
        "brokenPlans12m",
        "housingAidState",
        "housingAidAmount",
        "contractStatus",
        "customerSegment",
        "energy",
        "networkOperator",
        "territory",
    ),
    PRIORITY: ("businessDate", "medical", "medicalUntil"),
}
"""What each decision takes from billing's facts: those of a look, and who is first, which no look needs."""
_FOR_THE_PROCESS = {
    PROTECTION: ("measure", "floorKva", "owedKva"),
    CERTAINTY: (
        "certainAmount",
        "goodwillAmount",
        "pendingAmount",
        "pendingUntil",
        "goodwillUntil",
        "rejectedAmount",
        "rejectedMeans",
        "countedPayments",
        "instalmentCertain",
        "instalmentGoodwill",
        "instalmentPending",
        "housingAidPaid",
    ),
    PRIORITY: ("class",),
}
"""The parts of a decision that the process needs; why a protection, or why urgent, is for the rules alone."""

_NOT_FOR_COVERAGE = frozenset({"rejectedAmount", "rejectedMeans", "countedPayments"})
"""What the process needs of the payments and no rule of coverage asks for."""


def inputs_of(
    decision: str, facts: Mapping[str, Any], decided: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs of a decision of the look.

    Parameters
    ----------
    facts
        Billing's situation, as :meth:`~restoration.contracts.billing.BillingSituation.facts` returns it.
    decided
        The values of the look's earlier decisions, by decision.
    given
        The claim's inputs: ``limitedPowerKva`` and ``advisorDecision``, where the decision takes them.
    """
    inputs = {name: facts[name] for name in FACTS[decision]} | dict(given)
    if decision == COVERAGE:
        protection, payment = decided[PROTECTION], decided[CERTAINTY]
        inputs |= {
            "protection": protection["measure"],
            "protectionFloorKva": protection["floorKva"],
            "protectionReason": protection["reason"],
            "protectionUntil": protection["until"],
            "frozenDebt": protection["frozenDebt"],
            **{name: payment[name] for name in _FOR_THE_PROCESS[CERTAINTY] if name not in _NOT_FOR_COVERAGE},
        }
    return inputs


def value_for_the_process(decision: str, value: Any) -> Any:
    """The part of a decision's value that the process gets."""
    shown = _FOR_THE_PROCESS.get(decision)
    return {name: value[name] for name in shown} if shown else value
