"""Measures which slips in the process the stories notice, and writes docs/machine-mutants.md: ``make machine-mutants``.

One stage serves many: its machine gets another definition for each mutant. A dozen of the stories that meet the changed
state are played, a few at once, those that take the changed way and those of rare ways first; the mutant is dead as
soon as one ends otherwise. What they leave alive is tried by the races.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import batched, chain
from math import inf

from embedded_cloud import Execution
from local.asl import RESTORATION, Machine, Way
from local.customers import ROLLOUT_PERCENT, Numbering
from local.demo.coverage import error_of, full_name, ways_out, ways_taken
from local.demo.day import PARAMETERS
from local.demo.runner import read_after_messages
from local.demo.verdict import Judge
from local.stage import Stage, deployed_stage
from local.stories import model as steps
from local.stories.ending import FactFinder, differences, events_of, silent
from local.stories.model import Story
from local.stories.reading import read_stories
from local.stories.story_run import StoryRun
from tests.end_to_end.race_stories import RACES
from tests.end_to_end.world import World
from tests.reliability.machine_mutants import Mutant, mutants
from tests.reliability.machine_mutants_page import (
    ALIVE,
    DOCUMENT,
    OUTSIDE,
    PATIENCE_SECONDS,
    RACING,
    STORIES,
    Fate,
    page,
    summary,
)

SHORT_PATIENCE_SECONDS = 5.0
"""At first: a story that goes on no more is played again by itself, with all the patience."""
FIRST, AT_ONCE = 2, 6
"""How many stories play a mutant at the same time, at first and then: it dies by the first, most often."""
SETTLE_SECONDS = 60.0
LATE_SECONDS = 15.0
"""How late a message may come on a busy machine."""
ROUNDS, SPARE_ROUNDS = 2, 40
"""So many times the states of the machine as it is, and some more, an execution of a story may enter."""
MOST = 12
"""Stories that are played by a mutant that none of them notices."""
PER_STAGE = 40
"""Mutants of one cloud, whose register and histories grow with each."""
GOAL = 0.95


@dataclass
class Known:
    """What is known of a story from the machine as it is: the states and ways it takes, and the errors it meets."""

    story: Story
    paths: list[tuple[str, ...]] = field(default_factory=list)
    """Of each execution, the states that it enters."""
    ways: set[str] = field(default_factory=set)
    errors: set[tuple[str, str]] = field(default_factory=set)
    """By state."""

    @property
    def states(self) -> set[str]:
        return set(chain(*self.paths))

    @property
    def rounds(self) -> int:
        """How many states its longest execution entered."""
        return max(map(len, self.paths), default=0)

    def meets(self, mutant: Mutant) -> bool:
        """Whether a mutant can make any difference to it."""
        if mutant.errors:
            met = {error for state, error in self.errors if state == mutant.state} - mutant.other_errors
            return bool(met and ("States.ALL" in mutant.errors or met & mutant.errors))
        if mutant.used_in and not self._uses(mutant):
            return False
        return not self.ways.isdisjoint(mutant.ways) if mutant.ways else mutant.state in self.states

    def _uses(self, mutant: Mutant) -> bool:
        """Whether the variable that is not assigned is used before another state assigns it."""
        users = {name.partition(" → ")[0] for name in mutant.used_in & (self.states | self.ways)}
        for path in self.paths:
            is_missing = False
            for state in path:
                if is_missing and state in users:
                    return True
                is_missing = state == mutant.state or (is_missing and state not in mutant.overwritten_in)
        return False


@dataclass(frozen=True, slots=True)
class Problem:
    """What ends differently from what a story says."""

    story: Story
    what: str
    is_certain: bool = True

    @property
    def told(self) -> str:
        return f"{self.story.name}: {self.what}"


class Player:
    """Plays stories on one stage, by whatever definition the machine has, and says what ends otherwise."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._numbering = Numbering()
        self._rounds: dict[str, int] = {}
        self._ways: Sequence[Way] = ways_out(Machine.read(RESTORATION).document)
        read_after_messages(stage)

    def known(self, stories: Sequence[Story]) -> list[Known]:
        """Play all stories by the machine as it is; raises where one ends differently from what it says."""
        found = []
        for some in batches(stories, 12):
            runs = self._play(some, 240.0, until_first=False)
            if problem := next(self._problems(runs), None):
                raise RuntimeError(f"without any slip: {problem.told}")
            found += [self._known(run) for run in runs]
        return found

    def remember(self, known: Iterable[Known]) -> None:
        """Take a story from now on for lost that enters many more states than by the machine as it is."""
        self._rounds = {it.story.name: it.rounds for it in known}

    def first_problem(self, stories: Sequence[Story]) -> str:
        """What ends differently from what some stories say; nothing where all end so."""
        patience = SHORT_PATIENCE_SECONDS
        while stories and (problems := self._played(stories, patience)):
            problem = min(problems, key=lambda it: not it.is_certain)
            # On a busy machine a message may come late, and a story have no patience left: it has to happen twice.
            if problem.is_certain or self._played((problem.story,), PATIENCE_SECONDS):
                return problem.told
            stories, patience = [it for it in stories if it is not problem.story], PATIENCE_SECONDS
        return ""

    def _played(self, stories: Sequence[Story], patience: float) -> list[Problem]:
        runs = self._play(stories, patience, until_first=True)
        try:
            problems: list[Problem] = []
            for problem in self._problems(runs):
                problems.append(problem)
                if problem.is_certain:
                    break
            return problems
        finally:
            self._clear(runs)

    def _play(self, stories: Sequence[Story], patience: float, *, until_first: bool) -> list[StoryRun]:
        runs = [StoryRun(story, self._numbering, self._stage, patience_seconds=patience) for story in stories]
        activity = self._stage.cloud.activity
        while not all(run.is_over for run in runs):
            seen = activity.version
            for run in runs:
                if not run.is_over:
                    run.advance()
            if until_first and any(self._is_lost(run) for run in runs):
                return runs
            activity.wait_for_news(seen, 1.0)
        with suppress(TimeoutError):
            self._stage.cloud.wait_until(
                lambda: not self._stage.cloud.going_on(waiting=False), SETTLE_SECONDS, "the last messages"
            )
        return runs

    def _executions(self, run: StoryRun) -> list[Execution]:
        return [it for customer in run.customers for it in self._stage.watch.of(customer.limitation_id).executions]

    def _is_lost(self, run: StoryRun) -> bool:
        """Whether a story can't end as it says any more."""
        executions = self._executions(run)
        expected = [outcome for limited in run.story.limited for outcome in limited.outcomes]
        failed = sum(it.status == "FAILED" for it in executions) > expected.count("FAILED")
        failed = failed and steps.Do.REDRIVE not in run.story.steps
        return bool(run.gave_up) or failed or any(self._goes_round(run, it) for it in executions)

    def _goes_round(self, run: StoryRun, execution: Execution) -> bool:
        known = self._rounds.get(run.story.name)
        return known is not None and len(execution.entries) > ROUNDS * known + SPARE_ROUNDS

    def _problems(self, runs: Sequence[StoryRun]) -> Iterator[Problem]:
        for run in runs:
            for it in self._executions(run):
                if self._goes_round(run, it):
                    yield Problem(run.story, f"goes round in circles in {it.state}")
            if not run.is_over and self._is_lost(run):
                yield Problem(run.story, "failed")
        over = [run for run in runs if run.is_over]
        judge, found = Judge(self._stage, in_shadow=False), False
        for run in over:
            for problem in (it for case in judge.cases(run) for it in case.problems):
                found = True
                yield Problem(run.story, problem, is_certain=not run.gave_up)
        give_up = time.monotonic() + LATE_SECONDS
        while not found and (late := list(self._differences(over))):
            if time.monotonic() > give_up or any(it.is_certain for it in late):
                yield from late
                return
            time.sleep(1)

    def _differences(self, runs: Sequence[StoryRun]) -> Iterator[Problem]:
        facts = FactFinder(self._stage)
        for run in runs:
            for customer, limited in run.cases:
                found = facts.of(customer.limitation_id)
                wrong = silent(found) if run.story.in_shadow else differences(found, limited)
                # What was published is not taken back, however long one waits.
                too_much = not run.story.in_shadow and bool(found.events - events_of(limited))
                yield from (Problem(run.story, it, is_certain=too_much) for it in wrong)

    def _known(self, run: StoryRun) -> Known:
        known = Known(run.story)
        for it in self._executions(run):
            known.paths.append(tuple(entry.state for entry in it.entries))
            known.ways |= {full_name(way) for way in ways_taken(self._ways, it.history)}
            known.errors |= set(errors_of(it))
        return known

    def _clear(self, runs: Sequence[StoryRun]) -> None:
        """Leave nothing that a story has turned, held or left running."""
        self._stage.open_gates()
        states = self._stage.cloud.client("stepfunctions")
        for it in (it for run in runs for it in self._executions(run) if it.is_running):
            with suppress(states.exceptions.ClientError):
                states.stop_execution(executionArn=it.arn)
        self._stage.enedis.network.end_outage()
        self._stage.pause_orders(paused=False)
        self._stage.switch("on")


