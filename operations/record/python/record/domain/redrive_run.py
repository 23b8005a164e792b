"""The run of a bulk redrive: step by step, each step looked at before the next, until its end, its brake or a pause."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from record.domain.kept import Kept
from record.domain.redrive_attempt import FAILED, VERDICTS, End

RAMP = (1, 5, 20, 50)
"""Redrives of the first steps; the later ones follow the rate."""

SECONDS_OF_A_STEP = 30
"""A step after the ramp has the redrives of so many seconds."""
LARGEST_STEP = 1000
"""So many redrives a step has at most: a call that repeats an interrupted step reads each again, some ten a second."""


def run_name(redrive_id: str, number: int) -> str:
    """The name of the execution that is a redrive's so-many-th run."""
    return f"{redrive_id}-run-{number}"


def step_after_ramp(rate: int) -> int:
    """How many items a step after the ramp redrives, by the rate (redrives a second)."""
    return min(rate * SECONDS_OF_A_STEP, LARGEST_STEP)


@dataclass(frozen=True, slots=True)
class Run:
    """An execution of the machine that freezes and redrives, as it is now; ``why`` says why it failed."""

    status: str
    asked: Mapping[str, Any]
    output: Mapping[str, Any]
    why: str = ""

    @property
    def is_running(self) -> bool:
        return self.status == "RUNNING"


def newest_run(redrive_id: str, find: Callable[[str], Run | None]) -> tuple[int, Run | None]:
    """The newest run with its number; 0 where there is none yet.

    It goes by the names: a run that failed before it began has not counted itself, and one that began twice did so
    twice.
    """
    number, newest = 0, None
    while run := find(run_name(redrive_id, number + 1)):
        number, newest = number + 1, run
    return number, newest


class Control(StrEnum):
    """What operations want of a redrive."""

    RUN = "RUN"
    PAUSE = "PAUSE"
    CANCEL = "CANCEL"


class Next(StrEnum):
    """What the state machine does next."""

    REDRIVE = "REDRIVE"
    LOOK = "LOOK"
    """Waits, and looks again at what has no verdict yet."""
    REPORT = "REPORT"


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "DONE"
    PAUSED = "PAUSED"
    CANCELLED = "CANCELLED"
    BRAKED = "BRAKED"
    """Too many failed again."""
    STALLED = "STALLED"
    """None of a step of the ramp passed its state in time, and none failed: nobody knows whether it helps."""


BY_THE_BRAKE = frozenset({Outcome.BRAKED, Outcome.STALLED})
"""Somebody has to look at what fails, or waits; another run begins with the ramp."""


@dataclass(frozen=True, slots=True)
class Progress(Kept):
    """Where a redrive is. A run that is started again goes on from here.

    Parameters
    ----------
    rate
        Redrives a second.
    runs
        Runs that were begun: the first one, and one for each resumption.
    steps
        Steps that were begun. Each has a list of attempts of its own.
    ramp
        The place on the ramp; after the brake it begins again.
    next_item
        The first item that is in no step.
    open_steps
        Steps with items that have no verdict yet; the next look begins with the first, after the last step.
    looks
        Looks since the last step.
    first_step
        Steps that earlier runs had begun.
    passed, failed
        Verdicts since the run began.
    outcome
        How the last run ended; None while one is under way.
    """

    rate: int
    runs: int = 0
    steps: int = 0
    ramp: int = 0
    next_item: int = 0
    open_steps: tuple[int, ...] = ()
    looks: int = 0
    first_step: int = 0
    passed: int = 0
    failed: int = 0
    outcome: Outcome | None = None

    def begun(self) -> "Progress":
        """The beginning of another run. After the brake, the ramp begins again; verdicts before it count no more."""
        return replace(
            self,
            runs=self.runs + 1,
            looks=0,
            first_step=self.steps,
            passed=0,
            failed=0,
            outcome=None,
            ramp=0 if self.outcome in BY_THE_BRAKE else self.ramp,
        )

    def with_verdicts(self, passed: int, failed: int, open_steps: tuple[int, ...]) -> "Progress":
        """After a look that found so many verdicts, and left steps open."""
        return replace(
            self, passed=self.passed + passed, failed=self.failed + failed, looks=self.looks + 1, open_steps=open_steps
        )

    @property
    def is_on_ramp(self) -> bool:
        """Whether the last step is of this run, and one of the ramp."""
        return self.steps > self.first_step and self.ramp <= len(RAMP)

    def size_of_step(self) -> int:
        """How many items the next step redrives."""
        return RAMP[self.ramp] if self.ramp < len(RAMP) else step_after_ramp(self.rate)

    def with_step(self, items: int, *, has_redriven: bool) -> "Progress":
        """After a step of that many items; one that redrove nothing is no step of the ramp."""
        step = self.steps + 1
        return replace(
            self,
            steps=step,
            ramp=self.ramp + has_redriven,
            next_item=self.next_item + items,
            open_steps=(*self.open_steps, step),
            looks=0,
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a run.

    Parameters
    ----------
    brake_percent
        The share of failures, among the items with a verdict, from which the brake stops it.
    sample
        With fewer verdicts the brake does not judge.
    most_looks
        A step gets so many before the next one, or the report, comes without all verdicts.
    """

    brake_percent: int
    sample: int = 5
    most_looks: int = 30

    def brakes(self, passed: int, failed: int) -> bool:
        """Whether too many fail again."""
        verdicts = passed + failed
        return failed > 0 and verdicts >= self.sample and failed * 100 >= self.brake_percent * verdicts

    def next(self, progress: Progress, items: int, control: Control, step: Counter[End]) -> tuple[Next, Outcome | None]:
        """Say what comes after a look.

        Parameters
        ----------
        items
            How many the manifest has.
        step
            The ends in the last step.
        """
        if progress.steps == progress.first_step:
            step = Counter()  # of an earlier run, whose verdicts count no more
        stopped = self._stopped(progress, control, step)
        if stopped:
            return Next.REPORT, stopped
        everything_sent = progress.next_item >= items
        waits_for_step = progress.is_on_ramp and step[End.STILL_THERE] > 0
        misses_verdicts = waits_for_step or (everything_sent and bool(progress.open_steps))
        if misses_verdicts and progress.looks < self.most_looks:
            return Next.LOOK, None
        if everything_sent:
            return Next.REPORT, Outcome.DONE
        if waits_for_step and not any(step[end] for end in VERDICTS):
            return Next.REPORT, Outcome.STALLED
        return Next.REDRIVE, None

    def _stopped(self, progress: Progress, control: Control, step: Counter[End]) -> Outcome | None:
        of_step = step[End.PASSED], sum(step[end] for end in FAILED)
        if control is Control.CANCEL:
            return Outcome.CANCELLED
        if self.brakes(progress.passed, progress.failed) or self.brakes(*of_step):
            return Outcome.BRAKED
        return Outcome.PAUSED if control is Control.PAUSE else None
