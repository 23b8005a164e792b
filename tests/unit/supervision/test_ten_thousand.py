"""10,000 made cases, told with lines lost, repeated and out of order: each word equals a recount by another way.

How they are made and told: :mod:`tests.unit.supervision.ten_thousand`.
"""

import csv
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

import supervision
from record.domain.incidents import incidents
from record.domain.promises import Terms
from record.domain.record import Slice
from record.domain.states import STEP_OF, Party
from record.domain.steps import pairs_in, ways_of
from record.domain.tally import WIDTH, Count, Tally
from supervision.assumptions import Assumption, assumptions
from supervision.figures.branches import flow_of
from supervision.figures.customers import Now, came, customers_of, promises, waited_at, without_advisor
from supervision.figures.durations import Population, outcomes, populations, states
from supervision.figures.enedis import ACCEPTED, returned, waits
from supervision.figures.report import values_of
from supervision.figures.rules import counted
from supervision.figures.running import ages_of, awaited
from supervision.figures.value import Worth, after_paying, worth
from tests.end_to_end.histories import OUTSIDE, Told
from tests.end_to_end.recount import Recount
from tests.unit.supervision.ten_thousand import (
    DAY,
    HOUR,
    NOW,
    TERMS,
    Kept,
    Played,
    made,
    orders_of,
    payments,
    play,
    told_of,
)

pytestmark = pytest.mark.explored
MONTH, MILLISECOND = DAY.date().replace(day=1), timedelta(milliseconds=1)
FILE = Path(supervision.__file__).with_name("assumptions.csv")
with FILE.open(encoding="utf-8", newline="") as file:
    VALUE = {line["name"]: float(line["value"]) for line in csv.DictReader(file) if line["value"]}
"""Of the table; Enedis' prices are not in it."""


@pytest.fixture(scope="module")
def played() -> Played:
    dice = random.Random(29)  # noqa: S311
    cases = made(dice)
    newest = {each.customer: each.execution for each in cases}.values()
    kept = Kept(
        cases={each.execution: each for each in cases},
        released={each.execution for each in cases} - set(newest),
        payments=payments(cases),
    )
    return play(cases, kept, dice)


@pytest.fixture(scope="module")
def recount(played: Played) -> Recount:
    return Recount([*map(told_of, played.cases)], [order for each in played.cases for order in orders_of(each)])


