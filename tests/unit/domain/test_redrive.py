"""A bulk redrive: the manifest that is chosen, frozen and confirmed, and its run with ramp, brake and report."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.asl import RESTORATION, Machine
from record.domain.course import Course
from record.domain.failure import signature_of, words_of
from record.domain.redrive import Effect, InvalidManifest, Item, Manifest, expected_effect
from record.domain.redrive_attempt import FAILED, Attempt, End, verdict
from record.domain.redrive_choice import Choice, Described
from record.domain.redrive_report import Report
from record.domain.redrive_run import LARGEST_STEP, RAMP, Control, Next, Outcome, Policy, Progress, step_after_ramp
from record.domain.states import STATES
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode
from tests.fakes.claims import free, settled
from tests.fakes.courses import RESTORED
from tests.fakes.redrives import BEGIN, failure, holding, since_redrive

TASKS = {state.name for state in Machine.read(RESTORATION).states() if state.type == "Task"}

failures = st.builds(
    failure,
    st.integers(1, 40),
    state=st.sampled_from(sorted(TASKS)),
    cause=st.text(max_size=40),
    redrive_count=st.integers(0, 9),
    status=st.sampled_from(["FAILED", "TIMED_OUT", "ABORTED"]),
)


def item(of: Described, claim: Claim | None = None) -> Item:
    return Item.of(of, claim or holding(of))


@given(st.lists(failures))
def test_manifest_that_is_read_is_the_one_that_was_written(found: list[Described]) -> None:
    manifest = Manifest.freeze(BEGIN, Choice(cause="…\u2028\n"), map(item, found))
    assert Manifest.of_bytes(manifest.to_bytes(), manifest.hash) == manifest
    assert Manifest.of_bytes(manifest.to_bytes(), manifest.redrive_id) == manifest


@given(st.lists(failures))
def test_manifest_has_each_execution_once_in_the_order_in_which_they_stopped(found: list[Described]) -> None:
    items = Manifest.freeze(BEGIN, Choice(), map(item, found)).items
    assert {it.execution for it in items} == {it.execution for it in found}
    assert len({it.execution for it in items}) == len(items)
    assert [it.stopped_at for it in items] == sorted(it.stopped_at for it in items)


def test_another_byte_is_another_manifest() -> None:
    manifest = Manifest.freeze(BEGIN, Choice(), [item(failure(1)), item(failure(2))])
    changed = manifest.to_bytes().replace(b"LIM-00002-0f", b"LIM-00003-0f")
    with pytest.raises(InvalidManifest, match="was confirmed"):
        Manifest.of_bytes(changed, manifest.hash)
    with pytest.raises(InvalidManifest, match="was confirmed"):
        Manifest.of_bytes(manifest.to_bytes(), manifest.hash[:11])


def test_token_is_of_manifest_execution_and_count_and_two_freezes_of_one_set_are_two_redrives() -> None:
    items = [item(failure(1)), item(failure(2)), replace(item(failure(1)), redrive_count=1)]
    freezes = [Manifest.freeze(at, Choice(), items[:2]) for at in (BEGIN, BEGIN + timedelta(seconds=1))]
    assert freezes[0].redrive_id != freezes[1].redrive_id
    tokens = {each.token(of) for each in freezes * 2 for of in items}
    assert (len(tokens), {len(each) for each in tokens}) == (6, {64})


def test_more_than_a_manifest_holds_is_said() -> None:
    last = item(failure(1))
    items = [replace(last, execution=f"{last.execution}-{each}", stopped_at=BEGIN) for each in range(10_000)]
    manifest = Manifest.freeze(BEGIN, Choice(), [replace(last, stopped_at=BEGIN + timedelta(seconds=1)), *items])
    assert (set(manifest.items), manifest.left_out) == (set(items), 1)


STOPPED = failure()
CLOSED: dict[str, Any] = {"status": LimitationStatus.CLOSED, "holder": None}


@pytest.mark.parametrize(
    ("of", "claim", "effect", "why"),
    [
        (STOPPED, holding(STOPPED), Effect.RESUMES, ""),
        (STOPPED, replace(holding(STOPPED), holder="arn:x:LIM-00001-aa"), Effect.SUPERSEDED, "LIM-00001-aa has taken"),
        (STOPPED, replace(holding(STOPPED), holder=None), Effect.SUPERSEDED, "was let go"),
        (STOPPED, replace(holding(STOPPED), **CLOSED), Effect.SUPERSEDED, "is closed"),
        (STOPPED, None, Effect.SUPERSEDED, "does not know"),
        (failure(state="TakeCharge"), free(), Effect.RESUMES, ""),
        (failure(state="TakeCharge"), free(**CLOSED), Effect.SUPERSEDED, "is closed"),
        (failure(not_redrivable="Execution redrivable period exceeded"), None, Effect.SUPERSEDED, "does not know"),
        (
            failure(not_redrivable="Execution redrivable period exceeded"),
            holding(STOPPED),
            Effect.NOT_REDRIVABLE,
            "period exceeded; its next trigger takes the case over, the nightly check at the latest",
        ),
        (failure(error="States.Runtime"), holding(STOPPED), Effect.NOT_REDRIVABLE, "definition is broken"),
        (failure(error="States.QueryEvaluationError"), holding(STOPPED), Effect.NOT_REDRIVABLE, "next trigger"),
        (
            failure(error="DecisionFailed", cause="situation S-1 is not kept any more"),
            holding(STOPPED),
            Effect.NOT_REDRIVABLE,
            "facts that it decides on are deleted",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Effect) else "",
)
def test_what_a_redrive_would_do_is_said_before(of: Described, claim: Claim | None, effect: Effect, why: str) -> None:
    expected, said = expected_effect(of, claim)
    assert expected is effect
    assert why in said
    assert bool(said) is (effect is not Effect.RESUMES)


@pytest.mark.parametrize(("published", "effect"), [(False, Effect.RESUMES), (True, Effect.SUPERSEDED)])
def test_execution_that_died_while_it_settled_goes_on_until_all_is_published(
    *, published: bool, effect: Effect
) -> None:
    of = failure(state="CloseOrLetGo")
    settlement = settled(execution=of.execution, mode=Mode.ON, published=published)
    claim = free(limitation_id=of.limitation_id, status=LimitationStatus.CLOSED, settlement=settlement)
    assert expected_effect(of, claim)[0] is effect


CALLS_IN = {"ReadPoint": 1, "OrderAtEnedis": 2, "ReadCase": 1}
"""place_order looks for the order before it sends it."""
TO_THE_END = [state for state in RESTORED if state in TASKS]
"""The tasks of a remote restoration with one read (story @carte)."""


@pytest.mark.parametrize("state", TO_THE_END)
def test_calls_from_a_state_are_those_of_the_tasks_from_there_on(state: str) -> None:
    ahead = TO_THE_END[TO_THE_END.index(state) :]
    assert STATES[state].calls == sum(CALLS_IN.get(each, 0) for each in ahead)


# ── The choice of failures ──


LAMBDA = json.dumps({"errorMessage": "billing does not know\n contract CTR-7", "errorType": "X", "stackTrace": ["…"]})


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (LAMBDA, "billing does not know contract CTR-7"),
        ("plain words,\n  two lines", "plain words, two lines"),
        ('{"errorType": "X"}', '{"errorType": "X"}'),
        ("[1]", "[1]"),
        ("", ""),
    ],
)
def test_cause_is_read_as_one_line_without_its_json(cause: str, words: str) -> None:
    assert words_of(cause) == words


def test_causes_that_differ_by_customer_have_one_signature() -> None:
    causes = [f"billing does not know contract CTR-{number} of LIM-{number} (12.5 s)" for number in (7, 123456)]
    assert {signature_of(cause) for cause in causes} == {"billing does not know contract … of … s)"}


@pytest.mark.parametrize(
    ("choice", "is_taken"),
    [
        (Choice(error="InvalidResponse"), True),
        (Choice(error="UnknownContract"), False),
        (Choice(state="CheckPayment"), True),
        (Choice(state="ReadPoint"), False),
        (Choice(cause="HAS NO DEBT"), True),
        (Choice(cause="about … has"), True),
        (Choice(cause="no balance"), False),
        (Choice(since=BEGIN + timedelta(minutes=1), until=BEGIN + timedelta(minutes=1)), True),
        (Choice(since=BEGIN + timedelta(minutes=2)), False),
        (Choice(until=BEGIN), False),
    ],
    ids=lambda value: str(value) if isinstance(value, bool) else repr(value)[7:60],
)
def test_choice_takes_what_equals_it(choice: Choice, *, is_taken: bool) -> None:
    assert choice.takes(failure()) is is_taken
    assert Choice.of_json(json.loads(json.dumps(choice.to_json()))) == choice


# ── The run: its ramp, its brake, the verdict on an item, a report that adds up ──


REDRIVEN = Attempt(0, End.STILL_THERE, BEGIN, is_redriven=True, state="A")
EXITS = ("Exited", "A")
ENTERS_A, ENTERS_B = ("Entered", "A"), ("Entered", "B")
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


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ({"status": "ABORTED", "error": "Stopped"}, "Stopped"),
        ({"status": "ABORTED"}, "ABORTED"),
        ({"status": "TIMED_OUT"}, "States.Timeout"),
    ],
)
def test_every_way_to_stop_is_an_end_with_an_error(end: dict[str, str], error: str) -> None:
    assert verdict(REDRIVEN, "A", since_redrive(**end)).error == error


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 100), st.integers(1, 20))
def test_brake_stops_at_its_share_and_never_on_a_small_sample(
    passed: int, failed: int, percent: int, sample: int
) -> None:
    stops = Policy(percent, sample).brakes(passed, failed)
    assert stops is (failed > 0 and passed + failed >= sample and failed / (passed + failed) >= percent / 100)


POLICY = Policy(20, most_looks=1)
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
        (after([ITEMS], looks=3).begun(), "RUN", {End.STILL_THERE: 9}, (Next.LOOK, None)),
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
    report = Report(manifest, attempts, Progress(10))
    numbers = report.to_json()
    assert sum(numbers["ends"].values()) == numbers["items"] == len(report.lines()) == size
    assert [line["execution"] for line in report.lines()] == [it.execution for it in manifest.items]
    assert numbers["ends"].get("NOT_REACHED", 0) >= size - len({index for index, *_ in known if index < size})