def errors_of(execution: Execution) -> Iterator[tuple[str, str]]:
    """The errors that an execution met, each with its state."""
    state = ""
    for event in execution.history:
        if entered := event.get("stateEnteredEventDetails"):
            state = entered["name"]
        elif event["type"].endswith(("Failed", "TimedOut")) and not event["type"].startswith("Execution"):
            yield state, error_of(event)


def batches(stories: Sequence[Story], size: int = AT_ONCE) -> Iterator[Sequence[Story]]:
    """Some stories at a time; those that turn what is everybody's are alone."""
    yield from batched((it for it in stories if not it.alone), size, strict=False)
    yield from ((it,) for it in stories if it.alone)


def in_order(mutant: Mutant, known: Sequence[Known]) -> list[Story]:
    """The stories that meet a mutant, those that take its way first; of the others those of rare states and ways.

    Of a variable, what uses it counts first.
    """
    often = Counter(way for it in known for way in it.ways)
    often += Counter(state for it in known for state in it.states)
    met = [it for it in known if it.meets(mutant)]

    def order(it: Known) -> tuple[bool, bool, int, int]:
        rarest = min((often[name] for name in (it.states | it.ways) & mutant.used_in), default=0)
        return it.story.alone, it.ways.isdisjoint(mutant.ways[:1]), rarest, min(often[way] for way in it.ways)

    return [it.story for it in sorted(met, key=order)][:MOST]