def assert_shares(count: Count, took: Sequence[float], *shares: float) -> None:
    """Whether a count has as many durations, and these shares of them within a bucket."""
    exact = sorted(took)
    assert count.times == len(exact)
    for share in shares:
        right = exact[-int(-share * len(exact) // 1) - 1]
        assert right / WIDTH - 1 <= (count.percentile(share) or 0) <= right * WIDTH + 1


WORDS = ("concerned", "certain", "ordered", "restored", "balance_due", "left", "failed", "checked")


def test_each_word_equals_a_recount_and_is_the_same_on_every_screen_and_in_the_report(
    played: Played, recount: Recount
) -> None:
    found, recounted = came(played.slices, played.open), dict(zip(WORDS, recount.words.values(), strict=True))
    assert all(recounted.values())
    assert {word: found[word] for word in recounted} == recounted
    lines = {name: value for (name, _), value in values_of(played.slices, {}, (), TERMS.remote).items()}
    ended = came(played.slices)
    assert {word: lines[word] for word in recounted} == {word: ended[word] for word in recounted}
    drawn, flow = populations(played.slices), flow_of(played.slices, {})
    assert flow.visits("Restored") == drawn[Population.RESTORED].number == recounted["restored"]


def test_promises_made_kept_and_broken(played: Played, recount: Recount) -> None:
    now, terms = DAY + timedelta(hours=20), {"check": TERMS.check, "remote": TERMS.remote, "advisor": TERMS.answer}
    terms |= {"bank": TERMS.clearing, "technician": timedelta(days=5)}
    expected: Counter[tuple[str, str]] = Counter()
    for part, what, first, last in recount.promised():
        due = first.entered + terms[what]
        is_open = last.left is None and part.runs and due >= now
        expected[what, "kept" if last.left and last.left <= due else "open" if is_open else "broken"] += 1
    assert len(expected) == 3 * 5 - 2, "each may be kept, broken and open, but that no check is open and no visit late"
    found = promises(played.slices, [each for case in played.open for each in case.promises], now)
    assert {(what, word): value for what, count in found.items() for word, value in count.sums.items()} == expected
    assert {what: count.number for what, count in found.items()} == {
        what: sum(value for (name, _), value in expected.items() if name == what) for what in terms
    }


def test_cases_that_ended_without_an_advisor(played: Played, recount: Recount) -> None:
    alone, ended = len(recount.alone()), len(recount.ended_well())
    assert without_advisor(played.slices) == (alone, ended)
    assert 0 < alone < ended


def test_who_waits_now_and_for_whom(played: Played, recount: Recount) -> None:
    found, (running, held) = Now(played.open, NOW, Terms()), by_running(recount)
    assert len(found.waiting) == sum(bool(each.certain_at) for each in recount.open)
    asked = [each for each in running if each.path[-1] == "CheckPayment"]
    paid = [each for each in [*held, *asked] if each.trigger == "PaymentReceived"]
    assert len(found.unchecked) == sum(not each.certain_at for each in paid)
    assert (len(found.stopped), found.paid) == (len(held), len(found.waiting) + len(found.unchecked))
    at = Counter(OUTSIDE.get(each.path[-1]) for each in running)
    rows = awaited(played.open)
    by_party = {party.value: len(every) for party, every, _ in rows}
    older = [sum(NOW - each.since >= age for each in played.open) for age in (HOUR, 24 * HOUR, 168 * HOUR)]
    ages = ages_of(played.open, NOW)
    assert [sum(ages[place:]) for place in range(4)] == [len(played.open), *older]
    assert sum(len(its) for *_, states in rows for _, its in states) == len(played.open)
    assert (len(found.advised), by_party["bank"]) == (by_party["advisor"], at["bank"]) == (at["advisor"], at["bank"])
    since = {each.execution: each.since for each in played.open if each.waits_for == "enedis"}
    assert since == {each.arn: each.waits_since for each in running if each.arn in since} != {}, "not at this look"


def by_running(recount: Recount) -> tuple[Sequence[Told], Sequence[Told]]:
    """The open cases: those that run, and those that an incident holds."""
    running, held = ([each for each in recount.open if each.runs is runs] for runs in (True, False))
    return running, held


def test_who_waited_at_a_moment_of_the_day_before(played: Played, recount: Recount) -> None:
    moment, kept = DAY + timedelta(hours=9), played.kept
    ended = [each for each in kept.ended_cases() if each.status == "SUCCEEDED" or each.execution in kept.released]
    waiting = [each for each in recount.concerned if each.certain_at and each.certain_at <= moment]
    goes_on = {each.arn for each in recount.open} | {
        each.arn for each in waiting if each.ends and each.ends[-1].at > moment
    }
    waited = {each.limitation for each in waiting if each.arn in goes_on}
    assert customers_of(waited_at(moment, ended, played.open)) == len(waited) > 0


def test_times_of_states_and_waits_are_those_of_whole_cases(played: Played, recount: Recount) -> None:
    took: dict[str, list[float]] = {state: [*map(sum, stays)] for state, stays in recount.states().items()}
    took["wait#enedis"] = recount.waits_for_enedis()
    for told, end in recount.ends:
        took.setdefault(end.outcome, []).append(told.until(end.redrives).took)
    mean = populations(played.slices)[Population.RESTORED].mean
    assert mean == pytest.approx(sum(took["RESTORED"]) / len(took["RESTORED"]), rel=0.01)
    wait = "wait#enedis", waits(played.slices)["wait#enedis"]
    found = [*outcomes(played.slices), *states(played.slices), wait]
    assert {state for state, _ in found} == set(took)
    for state, count in found:
        assert_shares(count, took[state], 0.5, 0.95)


def test_states_steps_and_ways_are_those_of_the_cases(played: Played, recount: Recount) -> None:
    """How often, how long, and which cases each way opens."""
    flow, steps = flow_of(played.slices, played.kept.signatures), recount.steps(STEP_OF)
    for each in played.cases:
        kept = ways_of(played.kept.courses[each.execution].course.visits)
        assert set(pairs_in(kept)) == {">".join(way) for way in pairwise(each.path)}, "an open case has its ways, too"
    assert (flow.ways, flow.stops) == (recount.ways(), recount.stops())
    for counts, right in ((flow.states, recount.states()), (flow.steps, steps)):
        assert {name: count.number for name, count in counts.items()} == {
            name: sum(map(len, stays)) for name, stays in right.items()
        }
    for step, count in flow.steps.items():
        assert_shares(count, [*map(sum, steps[step])], 0.95)


def test_failures_count_customers_each_once(played: Played, recount: Recount) -> None:
    found = incidents(played.slices, (), played.kept.signatures, played.open)
    failures = recount.failures()
    assert {
        (each.signature.state, each.signature.error): (each.seen.total(), each.customers) for each in found
    } == failures
    for one in found:
        mine = one.signature.state, one.signature.error
        assert one.holds == len({each.limitation for each in by_running(recount)[1] if each.stopped == mine})
        ends = [end for _, end in recount.ends if (end.stopped_in, end.error) == mine]
        assert one.seen == Counter(end.at.replace(minute=0, second=0, microsecond=0) for end in ends)


def test_rules_and_what_enedis_returned(played: Played, recount: Recount) -> None:
    acted = {told.arn for told, _ in recount.ends if not told.did_nothing}
    found, ended = counted(played.slices), [each for each in played.cases if each.execution in acted]
    assert found.rules == Counter(("v1", match.rule) for each in ended for _, match in each.rules)
    asked = sum("WaitForAdvisor" in each.path for each in ended)
    decided = {name: (each.number, each.sums.get("manual", 0)) for name, each in found.decisions.items()}
    assert decided == {"coverage": (len(ended), asked)}
    codes, said = recount.codes(), Counter[tuple[str, str]]()
    for intent, its in returned(played.slices).items():
        assert its.sums[ACCEPTED] == codes[intent, "SGT200"]
        said.update({(intent, code): number for code, number in its.sums.items() if code != ACCEPTED})
    assert said == codes


# ── What a month was worth ──


def test_time_after_paying_is_that_of_the_cases_by_who_took_it(played: Played, recount: Recount) -> None:
    paid = played.kept.payments
    exact: dict[str, list[float]] = {}
    whole: Counter[str] = Counter()
    for each in recount.all:
        if each.arn in paid:
            heard, at = (None if ago is None else each.started - ago * MILLISECOND for ago in paid[each.arn])
            assert heard
            parts = each.split(at, heard)
            for part, milliseconds in {**parts, "all": sum(parts.values())}.items():
                if at is not None or part not in {"billing", "all"}:
                    exact.setdefault(part, []).append(milliseconds)
                    whole[part] += 0 if at is None else round(milliseconds)
    every, parts_of = after_paying(played.slices)
    counts = {"remote" if part is Party.ENEDIS else part.value: count for part, count in parts_of.items()}
    counts["all"] = every
    assert counts["remote"].number == len(paid) > len(exact["all"]) > 0
    assert {name: count.sums.get("ms", 0) for name, count in counts.items()} == whole
    for name, count in counts.items():
        assert_shares(count, exact[name], 0.95)


SUMS = {"messages": 900, "payments": 5000}


def worth_of(played: Played, assumed: Mapping[str, Assumption], sums: Mapping[str, int] = SUMS) -> Worth:
    """With a case in shadow, for which nobody did anything."""
    shadow = Slice(DAY, timedelta(hours=1), "SHADOW", "-", Tally({"ended": Count.once(1, alone=1)}))
    return worth([*played.slices, shadow], {"LETTER": 40, "SMS": 3}, sums, assumed)


def exactly(found: Worth) -> Decimal:
    return sum((each.worth for each in found.lines if each.worth is not None), Decimal())


def minutes(recount: Recount, each_restored: float = VALUE["minutes.RESTORED"]) -> float:
    """Of the cases of somebody who paid, that ended well and in which no advisor was asked."""
    alone = Counter(each.ends[-1].outcome for each in recount.alone())
    values = {**VALUE, "minutes.RESTORED": each_restored}
    return sum(number * values.get(f"minutes.{name}", VALUE["minutes.OTHER"]) for name, number in alone.items())


def test_euros_are_those_of_a_recount_and_what_has_no_price_is_named(played: Played, recount: Recount) -> None:
    found = worth_of(played, assumptions(MONTH))
    assert float(found.minutes) == minutes(recount)
    acted = 1 + sum(not told.did_nothing for told, _ in recount.ends)
    aws = 5000 * VALUE["aws.payments"] / 1e6 + acted * VALUE["aws.cases"] / 1e3 + VALUE["aws.month"]
    reminders = 40 * VALUE["reminder.LETTER"] + 3 * VALUE["reminder.SMS"] * VALUE["dollar"]
    costs = (900 * VALUE["message"] + aws) * VALUE["dollar"]
    euros = minutes(recount) * VALUE["advisor.minute"] + reminders - costs
    assert float(exactly(found)) == pytest.approx(euros, abs=1e-6)
    assert found.balance == sum(round(each.worth or 0) for each in found.lines) != round(euros), "as lines are shown"
    ordered = ["enedis.REMOTE", "enedis.TECHNICIAN", "enedis.RAISE_FLOOR"]
    assert [each.assumed.name for each in found.unpriced] == ordered, "nothing was called back"
    unmeasured = worth_of(played, assumptions(MONTH), {"payments": 5000})
    assert float(exactly(unmeasured) - exactly(found)) == pytest.approx(900 * VALUE["message"] * VALUE["dollar"])
    assert [each.assumed.name for each in unmeasured.unpriced] == ["message", *ordered]


def changed(name: str, value: str) -> Mapping[str, Assumption]:
    usual = assumptions(MONTH)
    return {**usual, name: replace(usual[name], value=Decimal(value))}


def test_one_assumption_that_changes_moves_its_own_figures_alone(played: Played, recount: Recount) -> None:
    before, after = (worth_of(played, each) for each in (assumptions(MONTH), changed("minutes.RESTORED", "8")))
    fewer = float(before.minutes - after.minutes)
    restored = len(played.kept.payments)
    assert (float(after.minutes), fewer) == (minutes(recount, 8), (VALUE["minutes.RESTORED"] - 8) * restored)
    priced = worth_of(played, changed("enedis.REMOTE", "12.50"))
    assert exactly(before) - exactly(priced) == Decimal("12.5") * recount.codes()["REMOTE", "SGT200"]
    assert len(priced.unpriced) == len(before.unpriced) - 1
    moved = [one.assumed.name for one, other in zip(before.lines, after.lines, strict=True) if one != other]
    assert moved == ["advisor.minute"]
