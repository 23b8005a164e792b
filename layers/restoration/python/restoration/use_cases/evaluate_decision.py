"""Asking the rules for one decision of a case, or for a whole look at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.look import BEFORE_COVERAGE, COVERAGE, inputs_of, value_for_the_process


@dataclass(frozen=True, slots=True)
class DecisionDesk:
    """Has the rules decide, and keeps their decisions.

    Parameters
    ----------
    evaluate
        Asks the decision tables.
    keep
        Keeps a decision, for explanations.
    situation
        The facts of a look, by its name.
    """

    evaluate: Callable[[DecisionRequest], DecisionResult]
    keep: Callable[[DecisionRequest, DecisionResult], None]
    situation: Callable[[str], Mapping[str, Any]]

    def decide(self, request: DecisionRequest, situation_id: str | None) -> DecisionResult:
        """Decide, and keep the decision. One of a look gets the look's facts, which the process does not carry.

        Raises
        ------
        DecisionFailed
            When an input is missing or breaks its type, or the situation is not kept any more.
        """
        if situation_id is None:
            result = self.evaluate(request)
            self.keep(request, result)
            return result
        whole = self._of_a_look(request, self.situation(situation_id))
        result = self.evaluate(whole)
        self.keep(whole, result)
        return replace(result, value=value_for_the_process(request.decision, result.value))

    def look(self, request: DecisionRequest, facts: Mapping[str, Any]) -> DecisionResult:
        """Take a look up to a decision, and return that. Nothing is kept, since a look by itself changes nothing."""
        return self.evaluate(self._of_a_look(request, facts))

    def _of_a_look(self, request: DecisionRequest, facts: Mapping[str, Any]) -> DecisionRequest:
        """The question with the look's facts, and with the values of the earlier decisions that coverage takes."""
        decided = {}
        if request.decision == COVERAGE:
            for decision, names in BEFORE_COVERAGE.items():
                given = {name: request.inputs[name] for name in names}
                earlier = self._of_a_look(replace(request, decision=decision, inputs=given), facts)
                decided[decision] = self.evaluate(earlier).value
        return replace(request, inputs=inputs_of(request.decision, facts, decided, request.inputs))
