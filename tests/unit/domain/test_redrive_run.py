"""The run of a redrive: its ramp, its brake, the verdict on an item, a report that adds up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.course import Course
from record.domain.course_event import Kind
from record.domain.redrive import Item, Manifest
from record.domain.redrive_attempt import FAILED, Attempt, End, verdict
from record.domain.redrive_choice import Choice
from record.domain.redrive_report import Report
from record.domain.redrive_run import (
    LARGEST_STEP,
    RAMP,
    Control,
    Next,
    Outcome,
    Policy,
    Progress,
    step_after_ramp,
)
from tests.fakes.redrives import BEGIN, failure, holding, since_redrive

REDRIVEN = Attempt(0, End.STILL_THERE, BEGIN, is_redriven=True, state="A")
EXITS = (Kind.EXITED, "A")
ENTERS_A, ENTERS_B = (Kind.ENTERED, "A"), (Kind.ENTERED, "B")
STOPS = {"status": "FAILED", "error": "X"}


@pytest.mark.parametrize(
    ("course", "end", "state"),
    [
        (since_redrive(), End.STILL_THERE, "A"),
        (since_redrive(EXITS), End.PASSED, "A"),
        (since_redrive(EXITS, ENTERS_B), End.PASSED, "B"),
        (since_redrive(**STOPS), End.FAILED_AGAIN, "A"),
        (since_redrive(EXITS, ENTERS_B, **STOPS), End.FAILED_ELSEWHERE, "B"),
        (since_redrive(EXITS, ENTERS_B, ENTERS_A, **STOPS), End.FAILED_AGAIN, "A"),
        (since_redrive(ENTERS_A), End.STILL_THERE, "A"),
        (since_redrive(EXITS, ENTERS_B, status="SUCCEEDED", outcome="RESTORED"), End.PASSED, "B"),
        (since_redrive(EXITS, ENTERS_B, status="SUCCEEDED", outcome="JOINED"), End.SUPERSEDED, "B"),
    ],
)
def test_verdict_follows_from_what_happened_since_the_redrive(course: Course, end: End, state: str) -> None:
    found = verdict(REDRIVEN, "A", course)
    assert (found.end, found.state, found.is_redriven) == (end, state, True)
    assert found.error == ("X" if end in FAILED else "")


def test_execution_that_stopped_without_an_error_has_its_status_for_one() -> None:
    assert verdict(REDRIVEN, "A", since_redrive(status="ABORTED")).error == "ABORTED"


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 100), st.integers(1, 20))
def test_brake_stops_at_its_share_and_never_on_a_small_sample(
    passed: int, failed: int, percent: int, sample: int
) -> None:
    stops = Policy(percent, sample).brakes(passed, failed)
    assert stops is (failed > 0 and passed + failed >= sample and failed / (passed + failed) >= percent / 100)


POLICY = Policy(20, most_looks=3)
ITEMS = 1000


def after(sizes: Sequence[int], **changes: object) -> Progress:
    progress = Progress(10).begun()
    for size in sizes:
        progress = progress.with_step(size, has_redriven=True)
    return replace(progress, **changes)  # type: ignore[arg-type]


def test_ramp_is_one_five_twenty_fifty_and_then_the_rate() -> None:
    progress, sizes = Progress(10).begun(), []
    for _ in range(6):
        sizes.append(progress.size_of_step())
        progress = progress.with_step(sizes[-1], has_redriven=True)
    assert sizes == [*RAMP, 300, 300]
    assert progress.next_item == sum(sizes)


def test_no_rate_makes_a_step_larger_than_the_largest() -> None:
    assert (step_after_ramp(33), step_after_ramp(34), step_after_ramp(150)) == (990, LARGEST_STEP, LARGEST_STEP)


def test_step_that_redrove_nothing_is_no_step_of_the_ramp() -> None:
    assert Progress(10).begun().with_step(4, has_redriven=False).size_of_step() == RAMP[0]


@pytest.mark.parametrize(
    ("progress", "control", "step", "expected"),
    [
        (after([1]), "RUN", {End.STILL_THERE: 1}, (Next.LOOK, None)),
        (after([1]), "RUN", {End.PASSED: 1}, (Next.REDRIVE, None)),
        (after([1], looks=3), "RUN", {End.STILL_THERE: 1}, (Next.REPORT, Outcome.STALLED)),
        (after([1, 5], looks=3), "RUN", {End.STILL_THERE: 4, End.PASSED: 1}, (Next.REDRIVE, None)),
        (after([1, 5], looks=3), "RUN", {End.LEFT_ALONE: 5}, (Next.REDRIVE, None)),
        (after([1, 5], passed=4, failed=1), "RUN", {End.PASSED: 4, End.FAILED_AGAIN: 1}, (Next.REPORT, Outcome.BRAKED)),
        (after([1, 5], passed=3, failed=1), "RUN", {End.PASSED: 3, End.FAILED_AGAIN: 1}, (Next.REDRIVE, None)),
        (after([1], passed=9, failed=1), "RUN", {End.FAILED_ELSEWHERE: 1}, (Next.REDRIVE, None)),
        (after([1] * 5), "RUN", {End.STILL_THERE: 1}, (Next.REDRIVE, None)),
        (after([1] * 5, passed=500, failed=9), "RUN", {End.FAILED_AGAIN: 5}, (Next.REPORT, Outcome.BRAKED)),
        (after([1], passed=1), "PAUSE", {End.PASSED: 1}, (Next.REPORT, Outcome.PAUSED)),
        (after([1]), "CANCEL", {End.STILL_THERE: 1}, (Next.REPORT, Outcome.CANCELLED)),
        (after([1, 5], passed=1, failed=9), "PAUSE", {End.FAILED_AGAIN: 5}, (Next.REPORT, Outcome.BRAKED)),
        (after([ITEMS]), "RUN", {End.STILL_THERE: 9, End.PASSED: 1}, (Next.LOOK, None)),
        (after([ITEMS], looks=3), "RUN", {End.STILL_THERE: 9, End.PASSED: 1}, (Next.REPORT, Outcome.DONE)),
        (after([ITEMS], open_steps=()), "RUN", {End.PASSED: ITEMS}, (Next.REPORT, Outcome.DONE)),
    ],
)
def test_what_comes_after_a_look(
    progress: Progress, control: str, step: dict[End, int], expected: tuple[Next, Outcome | None]
) -> None:
    assert POLICY.next(progress, ITEMS, Control(control), Counter(step)) == expected


@given(st.integers(0, 30), st.lists(st.tuples(st.integers(0, 29), st.sampled_from(End), st.booleans())))
def test_numbers_of_a_report_add_up_whatever_is_known(size: int, known: list[tuple[int, End, bool]]) -> None:
    found = [failure(number) for number in range(size)]
    manifest = Manifest.freeze(BEGIN, Choice(), (Item.of(each, holding(each)) for each in found))
    attempts = [Attempt(index, end, BEGIN, is_redriven=redriven) for index, end, redriven in known if index < size]
    report = Report.of(manifest, attempts, Progress(10))
    numbers = report.to_json()
    assert sum(numbers["ends"].values()) == numbers["items"] == len(report.lines()) == size
    assert [line["execution"] for line in report.lines()] == [it.execution for it in manifest.items]
    assert numbers["ends"].get("NOT_REACHED", 0) >= size - len({index for index, *_ in known if index < size})
