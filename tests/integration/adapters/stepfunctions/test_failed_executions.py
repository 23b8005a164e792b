"""What is known of a failed execution; how such are listed, read and redriven is in test_bulk_redrive."""

from dataclasses import replace
from typing import Any

from tests.cases import cases
from tests.fakes.redrives import FakeExecution, FakeStates, failure

EXCEEDED = "Execution redrivable period exceeded"


@cases(
    "failed, said",
    {
        "what a redrive needs": ({"redrive_count": 2}, {"redrive_count": 2}),
        "why AWS would refuse": ({"not_redrivable": EXCEEDED}, {"not_redrivable": EXCEEDED}),
        "it runs, which is no reason": ({"status": "RUNNING"}, {"status": "RUNNING", "error": "", "cause": ""}),
        "its time was up, which is an error to choose it by": (
            {"status": "TIMED_OUT"},
            {"status": "TIMED_OUT", "error": "States.Timeout", "cause": ""},
        ),
    },
)
def test_execution_is_described_without_its_state(failed: dict[str, Any], said: dict[str, Any]) -> None:
    of = failure(**failed)
    found = FakeStates([FakeExecution(of)]).failed.describe(of.execution)
    assert found == replace(failure(state=""), **said, since=found.since)


def test_execution_that_is_forgotten_has_not_stopped_and_is_not_redriven() -> None:
    failed = FakeStates([]).failed
    found = failed.describe("arn:gone")
    assert (found.status, found.has_stopped) == ("FORGOTTEN", False)
    assert failed.redrive("arn:gone", "t") == "AWS refused it"
