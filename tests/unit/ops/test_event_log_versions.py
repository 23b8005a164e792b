"""Which definition an execution ran on: few questions, and never the wrong one."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.event_log.versions import Versions
from tests.fakes.redrives import Errors, ForgottenError

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def machine(number: int) -> str:
    return json.dumps({"StartAt": f"State{number}", "States": {f"State{number}": {"Type": "Succeed"}}})


class StepFunctions:
    """Knows which of several definitions each execution began with, by its name: ``<minute>/<number>``."""

    def __init__(self, deployed: list[datetime]) -> None:
        self.deployed = deployed
        self.asked = 0
        self.exceptions = Errors
        states: Any = self
        self.versions = Versions(states)

    def describe_state_machine_for_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        self.asked += 1
        number = int(executionArn.partition("/")[2])
        if number == len(self.deployed):
            raise ForgottenError
        return {"definition": machine(number), "updateDate": self.deployed[number]}

    def execution(self, started_at: datetime, late: timedelta = timedelta(0)) -> str:
        """The name of an execution; ``late`` is how long after an update it still begins with the one before."""
        number = max((place for place, at in enumerate(self.deployed) if at + late <= started_at), default=0)
        return f"{started_at.isoformat()}/{number}"


@given(
    updates=st.lists(st.integers(1, 30), max_size=3, unique=True),
    starts=st.lists(st.tuples(st.integers(0, 360), st.integers(0, 80)), max_size=60),
)
def test_each_execution_has_its_own_definition_also_right_after_an_update(
    updates: list[int], starts: list[tuple[int, int]]
) -> None:
    deployed = [BEGIN, *(BEGIN + minute * MINUTE for minute in sorted(updates))]
    states = StepFunctions(deployed)
    versions = states.versions
    for start, late in starts:
        started_at = BEGIN + timedelta(seconds=6 * start)
        execution = states.execution(started_at, timedelta(seconds=late))
        version = versions.of(execution, started_at)
        assert version is not None
        number = int(execution.partition("/")[2])
        assert (version.deployed_at, version.definition.start) == (deployed[number], f"State{number}")


@pytest.mark.parametrize(("seconds", "asked"), [((300, 150), 1), ((300, 149, 200), 2), ((210, 300), 2)])
def test_what_began_between_two_of_one_definition_is_not_asked_about(seconds: tuple[int, ...], asked: int) -> None:
    states = StepFunctions([BEGIN, BEGIN + MINUTE])
    for at in (BEGIN + timedelta(seconds=each) for each in seconds):
        states.versions.of(states.execution(at), at)
    assert states.asked == asked


def test_execution_that_nobody_knows_any_more_has_none() -> None:
    assert StepFunctions([BEGIN]).versions.of("gone/1", BEGIN) is None
