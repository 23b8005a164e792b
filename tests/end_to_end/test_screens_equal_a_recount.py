"""Each screen's figures are those of a recount of the histories, whatever of log and status events came late or not."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from local.console.__main__ import ask_of
from record.adapters.dynamodb.slice_items import HOUR
from record.domain.incidents import Counted, Steps, incidents
from record.domain.promises import Promised
from record.domain.record import EndedCase, OpenCase, Signature, Slice
from record.domain.service_level import TARGETS
from record.domain.steps import pairs_in
from record.domain.tally import WIDTH
from record.domain.waiting import Party
from record.formats import number
from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.clock import from_text, utc_now
from restoration.domain.decision import sends_to_an_advisor
from supervision.figures.branches import flow_of
from supervision.figures.customers import came, now_of, promises
from supervision.figures.durations import Population, durations, times_of
from supervision.figures.enedis import CALLS, returned, waits
from supervision.figures.report import Objectives, Period, indicators
from supervision.figures.rules import counted
from supervision.figures.running import awaited
from tests.end_to_end.recorded import Record, all_executions, recorded_counts, troubled, wait_until_healed
from tests.end_to_end.recount import PARTIES, Recount
from tests.end_to_end.scene_of_record import play_all_kinds
from tests.end_to_end.world import World

ORDERED = {"OrderAtEnedis", "WaitForEnedis"}

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all executions are counted here."""


@pytest.fixture(scope="module")
def recount(world: World, record: Record) -> Recount:
    """Play customers of each kind, once as it comes and once with duplicates, disorder and losses; recount them.

    Then the indexes, by which what was lost is found, are late as well.
    """

    def has_counted(arn: str) -> bool:
        record.reconcile()
        return bool(recorded_counts(record, arn))

    def settle(arn: str) -> None:
        world.wait(lambda: has_counted(arn), f"the count of {arn}")

    play_all_kinds(world, settle)
    with world.cloud.trouble.late_indexes():
        with troubled(world) as lost:
            play_all_kinds(world, settle)
        assert lost["lines"] > 0
        assert lost["statuses"] > 0
        executions = all_executions(world)
        wait_until_healed(world, record, executions)
    found = Recount.of(world.cloud.client("stepfunctions"), [each.arn for each in executions])

    def is_counted() -> bool:
        return all(recorded_counts(record, told.arn) == {end.redrives for end in told.ends} for told in found.all)

    world.wait(is_counted, "the count of each end")
    record.reconcile()
    # Queues are measured at the end of each minute.
    world.cloud.pass_minutes()
    return found


@dataclass(frozen=True)
class Recorded:
    """What screens read of the record."""

    slices: Sequence[Slice]
    open: Sequence[OpenCase]
    ended: Sequence[EndedCase]
    signatures: Mapping[str, Signature]


@pytest.fixture(scope="module")
def seen(record: Record, recount: Recount) -> Recorded:
    assert recount
    # What was played began less than an hour ago.
    since = utc_now().replace(minute=0, second=0, microsecond=0) - HOUR
    span = since, since + 3 * HOUR
    read = record.read
    return Recorded(read.slices(*span), read.open_cases(), read.ended_cases(*span), read.signatures())


def test_visits_retries_stops_and_ways_of_each_state(seen: Recorded, recount: Recount) -> None:
    found, states = flow_of(seen.slices, seen.signatures), recount.states()
    visits = {state: sum(map(len, cases)) for state, cases in states.items()}
    assert {state: found.visits(state) for state in found.states} == visits
    assert {state: found.retries(state) for state in states} == {state: recount.retries(state) for state in states}
    assert {state: found.outcomes[state] for state in states} == {
        state: recount.outcomes_through(state) for state in states
    }
    assert (found.ways, found.stops) == (recount.ways(), recount.stops())
    listed = {each.execution: set(pairs_in(each.ways)) for each in seen.ended}
    listed |= {each.execution: set(pairs_in(each.ways)) for each in seen.open}
    assert listed == {
        each.arn: {">".join(way) for way in pairwise(each.path)} for each in recount.all if each.arn in listed
    }, "each way opens its cases"
    assert all(each.arn in listed or each.did_nothing for each in recount.all if each.last_end)
    nothing = sum(each.did_nothing for each, _ in recount.ends)
    assert (found.cases, found.nothing) == (len(list(recount.ends)) - nothing, nothing)


