"""Puts somebody else's events on the bus instead of the stories, and says what came of each."""

import json
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby, zip_longest
from pathlib import Path
from queue import SimpleQueue

from embedded_cloud import Execution
from local.customers import Entry
from local.demo.entries import Line, read_lines
from local.demo.event_outcomes import ABSORBED, REGISTERING, EventOutcomes, Fact, fact_of, kind_of
from local.demo.report import PAYING, Case, EventOutcome, Summary, failure_of, is_incident
from local.demo.screen import Screen
from local.demo.verdict import Judge, dead_letters, met
from local.partners.enedis import EnedisNetwork, PendingLimitation, PointSetup
from local.stage import Sent, Stage, deployed_stage, outcome_of
from local.stage.event_log import keep_event_log
from restoration.domain.point import SupplyState

AT_ONCE = 20
LOOK_AT_LEAST_EVERY_SECONDS = 1.0
"""No event says that the longest time has passed."""

PARAMETERS = {"AdvisorTimeoutSeconds": "8", "Enedis.readTimeoutSeconds": "3"}
"""Nobody plays the advisors here, so that their time is short."""

LONGEST_SECONDS = 180.0
"""How long nothing may end while something runs. A long file takes as long as it needs, while cases end."""

AT_REST = frozenset({"WaitForBank"})
"""Where an execution may stay when no event follows: no news of a cheque."""

ASKING = frozenset({"WaitForAdvisor"})
"""Where it may stay, too, when a result or a decision follows."""


class NothingToPlayError(Exception):
    """A file has no event that can be played."""


def set_point(network: EnedisNetwork, entry: Entry) -> None:
    """Bring Enedis to what a valid event about a limitation says, before it is put on the bus."""
    detail = json.loads(entry["Detail"])
    point_id, contract_id = detail["pointId"], detail["contractId"]
    subscribed, limit = Decimal(str(detail["subscribedPowerKva"])), Decimal(str(detail["limitedPowerKva"]))
    point = PointSetup(point_id, contract_id, limited_power_kva=limit, subscribed_power_kva=subscribed)
    is_known = network.view_if_known(point_id) is not None
    if entry["DetailType"] == "PowerLimited" and is_known:
        network.change_point(
            point_id, supply_state=SupplyState.LIMITED, limited_power_kva=limit, cases=[], contract_id=contract_id
        )
    elif entry["DetailType"] == "PowerLimited":
        network.add_point(point)
    elif not is_known:
        pending = PendingLimitation(f"L{point_id[-7:]}", limited_power_kva=limit)
        network.add_point(
            replace(point, supply_state=SupplyState.SUPPLIED, limited_power_kva=None, pending_limitation=pending)
        )


