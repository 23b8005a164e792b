"""The largest bulk redrive fits into the history of its own execution: 25,000 events."""

from math import ceil

import pytest

from local.asl import ROOT, Machine
from record.adapters.stepfunctions.failed_executions import PAGE_SIZE
from record.domain.redrive import MOST_ITEMS
from record.domain.redrive_run import LARGEST_STEP, RAMP, Policy, step_after_ramp
from tests.infrastructure.templates import template

MOST_EVENTS = 25_000
EVENTS = {"Task": 5, "Wait": 2, "Choice": 2, "Pass": 2, "Succeed": 2}
"""A task is entered, scheduled, started, succeeds and is exited; the others are entered and exited."""
STATES = {
    state.name: state for state in Machine.read(ROOT / "operations" / "statemachine" / "bulk_redrive.asl.yaml").states()
}
LOOK = ("WaitForResults", "LookAtResults", "MayItGoOn")
ONCE = ("Begin", "WhatIsAsked", "BeginRun", "Report", "HowItEnded", "Done")


def events(*states: str) -> int:
    return sum(EVENTS[STATES[name].type] for name in states)


@pytest.mark.parametrize("rate", [1, 10, 150])
def test_longest_run_fits_with_every_look_it_may_take(rate: int) -> None:
    steps = len(RAMP) + ceil((MOST_ITEMS - sum(RAMP)) / step_after_ramp(rate))
    # Every step of the ramp, and what is left after the last step, is looked at as often as may be.
    looks = steps + (len(RAMP) + 1) * Policy(20).most_looks
    assert events(*ONCE) + steps * events("RedriveStep") + looks * events(*LOOK) < MOST_EVENTS / 2


def test_call_that_repeats_the_largest_step_reads_all_of_it_again_in_time() -> None:
    describes = template().document["Parameters"]["BulkRedriveDescribesPerSecond"]["MinValue"]
    timeout = template().resources["BulkRedriveFunction"].properties["Timeout"]
    assert describes * (timeout - 30) >= LARGEST_STEP  # what bulk_redrive leaves for the last items


def test_freezing_fits_among_ten_times_as_many_failures_as_a_set_holds() -> None:
    pages = 10 * MOST_ITEMS / PAGE_SIZE
    assert pages * events("FindFailures", "IsEverythingSeen") < MOST_EVENTS / 2
