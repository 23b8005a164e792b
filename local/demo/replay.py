"""Plays somebody else's events instead of the sample, and tells what became of each."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from local.demo.entries import Line, read_lines
from local.demo.fates import LIMITATION_TYPES, REGISTERING, Clerk, Fact, fact_of
from local.demo.points import Points
from local.demo.report import PAYING, Case, Fate, Run, Summary, measure
from local.demo.screen import Screen
from local.demo.stage import Sent, Stage, set_stage
from local.demo.verdict import Judge, dead_letters
from local.demo.watch import Watch

EVENTS = "Events on the bus"
AT_ONCE = 20
LOOK_EVERY_SECONDS = 0.1
LONGEST_SECONDS = 180.0
ALL = 100
AT_REST = frozenset({"WaitForBank"})
"""Where an execution may stay when no event follows: no news of a cheque."""


class Replay:
    """Plays the lines in their order: limitations are registered and checked before the payments that follow them."""

    def __init__(self, stage: Stage, watch: Watch, screen: Screen, lines: Sequence[Line]) -> None:
        self._stage = stage
        self._watch = watch
        self._screen = screen
        self._points = Points(stage.enedis.network)
        self._pause = threading.Event()
        self._told: set[str] = set()
        self.lines = lines
        self.facts: dict[int, Fact] = {line.number: fact for line in lines if (fact := fact_of(line))}
        self.sent: dict[int, Sent] = {}

    def play(self) -> list[str]:
        """Put everything on the bus and wait for all to end; what has not is said."""
        good = [line for line in self.lines if line.entry is not None]
        self._screen.expect(EVENTS, len(good))
        late: list[str] = []
        for _, same in groupby(good, key=lambda line: line.type in LIMITATION_TYPES):
            lines = list(same)
            for start in range(0, len(lines), AT_ONCE):
                self._put(lines[start : start + AT_ONCE])
                self._look()
            # Days lie between a limitation and its payment: what comes later meets the end of what came before.
            late = self._wait_for_rest()
        return late

    def _put(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if line.type in REGISTERING and line.number in self.facts and line.entry is not None:
                self._points.follow(line.entry)
        sent = self._stage.put([line.entry for line in lines if line.entry is not None])
        self.sent |= dict(zip((line.number for line in lines), sent, strict=True))
        self._screen.advance(EVENTS, len(lines))

    def _wait_for_rest(self) -> list[str]:
        deadline = self._screen.elapsed_seconds + LONGEST_SECONDS
        while True:
            self._look()
            running = [seen for seen in self._watch.executions() if seen.status == "RUNNING"]
            at_work = [seen for seen in running if self._watch.last_state(seen) not in AT_REST]
            if self._watch.intake_is_empty() and not at_work:
                return []
            if self._screen.elapsed_seconds > deadline:
                return [f"{seen.name} still runs after {LONGEST_SECONDS:g} s" for seen in at_work]
            self._pause.wait(LOOK_EVERY_SECONDS)

    def _look(self) -> None:
        self._watch.look()
        for seen in self._watch.executions():
            if seen.settled and seen.name not in self._told:
                self._told.add(seen.name)
                self._screen.say(f"{seen.limitation_id}  {seen.outcome or seen.status}")

    def cases(self, judge: Judge) -> list[Case]:
        """One case for each limitation that an execution was started for."""
        return [self._case(limitation_id, judge) for limitation_id in sorted(self._watch.situations)]

    def _case(self, limitation_id: str, judge: Judge) -> Case:
        situation = self._watch.of(limitation_id)
        runs = tuple(judge.run(seen) for seen in situation.executions)
        told, paid = self._moments(limitation_id, str(situation.item.get("contractId", "")))
        types = list(dict.fromkeys(name for name, _ in told))
        case = Case(limitation_id, "", ", ".join(types), runs)
        seconds, was_paid = measure(case.decisive, paid, [at for _, at in told])
        orders = judge.orders(str(situation.item.get("pointId", "")), limitation_id)
        failures = tuple(f"failed: {run.failure}" for run in runs if run.seen.status in {"FAILED", "TIMED_OUT"})
        return replace(case, seconds=seconds, was_paid=was_paid, orders=orders, problems=failures)

    def _moments(self, limitation_id: str, contract_id: str) -> tuple[list[tuple[str, datetime]], list[datetime]]:
        """Type and moment of each event about a limitation, and the moments of those that bring money."""
        told: list[tuple[str, datetime]] = []
        paid: dict[tuple[str, str], datetime] = {}
        for line in self.lines:
            fact, sent = self.facts.get(line.number), self.sent.get(line.number)
            if fact is None or sent is None:
                continue
            if fact.limitation_id == limitation_id or (fact.limitation_id is None and contract_id in fact.contract_ids):
                told.append((line.type, sent.at))
                if line.type in PAYING:
                    paid.setdefault((line.type, fact.name), sent.at)
        return told, list(paid.values())

    def fates(self, runs: Sequence[Run]) -> list[Fate]:
        """What became of each line."""
        limitations: dict[str, list[str]] = {}
        for fact in self.facts.values():
            if fact.point_id is not None and fact.limitation_id is not None:
                known = limitations.setdefault(fact.contract_ids[0], [])
                if fact.limitation_id not in known:
                    known.append(fact.limitation_id)
        clerk = Clerk(limitations, runs, dead_letters(self._stage))
        return [clerk.fate(line, self.sent.get(line.number)) for line in self.lines]


def play_events(screen: Screen, path: Path, *, mode: str, decisions: Path) -> Summary:
    """Play a file of events with the switch at ``mode``, and keep what the rules decided.

    Raises
    ------
    OSError
        When the file can't be read.
    """
    lines = read_lines(path)
    screen.say(f"{path}: {len(lines)} lines. Starting the embedded cloud, billing and Enedis…")
    with set_stage(mode, ALL) as stage:
        screen.say(f"template.yaml is deployed, the switch is {mode}.")
        watch = Watch(stage)
        judge = Judge(stage, watch, in_shadow=mode == "shadow")
        replay = Replay(stage, watch, screen, lines)
        problems = replay.play()
        runs = [judge.run(seen) for seen in watch.executions()]
        fates = replay.fates(runs)
        orders = [order for order in stage.enedis.network.journal.orders() if order.reference is not None]
        problems += [f"line {fate.number}: {fate.text}" for fate in fates if fate.is_lost]
        if mode == "shadow" and orders:
            problems.append(f"Enedis accepted {len(orders)} orders in shadow")
        return Summary(
            mode=mode,
            cases=replay.cases(judge),
            runs=runs,
            payments=sum(line.type == "PaymentReceived" and line.number in replay.sent for line in lines),
            enedis_orders=len(orders),
            duplicates_absorbed=judge.duplicates_absorbed(),
            problems=problems,
            fates=fates,
            decisions_kept=stage.keep_decisions(decisions),
            duration_seconds=screen.elapsed_seconds,
        )