class Replay:
    """Plays the lines in their order: limitations are registered and checked before the payments that follow them."""

    def __init__(self, stage: Stage, screen: Screen, lines: Sequence[Line]) -> None:
        self._stage = stage
        self._screen = screen
        self._ended: SimpleQueue[Execution] = SimpleQueue()
        stage.cloud.subscriptions.executions.append(self._note)
        self.lines = lines
        self.facts: dict[int, Fact] = {line.number: fact for line in lines if (fact := fact_of(line))}
        self.sent: dict[int, Sent] = {}

    def play(self) -> list[str]:
        """Put everything on the bus and wait for all to end; what has not is said."""
        good = [line for line in self.lines if line.entry is not None]
        self._screen.expect("Events on the bus", len(good))
        late: list[str] = []
        groups = [(kind, list(same)) for kind, same in groupby(good, key=kind_of)]
        for (_, lines), (following, _) in zip_longest(groups, groups[1:], fillvalue=("", [])):
            for start in range(0, len(lines), AT_ONCE):
                self._put(lines[start : start + AT_ONCE])
                self._show_ends()
            # Days lie between a limitation, its payment and the bank's result: each meets the end of what came before,
            # and an advisor's decision the question that is open.
            late = self.wait_for_rest(AT_REST | ASKING if following == "results" else AT_REST)
        return late

    def _put(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if line.type in REGISTERING and line.number in self.facts and line.entry is not None:
                set_point(self._stage.enedis.network, line.entry)
        sent = self._stage.put([line.entry for line in lines if line.entry is not None])
        self.sent |= dict(zip((line.number for line in lines), sent, strict=True))
        self._screen.advance(len(lines))

    def wait_for_rest(self, at_rest: frozenset[str]) -> list[str]:
        ended_at = self._screen.elapsed_seconds
        activity, watch = self._stage.cloud.activity, self._stage.watch
        while True:
            seen = activity.version
            if self._show_ends():
                ended_at = self._screen.elapsed_seconds
            # An event leaves its queue after it has started its execution, so the queues are looked at first.
            received = watch.intake_is_empty()
            at_work = [it for it in watch.executions() if it.is_running and it.state not in at_rest]
            if received and not at_work:
                return []
            if self._screen.elapsed_seconds > ended_at + LONGEST_SECONDS:
                return [f"still running, and nothing ended for {LONGEST_SECONDS:g} s: {it}" for it in at_work]
            activity.wait_for_news(seen, LOOK_AT_LEAST_EVERY_SECONDS)

    def _note(self, execution: Execution) -> None:
        if not execution.is_running:
            self._ended.put(execution)

    def _show_ends(self) -> bool:
        """Show what has ended since; tell whether anything has."""
        has_ended = not self._ended.empty()
        while not self._ended.empty():
            execution = self._ended.get()
            self._screen.say(f"{execution.input['limitationId']}  {outcome_of(execution)}")
        return has_ended

    def cases(self, judge: Judge) -> list[Case]:
        """One case for each limitation that an execution was started for."""
        return [self._case(limitation_id, judge) for limitation_id in self._stage.watch.limitations()]

    def _case(self, limitation_id: str, judge: Judge) -> Case:
        about = self._stage.watch.of(limitation_id).executions[0].input
        told, paid = self._moments(limitation_id, about["contractId"])
        case = judge.case(limitation_id, about["pointId"], paid, [at for _, at in told])
        failures = tuple(f"failed: {failure_of(run)}" for run in case.runs if is_incident(run))
        return replace(case, title=", ".join(dict.fromkeys(name for name, _ in told)), problems=failures)

    def _moments(self, limitation_id: str, contract_id: str) -> tuple[list[tuple[str, datetime]], list[datetime]]:
        """Type and moment of each event about a limitation, and the moments of those that bring money."""
        told: list[tuple[str, datetime]] = []
        paid: dict[tuple[str, str], datetime] = {}
        for line in self.lines:
            fact, sent = self.facts.get(line.number), self.sent.get(line.number)
            if fact is None or sent is None:
                continue
            if fact.limitation_id == limitation_id if fact.limitation_id else contract_id in fact.contract_ids:
                told.append((line.type, sent.at))
                if line.type in PAYING:
                    paid.setdefault((line.type, fact.name), sent.at)
        return told, list(paid.values())

    def event_outcomes(self, runs: Sequence[Execution]) -> list[EventOutcome]:
        """What became of each line."""
        facts = [self.facts[it.number] for it in self.lines if it.type in REGISTERING and it.number in self.facts]
        limited = {contract_id for fact in facts for contract_id in fact.contract_ids}
        found = EventOutcomes(limited, runs, dead_letters(self._stage), met(self._stage))
        return [found.outcome(line, self.sent.get(line.number)) for line in self.lines]


def events_of(path: Path) -> Sequence[Line]:
    """The lines of a file of events, the bad ones among them.

    Raises
    ------
    OSError
        When the file can't be read.
    NothingToPlayError
        When none of its lines is an event.
    """
    lines = read_lines(path)
    if all(line.entry is None for line in lines):
        first = f": line {lines[0].number} is {lines[0].problem}" if lines else ", for it is empty"
        raise NothingToPlayError(f"{path} has no event that can be played{first}")
    return lines


def play_events(screen: Screen, path: Path, lines: Sequence[Line], *, mode: str, decisions: Path) -> Summary:
    """Play the lines of a file of events with the switch at ``mode``, and keep what the rules decided."""
    screen.say(f"{path}: {len(lines)} lines. Starting the embedded cloud, billing and Enedis…")
    with deployed_stage(mode=mode, parameters=PARAMETERS, warm=True, ticking=True) as stage:
        screen.say(f"Both stacks are deployed, the switch is {mode}.")
        judge = Judge(stage, in_shadow=mode == "shadow")
        replay = Replay(stage, screen, lines)
        problems = replay.play()
        runs = list(map(copy, stage.watch.executions()))
        event_outcomes = replay.event_outcomes(runs)
        problems += [f"line {it.number}: {it.text}" for it in event_outcomes if it.is_lost]
        if not any(it.event_id for it in replay.sent.values()):
            problems.append(f"nothing was played: {path} has no event that the bus takes")
        summary = Summary(
            mode=mode,
            cases=replay.cases(judge),
            runs=runs,
            payments=sum(line.type == "PaymentReceived" and line.number in replay.sent for line in lines),
            enedis_orders=sum(order.reference is not None for order in stage.enedis.network.journal.orders()),
            duplicates_absorbed=sum(ABSORBED in it.text for it in event_outcomes),
            problems=problems,
            event_outcomes=event_outcomes,
            decisions_kept=stage.keep_decisions(decisions),
            duration_seconds=screen.elapsed_seconds,
        )
        summary.keep(keep_event_log(stage, decisions.with_name("event-log")))
        return summary
