"""The rules decide, their decision is kept, and the execution gets only the parts that the process needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.look import CERTAINTY, COVERAGE, PROTECTION
from restoration.use_cases.evaluate_decision import DecisionDesk
from tests.fakes.situations import CERTAIN, facts

VALUES: dict[str, Any] = {
    PROTECTION: {"measure": "FLOOR", "floorKva": 3, "owedKva": 3, "reason": "MEDICAL", "until": None, "frozenDebt": 0},
    CERTAINTY: CERTAIN,
    COVERAGE: {"outcome": "RAISE_FLOOR", "reason": "MEDICAL"},
}


@dataclass
class World:
    """Rules that decide the same for every customer, and everything that is kept."""

    situations: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: list[DecisionRequest] = field(default_factory=list)
    kept: list[tuple[DecisionRequest, DecisionResult]] = field(default_factory=list)

    def evaluate(self, request: DecisionRequest) -> DecisionResult:
        self.asked.append(request)
        return DecisionResult(VALUES[request.decision], "v1", (f"{request.decision}_1",), {"warnings": []})

    def keep(self, request: DecisionRequest, result: DecisionResult) -> None:
        self.kept.append((request, result))

    def read(self, situation_id: str) -> dict[str, Any]:
        return dict(self.situations[situation_id])

    @property
    def desk(self) -> DecisionDesk:
        return DecisionDesk(self.evaluate, self.keep, self.read)


@pytest.fixture
def world() -> World:
    return World({"look-1": facts()})


def request(decision: str, **inputs: Any) -> DecisionRequest:
    return DecisionRequest(decision, "LIM-1", f"execution-1/{decision}", inputs)


def take_a_look(world: World) -> list[DecisionResult]:
    return [
        world.desk.decide(request(PROTECTION, limitedPowerKva=1.0), "look-1"),
        world.desk.decide(request(CERTAINTY), "look-1"),
        world.desk.decide(request(COVERAGE, advisorDecision="NONE", limitedPowerKva=1.0), "look-1"),
    ]


def test_decisions_of_a_look_get_facts_that_the_process_does_not_carry_and_are_kept_whole(world: World) -> None:
    take_a_look(world)
    assert [(asked.decision, result.value) for asked, result in world.kept] == [
        (decision, VALUES[decision]) for decision in (PROTECTION, CERTAINTY, COVERAGE)
    ]
    protection, certainty, coverage = (asked.inputs for asked, _ in world.kept)
    assert (protection["medical"], protection["limitedPowerKva"]) == (False, 1.0)
    assert certainty["payments"][0]["paymentId"] == "PAY-1"
    known = (coverage["protectionReason"], coverage["certainAmount"], coverage["advisorDecision"])
    assert known == ("MEDICAL", 50, "NONE")


WHOLE = request(COVERAGE, limitedPowerKva=1.0, advisorDecision="NONE")


def test_whole_look_gives_the_rules_the_same_as_an_execution_that_takes_it_state_by_state(world: World) -> None:
    take_a_look(world)
    by_states = [(asked.decision, asked.inputs) for asked, _ in world.kept]
    world.asked.clear()
    assert world.desk.look(WHOLE, facts()).value == VALUES[COVERAGE]
    assert [(asked.decision, asked.inputs) for asked in world.asked] == by_states
    assert len(world.kept) == len(by_states), "a whole look changes nothing, and so keeps nothing"
