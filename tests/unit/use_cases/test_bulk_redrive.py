"""A bulk redrive: step by step, nothing twice, nothing that is not as the manifest has it, and a true report."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.domain.redrive import InvalidManifest, Item, Manifest
from record.domain.redrive_attempt import Attempt, End
from record.domain.redrive_choice import Choice, Described
from record.domain.redrive_report import Report
from record.domain.redrive_run import Control, Next, Outcome, Policy, Progress
from record.use_cases.bulk_redrive import RedriveDesk
from tests.fakes.claims import InMemoryClaims
from tests.fakes.redrives import (
    BEGIN,
    FAILS_AGAIN,
    FAILS_ELSEWHERE,
    FINDS_NOTHING,
    PASSES,
    RESTORES,
    STAYS,
    Died,
    FakeExecution,
    FakeStates,
    History,
    InMemoryRedrives,
    failure,
    holding,
)

ALWAYS: Callable[[], bool] = lambda: True  # noqa: E731
NEVER_BRAKES = Policy(100, 10_000, most_looks=3)
USUAL = Policy(20, most_looks=3)


@dataclass
class World:
    """Failed executions, each with what its redrive leads to, and the machine that redrives them."""

    courses: Sequence[History]
    policy: Policy = USUAL
    failures: list[Described] = field(init=False)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.failures = [failure(number) for number in range(1, len(self.courses) + 1)]
        pairs = zip(self.failures, self.courses, strict=True)
        self.executions = FakeStates(FakeExecution(each, then) for each, then in pairs)
        self.claims = InMemoryClaims(*map(holding, self.failures))
        self.redrives = InMemoryRedrives()
        self.rates: list[int] = []
        self.desk = RedriveDesk(
            self.executions.failed,
            self.claims,
            self.redrives,
            self.policy,
            lambda: self.executions.now,
            self.rates.append,
            lambda function, items: list(map(function, items)),
        )
        items = (Item.of(each, self.claims.get(each.limitation_id)) for each in self.failures)
        self.manifest = Manifest.freeze(BEGIN, Choice(), items)
        self.redrives.put_manifest(self.manifest)

    def execution(self, number: int) -> FakeExecution:
        return self.executions.by_arn[self.failures[number - 1].execution]

    def run(self, is_time_left: Callable[[], bool] = ALWAYS) -> Report:
        """As the state machine does: each task is tried again when it dies."""
        mine = self.manifest.redrive_id, self.manifest.hash
        self._until_done(lambda: self.desk.begin(*mine, 10))
        following = Next.REDRIVE
        while following is not Next.REPORT:
            if following is Next.REDRIVE:
                self._until_done(lambda: self.desk.redrive(*mine, is_time_left))
            self.executions.now += timedelta(seconds=10)
            _, following = self._until_done(lambda: self.desk.look(*mine, ALWAYS))
        return self._until_done(lambda: self.desk.report(*mine))

    def want(self, control: Control) -> None:
        self.redrives.put_control(self.manifest.redrive_id, control, "arn:somebody", "a call of billing's")

    def _until_done[Done](self, task: Callable[[], Done]) -> Done:
        while True:
            try:
                return task()
            except Died:
                self.deaths += 1
                self.executions.now += timedelta(seconds=30)

    @property
    def redriven(self) -> Counter[int]:
        """How often each was redriven."""
        return Counter({number: each.redrive_count for number, each in enumerate(self.executions.by_arn.values(), 1)})


def ends(report: Report) -> dict[End, int]:
    return dict(report.ends)


def test_all_are_redriven_once_and_the_report_says_how_each_ended() -> None:
    world = World([RESTORES] * 80 + [PASSES] * 20)
    report = world.run()
    assert (report.progress.outcome, ends(report)) == (Outcome.DONE, {End.PASSED: 100})
    assert set(world.redriven.values()) == {1}
    assert Counter(attempt.outcome for attempt in report.attempts) == {"RESTORED": 80, "": 20}
    assert world.rates == [10] * 100
    assert world.redrives.report(world.manifest.redrive_id) == (report.to_json(), list(report.lines()))


def test_each_end_is_told_apart() -> None:
    courses = [RESTORES, FAILS_AGAIN, FAILS_ELSEWHERE, FINDS_NOTHING, STAYS, PASSES, PASSES, PASSES, PASSES]
    world = World(courses, policy=NEVER_BRAKES)
    somebody_else, runs = world.execution(6), world.execution(7)
    somebody_else.redrive_count = 1
    runs.status = "RUNNING"
    world.execution(8).refused = "Execution history event limit exceeded"
    world.claims.change("LIM-00009", holder="arn:x:LIM-00009-new")
    report = world.run()
    assert [attempt.end for attempt in report.attempts] == [
        End.PASSED,
        End.FAILED_AGAIN,
        End.FAILED_ELSEWHERE,
        End.SUPERSEDED,
        End.STILL_THERE,
        End.LEFT_ALONE,
        End.LEFT_ALONE,
        End.NOT_REDRIVABLE,
        End.SUPERSEDED,
    ]
    whys = [attempt.why for attempt in report.attempts[5:]]
    assert "somebody else redrove it (1 more than when the set was frozen)" in whys[0]
    assert whys[1] == "it is RUNNING"
    assert "event limit exceeded; its next trigger" in whys[2]
    assert "LIM-00009-new" in whys[3]
    assert report.to_json()["redriven"] == 5
    assert [world.redriven[number] for number in (6, 7, 9)] == [1, 0, 0]


def test_item_that_somebody_redrives_between_our_look_and_our_call_is_left_to_them() -> None:
    world = World([PASSES])
    item = world.execution(1)
    item.refused = "Execution is RUNNING and cannot be redriven"

    def somebody_is_faster(call: str, _execution: str) -> None:
        if call == "redrive":
            item.redrive(world.executions.now)

    world.executions.before = somebody_is_faster
    report = world.run()
    assert ends(report) == {End.LEFT_ALONE: 1}
    assert item.tokens == []


def test_item_that_was_not_redrivable_when_frozen_is_reported_and_not_tried() -> None:
    world = World([PASSES] * 2)
    items = tuple(
        Item.of(replace(each, error="States.Runtime") if each is world.failures[0] else each, holding(each))
        for each in world.failures
    )
    world.manifest = Manifest(BEGIN, Choice(), items)
    world.redrives.put_manifest(world.manifest)
    report = world.run()
    assert ends(report) == {End.NOT_REDRIVABLE: 1, End.PASSED: 1}
    assert world.redriven == {1: 0, 2: 1}


def test_after_a_mend_another_run_goes_on_from_there_with_a_new_ramp() -> None:
    world = World([FAILS_AGAIN] * 6 + [PASSES] * 30)
    braked = world.run()
    assert (braked.progress.outcome, ends(braked)) == (Outcome.BRAKED, {End.FAILED_AGAIN: 6, End.NOT_REACHED: 30})
    report = world.run()
    assert (report.progress.outcome, ends(report)) == (Outcome.DONE, {End.FAILED_AGAIN: 6, End.PASSED: 30})
    assert (report.progress.runs, set(world.redriven.values())) == (2, {1})
    assert (report.progress.passed, report.progress.failed) == (30, 0)
    assert world.redrives.step_sizes == [1, 5, 1, 5, 20, 4]


def test_pause_takes_effect_within_a_step_and_the_next_run_goes_on_there() -> None:
    world = World([PASSES] * 60)
    redriven: list[str] = []

    def pause_in_the_third_step(call: str, execution: str) -> None:
        redriven.extend([execution] if call == "redriven" else [])
        if len(redriven) == 8:
            world.want(Control.PAUSE)

    world.executions.before = pause_in_the_third_step
    report = world.run()
    assert (report.progress.outcome, ends(report)) == (Outcome.PAUSED, {End.PASSED: 16, End.NOT_REACHED: 44})
    assert ends(world.run()) == ends(report), "it is still paused"
    world.want(Control.RUN)
    done = world.run()
    assert (done.progress.outcome, ends(done)) == (Outcome.DONE, {End.PASSED: 60})
    assert set(world.redriven.values()) == {1}


@pytest.mark.parametrize(("seconds", "end"), [(5, End.STILL_THERE), (5.001, End.LEFT_ALONE)])
def test_redrive_before_its_announcement_is_ours_as_far_as_clocks_differ(seconds: float, end: End) -> None:
    world = World([STAYS])
    mine = world.manifest.redrive_id, world.manifest.hash
    world.desk.begin(*mine, 10)
    world.redrives.put_step(mine[0], 1, [Attempt(0, End.ANNOUNCED, world.executions.now)])
    world.execution(1).redrive(world.executions.now - timedelta(seconds=seconds))
    world.desk.redrive(*mine, ALWAYS)
    assert [each.end for each in world.redrives.step(mine[0], 1) or ()] == [end]


def test_step_without_time_left_ends_early_and_the_next_goes_on() -> None:
    world = World([PASSES] * 30)
    report = world.run(is_time_left=lambda: False)
    assert ends(report) == {End.PASSED: 30}
    assert world.redrives.step_sizes == [1, 5, 10, 10, 4]
    assert set(world.redriven.values()) == {1}


def test_manifest_that_was_not_confirmed_is_not_redriven() -> None:
    world = World([PASSES])
    for confirmed in ("0" * 64, world.manifest.hash[:8], ""):
        with pytest.raises(InvalidManifest):
            world.desk.begin(world.manifest.redrive_id, confirmed, 10)
    with pytest.raises(InvalidManifest, match="there is no manifest"):
        world.desk.begin("0123456789ab", "0" * 64, 10)
    with pytest.raises(InvalidManifest, match="never begun"):
        world.desk.redrive(world.manifest.redrive_id, world.manifest.hash, ALWAYS)
    assert not any(world.redriven.values())


def test_look_reads_no_more_histories_than_fit_and_comes_to_all_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("record.use_cases.bulk_redrive.MOST_LOOKED_AT", 4)
    world = World([PASSES, STAYS, PASSES] * 30)
    report = world.run()
    assert ends(report) == {End.PASSED: 60, End.STILL_THERE: 30}


TRUTH = (
    (PASSES, End.PASSED),
    (RESTORES, End.PASSED),
    (FAILS_AGAIN, End.FAILED_AGAIN),
    (FAILS_ELSEWHERE, End.FAILED_ELSEWHERE),
    (FINDS_NOTHING, End.SUPERSEDED),
    (STAYS, End.STILL_THERE),
)
COURSES = st.sampled_from([course for course, _ in TRUTH])


@settings(max_examples=150, deadline=None)
@given(st.lists(COURSES, min_size=1, max_size=40), st.sampled_from([USUAL, NEVER_BRAKES]), st.integers())
def test_whatever_happens_each_is_redriven_once_at_most_and_the_report_is_true(
    courses: list[History], policy: Policy, seed: int
) -> None:
    """Deaths at any call and write, pauses, and somebody who redrives by hand: resumed until it is done."""
    world, chance = World(courses, policy=policy), Random(seed)  # noqa: S311 - no secret
    by_hand: set[str] = set()

    def die_sometimes(*_: object) -> None:
        if chance.random() < 0.02:
            raise Died

    def happen(call: str, execution: str) -> None:
        die_sometimes()
        each = world.executions.by_arn[execution]
        if call == "describe" and not each.redrive_count and chance.random() < 0.05:
            each.redrive(world.executions.now - timedelta(minutes=5))
            by_hand.add(execution)
        if chance.random() < 0.02:
            world.want(Control.PAUSE)

    world.executions.before = happen
    world.redrives.before = die_sometimes
    for _ in range(200):
        report = world.run()
        assert report.ends.total() == len(courses)
        world.want(Control.RUN)
        if report.progress.outcome is Outcome.DONE:
            break
    else:
        pytest.fail(f"never done: {report.progress}")
    # A redrive by hand between our look and our call fails at AWS, which knows no second redrive of what runs.
    for attempt, each in zip(report.attempts, world.executions.by_arn.values(), strict=True):
        assert len(each.tokens) <= 1
        assert attempt.is_redriven is bool(each.tokens)
        assert each.redrive_count == len(each.tokens) + (each.failure.execution in by_hand)
        if attempt.is_redriven:
            (truth,) = (end for course, end in TRUTH if course == each.then)
            assert attempt.end is truth
    assert Progress.of_json(report.progress.to_json()) == report.progress