def test_times_of_each_state_and_to_the_power(seen: Recorded, recount: Recount) -> None:
    found = durations(seen.slices)
    assert {outcome: times.number for outcome, times in found.outcomes} == recount.outcomes()
    exact = {state: list(map(sum, cases)) for state, cases in recount.states().items()}
    exact |= {"": certain_to_restored(recount), "wait#enedis": recount.waits_for_enedis()}
    enedis = times_of(waits(seen.slices)["wait#enedis"])
    for state, times in [*found.states, ("", times_of(found.certain)), ("wait#enedis", enedis)]:
        took = sorted(exact[state])
        assert times.number == len(took), state
        for value, place in ((times.median, (len(took) - 1) // 2), (times.longest, -1)):
            assert value is not None
            assert took[place] / WIDTH - 1 <= value <= took[place] * WIDTH + 1, state


def certain_to_restored(told: Recount) -> list[float]:
    """From the entry into what follows after the rules had said yes to the last look at the case: milliseconds."""
    found: list[float] = []
    for each, end in told.ends:
        if end.outcome == "RESTORED":
            assert each.certain_at is not None
            shown = [stay.left for stay in each.stays if stay.state == "ReadCase" and stay.left][-1]
            found.append((shown - each.certain_at).total_seconds() * 1000)
    return found


def test_who_stands_where_and_waits_for_whom(seen: Recorded, recount: Recount) -> None:
    assert {each.limitation_id: (each.state, each.waits_for) for each in seen.open} == {
        each.limitation: (each.path[-1], PARTIES[each.path[-1]] if each.runs else "us") for each in recount.open
    }
    assert len(seen.open) == len(recount.open)
    found = now_of(seen.open, utc_now(), TARGETS)
    assert len(found.waiting) == len({each.limitation for each in recount.open if each.ever_certain})
    assert len(found.stopped) == sum(not each.runs for each in recount.open)
    assert len(found.advised) == sum(each.runs and each.path[-1] == "WaitForAdvisor" for each in recount.all)


def test_promises_of_advisors_and_technicians(world: World, seen: Recorded, recount: Recount) -> None:
    found = promises(seen.slices, seen.open, utc_now())
    asked = sum("WaitForAdvisor" in each.path for each in recount.concerned)
    visited = sum(it["intent"] == "TECHNICIAN" for it in world.stage.items("OrdersTable", "intent"))
    assert [found[what].number for what in (Promised.ADVISOR, Promised.TECHNICIAN)] == [asked, visited]
    assert found[Promised.REMOTE].sums["broken"] == sum(bool(end.stopped_in) for _, end in recount.ends)


def test_how_far_customers_came_each_once(seen: Recorded, recount: Recount) -> None:
    found = came(seen.slices, seen.open)
    assert (found.concerned, found.certain, found.ordered, found.restored) == (
        recount.customers(),
        recount.customers(lambda each: each.ever_certain),
        recount.customers(lambda each: each.ever_ordered),
        recount.customers_ended("RESTORED"),
    )
    assert (found.balance_due, found.left, found.failed) == (
        recount.customers_ended("BALANCE_DUE"),
        recount.customers_ended("REFUSED", "LEFT_TO_ADVISOR"),
        recount.customers_ended("FAILED"),
    )
    checks = [each for each in recount.concerned if each not in recount.payers]
    assert found.checked == sum(not each.runs and not each.has_failed for each in checks)


def test_a_word_has_one_figure_on_each_screen_and_in_the_report(seen: Recorded) -> None:
    found, lines = came(seen.slices), report_lines(seen.slices)
    for word in ("concerned", "certain", "ordered", "restored", "balance_due", "left", "failed", "checked"):
        assert lines[word] == getattr(found, word), word
    by_outcome = dict(durations(seen.slices).outcomes)
    restored = durations(seen.slices).populations[Population.RESTORED].number
    drawn = flow_of(seen.slices, seen.signatures).visits("Restored")
    assert {found.restored, by_outcome["RESTORED"].number, restored, drawn} == {found.restored}
    at_advisors = next(each for each in awaited(seen.open, utc_now()) if each.party is Party.ADVISOR)
    assert len(now_of(seen.open, utc_now(), TARGETS).advised) == at_advisors.all.number


def report_lines(slices: Sequence[Slice]) -> Mapping[str, float | None]:
    period, objectives = Period(slices, {}), Objectives(TARGETS, {})
    return {each.name: each.value for each in indicators(period, period, None, objectives, None)}


def test_failures_by_state_and_error(seen: Recorded, recount: Recount) -> None:
    steps = Steps.over(utc_now() - HOUR, utc_now(), timedelta(hours=1))
    found = incidents(Counted(seen.slices, ()), seen.signatures, seen.open, seen.ended, steps)
    assert {(each.signature.state, each.signature.error): (each.times, each.customers) for each in found} == (
        recount.failures()
    )
    for each in found:
        assert {case.limitation_id for case in each.held} == {
            told.limitation
            for told in recount.open
            if not told.runs and told.ends[-1].stopped_in == each.signature.state
        }


def test_rules_that_matched_and_decisions_that_went_to_advisors(world: World, seen: Recorded, recount: Recount) -> None:
    taken: Counter[str] = Counter()
    manual: Counter[str] = Counter()
    matched: Counter[tuple[str, str]] = Counter()
    for item in decisions(world, recount):
        taken[str(item["decision"])] += 1
        manual[str(item["decision"])] += sends_to_an_advisor(json.loads(unpacked(bytes(item["value"]))))
        grounds = json.loads(unpacked(bytes(item["grounds"])))
        matched.update({(str(item["version"]), rule) for _, rule in {(it["decision"], it["rule"]) for it in grounds}})
    assert matched
    found = counted(seen.slices)
    assert (found.rules, found.taken, found.manual) == (matched, taken, manual)


def decisions(world: World, recount: Recount) -> Sequence[Mapping[str, Any]]:
    """The records of decisions that an execution asked for before one of its ends."""
    by_name = {told.arn.rpartition(":")[2]: told for told in recount.all if not told.did_nothing}
    found = []
    for item in world.stage.items("DecisionsTable", "decidedAt"):
        asker = by_name.get(str(item.get("askedBy", "")).partition("/")[0])
        if asker and "grounds" in item:
            decided = from_text(str(item["decidedAt"]).partition("#")[0])
            found += [item] * any(decided <= end.at for end in asker.ends)
    return found


def test_codes_that_enedis_returned(world: World, seen: Recorded, recount: Recount) -> None:
    under_way = {told.limitation for told in recount.all if told.runs}
    codes: Counter[tuple[str, str]] = Counter()
    for item in world.stage.items("OrdersTable", "reference"):
        if "status" in item and str(item["reference"]).partition("/")[0] not in under_way:
            accepted = item["status"] == "ACCEPTED"
            codes[str(item["intent"]), "SGT200" if accepted else str(item.get("code") or item["status"])] += 1
    found = returned(seen.slices)
    assert {(each.intent, code): times for each in found for code, times in each.codes.items()} == codes
    assert {each.intent: each.accepted for each in found} == {
        each.intent: codes[each.intent, "SGT200"] for each in found
    }


def test_screens_show_what_cloudwatch_has_of_payments_and_calls(world: World, recount: Recount) -> None:
    assert recount
    since, until = (int((utc_now() + hours * HOUR).timestamp() * 1000) for hours in (-1, 1))
    context = {"lang": "en", "widgetContext": {"timeRange": {"start": since, "end": until}}}
    overview, enedis = (ask_of(world.stage)({"screen": screen, **context}) for screen in ("overview", "enedis"))
    assert re.search(r">[1-9]\d* payments? received<", overview)
    calls = sum(value for (_, name), value in world.cloud.metrics.items() if name in CALLS)
    assert f">{number(round(calls))}<" in enedis


def test_each_end_is_measured_once_through_repeats_losses_and_redrives(
    world: World, record: Record, recount: Recount
) -> None:
    """What was measured equals what the histories count, by kind; of all only failures are late."""
    orders = world.stage.items("OrdersTable", "intent")
    technicians = {str(it["reference"]).partition("/")[0] for it in orders if it["intent"] == "TECHNICIAN"}
    expected: Counter[str] = Counter()
    for told, end in recount.ends:
        if not told.did_nothing:
            ordered = ORDERED & {stay.state for stay in told.stays if stay.entered_in <= end.redrives}
            kind = "Early" if not ordered else "Technician" if told.limitation in technicians else "Remote"
            expected.update([f"{kind}Ended"] + [f"{kind}InTime"] * (not end.stopped_in))
    assert len(expected) == 6

    def measured() -> dict[str, int]:
        return {name: int(value) for (_, name), value in world.cloud.metrics.items() if name in expected}

    world.wait(lambda: measured() == expected, f"the measurements {expected}")
    completeness = record.read.completeness()
    assert completeness is not None
    assert completeness.unreconciled == 0
