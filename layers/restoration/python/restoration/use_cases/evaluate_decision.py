"""Asking the rules for one decision of a case, or for a whole look at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.look import LOOK, inputs_of, value_for_the_process
from restoration.ports import DecisionLog, RuleBook, Situations


@dataclass(frozen=True, slots=True)
class DecisionDesk:
    """Has the rules decide, and keeps their decisions."""

    rules: RuleBook
    log: DecisionLog
    situations: Situations

    def decide(self, request: DecisionRequest, situation_id: str | None) -> DecisionResult:
        """Decide, and keep the decision. One of a look gets the look's facts, which the process does not carry.

        Raises
        ------
        DecisionFailed
            When an input is missing or breaks its type, or the situation is not kept any more.
        """
        request = request.of_today()
        if situation_id is None:
            result = self.rules.evaluate(request)
            self.log.keep(request, result)
            return result
        facts, decided = self.situations.read(situation_id)
        whole = replace(request, inputs=inputs_of(request.decision, facts, decided, request.inputs))
        result = self.rules.evaluate(whole)
        if request.decision in LOOK[:-1]:  # what comes later takes it
            self.situations.add(situation_id, request.decision, result.value)
        self.log.keep(whole, result)
        return replace(result, value=value_for_the_process(request.decision, result.value))

    def look(self, request: DecisionRequest, facts: Mapping[str, Any]) -> DecisionResult:
        """Take a look up to a decision, and return that. Nothing is kept, since a look by itself changes nothing."""
        decided: dict[str, Any] = {}
        result: DecisionResult | None = None
        for decision in LOOK:
            given = {name: request.inputs[name] for name in _GIVEN[decision]}
            step = replace(request, decision=decision, inputs=inputs_of(decision, facts, decided, given))
            result = self.rules.evaluate(step)
            decided[decision] = result.value
            if decision == request.decision:
                break
        if result is None:
            raise AssertionError("a look has decisions")
        return result


_GIVEN = {
    "protection": ("limitedPowerKva",),
    "paymentCertainty": (),
    "coverage": ("advisorDecision", "limitedPowerKva"),
}
"""The claim's inputs to each decision of a look."""
