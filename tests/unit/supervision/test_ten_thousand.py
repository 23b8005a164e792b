"""10,000 made cases, told with lines lost, repeated and out of order: each word equals a recount by another way.

How they are made and told: :mod:`tests.unit.supervision.ten_thousand`.
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate, groupby, pairwise
from pathlib import Path

import pytest

import supervision
from record.domain.incidents import Steps, incidents
from record.domain.promises import Terms
from record.domain.record import Slice
from record.domain.states import STEP_OF
from record.domain.steps import pairs_in, ways_of
from record.domain.tally import WIDTH, Count, Tally
from supervision.assumptions import Assumption, assumptions
from supervision.figures.branches import flow_of
from supervision.figures.customers import came, customers_of, now_of, promises, waited_at, without_advisor
from supervision.figures.durations import Population, durations
from supervision.figures.enedis import ACCEPTED, returned, waits
from supervision.figures.report import Objectives, Period, indicators
from supervision.figures.rules import counted
from supervision.figures.running import awaited
from supervision.figures.value import Facts, after_paying, worth
from tests.unit.supervision.ten_thousand import (
    DAY,
    ENEDIS,
    HOUR,
    NOW,
    TERMS,
    Case,
    Kept,
    Played,
    made,
    payments,
    play,
)

OUTSIDE = dict.fromkeys(ENEDIS, "remote") | {"WaitForBank": "bank", "WaitForAdvisor": "advisor"}
pytestmark = pytest.mark.explored
MONTH = DAY.date().replace(day=1)
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


def customers(cases: Sequence[Case]) -> int:
    return len({each.customer for each in cases})


def test_each_word_equals_a_recount_and_is_the_same_on_every_screen_and_in_the_report(played: Played) -> None:
    found, cases = came(played.slices, played.open), played.cases
    payers = [each for each in cases if each.pays]
    recounted = {
        "concerned": customers(payers),
        "certain": customers([each for each in payers if each.certain]),
        "ordered": customers([each for each in payers if each.certain and "AnnounceOrder" in each.path]),
        "restored": customers([each for each in cases if each.outcome == "RESTORED"]),
        "balance_due": customers([each for each in payers if each.outcome == "BALANCE_DUE"]),
        "left": customers([each for each in cases if each.outcome == "LEFT_TO_ADVISOR"]),
        "failed": customers([each for each in cases if each.failed or each.fails_first]),
        "checked": sum(each.is_check for each in cases),
    }
    assert all(recounted.values())
    assert {word: getattr(found, word) for word in recounted} == recounted
    period = Period(played.slices, {})
    lines = {each.name: each.value for each in indicators(period, period, None, Objectives(Terms(), {}), None)}
    ended = came(played.slices)
    assert {word: lines[word] for word in recounted} == {word: getattr(ended, word) for word in recounted}
    drawn = durations(played.slices)
    flow = flow_of(played.slices, {})
    assert flow.visits("Restored") == drawn.populations[Population.RESTORED].number == recounted["restored"]


def promised(each: Case) -> Iterator[tuple[str, int, int | None]]:
    """What was promised in a case, since when, and when that came: read off its steps, in milliseconds."""
    ends, runs = list(accumulate((took for _, took in each.stays), initial=each.began)), list[tuple[str, int, int]]()
    for place, state in enumerate(each.path):
        what = OUTSIDE.get(state, "check")
        if what != "check" and [run[0] for run in runs[-2:]] == [what, "check"]:
            runs.pop()
        first = runs.pop()[1] if runs and runs[-1][0] == what else place
        runs.append((what, first, place))
    if each.outcome is None and runs[-1][0] == "check" and "CheckPayment" not in each.path[runs[-1][1] :]:
        runs[-2:] = [(*runs[-2][:2], runs[-1][2])]
    for what, first, last in runs:
        is_over = last < len(each.path) - 1 or each.outcome not in {None, "FAILED"}
        if what != "check" or "CheckPayment" in each.path[first : last + 1]:
            is_visit = what == "remote" and each.intent == "TECHNICIAN" and "AnnounceOrder" in each.path
            yield "technician" if is_visit else what, ends[first], ends[last + 1] if is_over else None


def test_promises_made_kept_and_broken(played: Played) -> None:
    now, terms = DAY + timedelta(hours=20), {"check": TERMS.check, "remote": TERMS.remote, "advisor": TERMS.answer}
    terms |= {"bank": TERMS.clearing, "technician": timedelta(days=5)}
    expected: Counter[tuple[str, str]] = Counter()
    for each in played.cases:
        for what, since, ended in promised(each) if each.outcome != "JOINED" else ():
            due = since + terms[what] // timedelta(milliseconds=1)
            is_open = ended is None and not each.failed and due >= now.timestamp() * 1000
            expected[what, "kept" if ended and ended <= due else "open" if is_open else "broken"] += 1
        expected["remote", "broken"] += each.fails_first
    assert len(expected) == 3 * 5 - 2, "each may be kept, broken and open, but that no check is open and no visit late"
    found = promises(played.slices, [each for case in played.open for each in case.promises], now)
    assert {(what, word): value for what, count in found.items() for word, value in count.sums.items()} == expected
    assert {what: count.number for what, count in found.items()} == {
        what: sum(value for (name, _), value in expected.items() if name == what) for what in terms
    }


def test_cases_that_ended_without_an_advisor(played: Played) -> None:
    ended = [each for each in played.cases if each.pays and each.outcome not in {None, "FAILED"}]
    alone = sum("WaitForAdvisor" not in each.path for each in ended)
    assert without_advisor(played.slices) == (alone, len(ended))
    assert 0 < alone < len(ended)


def test_who_waits_now_and_for_whom(played: Played) -> None:
    found, running = now_of(played.open, NOW, Terms()), [each for each in played.cases if each.outcome is None]
    held = [each for each in played.cases if each.failed and each.execution not in played.kept.released]
    assert len(found.waiting) == sum(bool(each.certain) for each in [*running, *held])
    asked = [each for each in running if each.path[-1] == "CheckPayment"]
    paid = [each for each in [*held, *asked] if each.trigger == "PaymentReceived"]
    assert len(found.unchecked) == sum(not each.certain for each in paid)
    assert (len(found.stopped), found.paid) == (len(held), len(found.waiting) + len(found.unchecked))
    at = Counter(OUTSIDE.get(each.path[-1]) for each in running)
    rows = awaited(played.open, NOW)
    by_party = {party.value: every.number for party, every, _ in rows}
    older = [sum(NOW - each.since >= age for each in played.open) for age in (HOUR, 24 * HOUR, 168 * HOUR)]
    ages = [sum(every.ages[place] for _, every, _ in rows) for place in range(4)]
    assert [sum(ages[place:]) for place in range(4)] == [len(played.open), *older]
    assert sum(its.number for *_, states in rows for _, its in states) == len(played.open)
    assert (len(found.advised), by_party["bank"]) == (by_party["advisor"], at["bank"]) == (at["advisor"], at["bank"])
    since = {each.execution: each.since.timestamp() * 1000 for each in played.open if each.waits_for == "enedis"}
    assert since
    for each in running:
        if each.execution in since:
            begun = each.began + sum(took for _, took in each.stays[: each.path.index("ReadPoint")])
            assert since[each.execution] == begun, "the wait began with the first word to Enedis, not at this look"


def test_who_waited_at_a_moment_of_the_day_before(played: Played) -> None:
    moment, kept = DAY + timedelta(hours=9), played.kept
    ended = [each for each in kept.ended_cases() if each.status == "SUCCEEDED" or each.execution in kept.released]
    at = moment.timestamp() * 1000
    waited = set()
    for each in played.cases:
        if each.certain and each.outcome != "JOINED":
            end = each.began + sum(took for _, took in each.stays)
            is_open = each.outcome is None or (each.failed and each.execution not in kept.released)
            if each.certain <= at and (is_open or end > at):
                waited.add(each.customer)
    assert customers_of(waited_at(moment, ended, played.open)) == len(waited) > 0


def test_times_of_states_and_waits_are_those_of_whole_cases(played: Played) -> None:
    took: dict[str, list[int]] = {}
    for each in played.cases:
        for outcome, stays in each.parts:
            whole = stays if (outcome == "FAILED") > each.failed else each.stays
            took.setdefault(outcome, []).append(sum(milliseconds for _, milliseconds in whole))
            by_state: Counter[str] = Counter()
            for state, milliseconds in stays:
                by_state[state] += milliseconds
            for state, milliseconds in by_state.items():
                took.setdefault(state, []).append(milliseconds)
            places = [place for place, (state, _) in enumerate(stays) if state in ENEDIS]
            if places:
                span = sum(milliseconds for _, milliseconds in stays[places[0] : places[-1] + 1])
                took.setdefault("wait#enedis", []).append(span)
        if each.outcome == "JOINED":
            took.setdefault("JOINED", []).append(sum(milliseconds for _, milliseconds in each.stays))
    drawn = durations(played.slices)
    mean = drawn.populations[Population.RESTORED].mean
    assert mean == pytest.approx(sum(took["RESTORED"]) / len(took["RESTORED"]), rel=0.01)
    found = [*drawn.outcomes, *drawn.states, ("wait#enedis", waits(played.slices)["wait#enedis"])]
    assert {state for state, _ in found} == set(took)
    for state, count in found:
        exact = sorted(took[state])
        assert count.times == len(exact), state
        for share in (0.5, 0.95):
            value, right = count.percentile(share), exact[-int(-share * len(exact) // 1) - 1]
            assert value is not None
            assert right / WIDTH - 1 <= value <= right * WIDTH + 1, state


def test_states_steps_and_ways_are_those_of_the_cases(played: Played) -> None:
    """How often, how long, and which cases each way opens."""
    flow = flow_of(played.slices, played.kept.signatures)
    took: dict[str, list[int]] = {}
    stays: Counter[str] = Counter()
    ways: Counter[tuple[str, str]] = Counter()
    left_it: Counter[str] = Counter()
    for each in played.cases:
        kept = ways_of(played.kept.courses[each.execution].course.visits)
        assert set(pairs_in(kept)) == {">".join(way) for way in pairwise(each.path)}, "an open case has its ways, too"
        if each.parts:
            ways.update(pairwise(each.path))
        for _, part in each.parts:
            left_it.update(state for state, _ in part)
        redriven, left = each.path.index("ReadPoint") if each.fails_first else 0, Counter[tuple[bool, str]]()
        for step, its in groupby(enumerate(each.stays), key=lambda it: STEP_OF[it[1][0]]):
            *_, (last, _) = group = [*its]
            if each.parts and not (each.failed and last == len(each.stays) - 1):
                stays[step] += 1
                left[last < redriven, step] += sum(milliseconds for _, (_, milliseconds) in group)
        for (_, step), milliseconds in left.items():
            took.setdefault(step, []).append(milliseconds)
    assert flow.ways == ways
    stops = Counter(each.path[-1] for each in played.cases if each.failed)
    assert flow.stops == stops + Counter({"ReadPoint": sum(each.fails_first for each in played.cases)})
    assert {state: count.number for state, count in flow.states.items()} == left_it
    assert {step: count.number for step, count in flow.steps.items()} == stays
    for step, count in flow.steps.items():
        right = sorted(took[step])[-int(-0.95 * len(took[step]) // 1) - 1]
        assert right / WIDTH - 1 <= (count.percentile(0.95) or 0) <= right * WIDTH + 1


def test_failures_count_customers_each_once(played: Played) -> None:
    steps = Steps.over(DAY, NOW, timedelta(hours=1))
    found = incidents(played.slices, (), played.kept.signatures, played.open, steps)
    failed = [each for each in played.cases if each.failed or each.fails_first]
    for state in ("CheckPayment", "ReadPoint"):
        mine = [each for each in failed if state == ("ReadPoint" if each.fails_first else each.path[-1])]
        [one] = [each for each in found if each.signature.state == state]
        held = [each for each in mine if each.failed and each.execution not in played.kept.released]
        assert (one.times, one.customers, one.holds) == (len(mine), customers(mine), customers(held))
        ran = [sum(took for _, took in (each.parts[0][1] if each.fails_first else each.stays)) for each in mine]
        hours = Counter((each.began + took) // 3_600_000 for each, took in zip(mine, ran, strict=True))
        assert [number for number in one.series if number] == [hours[hour] for hour in sorted(hours)]


def test_rules_and_what_enedis_returned(played: Played) -> None:
    found, ended = counted(played.slices), [each for each in played.cases if each.parts]
    assert found.rules == Counter(("v1", match.rule) for each in ended for _, match in each.rules)
    asked = sum("WaitForAdvisor" in each.path for each in ended)
    decided = {name: (each.number, each.sums.get("manual", 0)) for name, each in found.decisions.items()}
    assert decided == {"coverage": (len(ended), asked)}
    for intent, its in returned(played.slices).items():
        codes = Counter(code for each in ended if each.intent == intent for code in each.codes)
        assert (its.number, its.sums) == (sum(codes.values()), {**codes, ACCEPTED: codes["SGT200"]})


# ── What a month was worth ──


def took(each: Case, told: int, at: int | None) -> Mapping[str, int]:
    """What each party took of a case, in milliseconds: read off its steps."""
    begins = list(accumulate((stay for _, stay in each.stays), initial=0))
    at_enedis = [place for place, state in enumerate(each.path) if state in ENEDIS]
    first, last = at_enedis[0], at_enedis[-1]
    billing, bank = (
        sum(stay for state, stay in each.stays[:first] if state == name) for name in ("CheckPayment", "WaitForBank")
    )
    enedis = begins[last + 1] - begins[first]
    ours = told + begins[last + 1] - billing - bank - enedis
    return {"billing": billing + (0 if at is None else at - told), "bank": bank, "us": ours, "enedis": enedis}


def test_time_after_paying_is_that_of_the_cases_by_who_took_it(played: Played) -> None:
    paid = played.kept.payments
    exact: dict[str, list[int]] = {}
    whole: Counter[str] = Counter()
    for each in played.cases:
        if each.execution in paid:
            told, at = paid[each.execution]
            parts = took(each, told, at)
            for part, milliseconds in {**parts, "all": sum(parts.values())}.items():
                if at is not None or part not in {"billing", "all"}:
                    exact.setdefault(part, []).append(milliseconds)
                    whole[part] += 0 if at is None else milliseconds
    every, parts_of = after_paying(played.slices)
    counts = {**{part.value: count for part, count in parts_of.items()}, "all": every}
    assert counts["enedis"].number == len(paid) > len(exact["all"]) > 0
    assert {name: (count.number, count.sums.get("ms", 0)) for name, count in counts.items()} == {
        name: (len(times), whole[name]) for name, times in exact.items()
    }
    for name, count in counts.items():
        right = sorted(exact[name])[-int(-0.95 * len(exact[name]) // 1) - 1]
        assert right / WIDTH - 1 <= (count.percentile(0.95) or 0) <= right * WIDTH + 1, name


def facts(played: Played, messages: int | None = 900) -> Facts:
    """With a case in shadow, for which nobody did anything."""
    shadow = Slice(DAY, timedelta(hours=1), "SHADOW", "-", Tally({"ended": Count.once(1, alone=1)}))
    return Facts([*played.slices, shadow], {"LETTER": 40, "SMS": 3}, messages, 5000)


def minutes(cases: Sequence[Case], each_restored: float = VALUE["minutes.RESTORED"]) -> float:
    """Of the cases of somebody who paid, that ended well and in which no advisor was asked."""
    ended = (each for each in cases if each.pays and each.outcome not in {None, "FAILED"})
    alone = Counter(each.outcome for each in ended if "WaitForAdvisor" not in each.path)
    values = {**VALUE, "minutes.RESTORED": each_restored}
    return sum(number * values.get(f"minutes.{name}", VALUE["minutes.OTHER"]) for name, number in alone.items())


def test_euros_are_those_of_a_recount_and_what_has_no_price_is_named(played: Played) -> None:
    found = worth(facts(played), assumptions(MONTH))
    assert float(found.minutes) == minutes(played.cases)
    acted = 1 + sum(len(each.parts) for each in played.cases)
    aws = 5000 * VALUE["aws.payments"] / 1e6 + acted * VALUE["aws.cases"] / 1e3 + VALUE["aws.month"]
    reminders = 40 * VALUE["reminder.LETTER"] + 3 * VALUE["reminder.SMS"] * VALUE["dollar"]
    costs = (900 * VALUE["message"] + aws) * VALUE["dollar"]
    euros = minutes(played.cases) * VALUE["advisor.minute"] + reminders - costs
    assert float(found.balance) == pytest.approx(euros, abs=1e-6)
    ordered = ["enedis.REMOTE", "enedis.TECHNICIAN", "enedis.RAISE_FLOOR"]
    assert [each.assumed.name for each in found.unpriced] == ordered, "nothing was called back"
    unmeasured = worth(facts(played, None), assumptions(MONTH))
    assert float(unmeasured.balance - found.balance) == pytest.approx(900 * VALUE["message"] * VALUE["dollar"])
    assert [each.assumed.name for each in unmeasured.unpriced] == ["message", *ordered]


def changed(name: str, value: str) -> Mapping[str, Assumption]:
    usual = assumptions(MONTH)
    return {**usual, name: replace(usual[name], value=Decimal(value))}


def test_one_assumption_that_changes_moves_its_own_figures_alone(played: Played) -> None:
    before, after = (worth(facts(played), each) for each in (assumptions(MONTH), changed("minutes.RESTORED", "8")))
    fewer = float(before.minutes - after.minutes)
    restored = len(played.kept.payments)
    assert (float(after.minutes), fewer) == (minutes(played.cases, 8), (VALUE["minutes.RESTORED"] - 8) * restored)
    priced = worth(facts(played), changed("enedis.REMOTE", "12.50"))
    remote = sum(each.intent == "REMOTE" and "SGT200" in each.codes for each in played.cases if each.parts)
    assert before.balance - priced.balance == Decimal("12.5") * remote
    assert len(priced.unpriced) == len(before.unpriced) - 1
    moved = [one.assumed.name for one, other in zip(before.lines, after.lines, strict=True) if one != other]
    assert moved == ["advisor.minute"]