def judge(mutant: Mutant, player: Player, known: Sequence[Known]) -> str:
    """What some stories say of a mutant; nothing where none of them notices it."""
    stories = in_order(mutant, known)
    problems = map(player.first_problem, chain(batches(stories[:FIRST]), batches(stories[FIRST:])))
    return next(filter(None, problems), "")


def measure(chosen: Sequence[Mutant]) -> Iterator[Fate]:
    """Judge mutants, one after the other."""
    lots: Mapping[str, Sequence[Story]] = {STORIES: read_stories(), RACING: RACES}
    known: dict[str, list[Known]] = {}
    for some in batched(chosen, PER_STAGE, strict=False):
        with deployed_stage(rollout_percent=ROLLOUT_PERCENT, parameters=PARAMETERS, warm=True, ticking=True) as stage:
            player = Player(stage)
            known = known or {name: player.known(stories) for name, stories in lots.items()}
            player.remember(chain(*known.values()))
            for mutant in some:
                if mutant.reason:
                    yield Fate(mutant, OUTSIDE, mutant.reason)
                    continue
                World(stage).deploy(mutant.definition)
                dead = (Fate(mutant, name, said) for name in lots if (said := judge(mutant, player, known[name])))
                yield next(dead, Fate(mutant, ALIVE, ""))


def main() -> int:
    """Judge the mutants; 0 when at least 95 % die by stories and races."""
    parser = argparse.ArgumentParser(prog="make machine-mutants", description=__doc__)
    parser.add_argument("--only", default="", help="mutants whose kind, state or words have this, and write no page")
    parser.add_argument("--minutes", type=float, default=inf, help="begin none after these; they are drawn by lot")
    chosen = parser.parse_args()
    wanted = [it for it in mutants() if chosen.only in it.name]
    if not wanted:
        parser.error(f"no mutant has {chosen.only!r} in its kind, its state or its words")
    random.Random(1).shuffle(wanted)  # noqa: S311 - no secret
    began, fates = time.monotonic(), list[Fate]()
    for fate in measure(wanted):
        fates.append(fate)
        told = f"{fate.mutant.name}: {fate.by}: {fate.said}"
        sys.stdout.write(f"{time.monotonic() - began:6.0f} s {len(fates):3} of {len(wanted)}  {told}\n")
        sys.stdout.flush()
        if time.monotonic() - began > chosen.minutes * 60:
            break
    if not chosen.only:
        DOCUMENT.write_text(page(fates, time.monotonic() - began, len(wanted)), encoding="utf-8")
    sys.stdout.write(f"{summary(fates)}\n")
    could = [fate for fate in fates if fate.by != OUTSIDE]
    return 0 if sum(fate.by != ALIVE for fate in could) >= GOAL * len(could) else 1


if __name__ == "__main__":
    sys.exit(main())
