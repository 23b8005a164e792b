"""10,000 made cases, told with lines lost, repeated and out of order: each word equals a recount by another way.

How they are made and told: :mod:`tests.unit.supervision.ten_thousand`.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import accumulate, groupby, pairwise

import pytest

from record.adapters.dynamodb.record_table import ended_case_of
from record.domain.counting import problem_at
from record.domain.course_event import NOTHING_TO_DO
from record.domain.incidents import Counted, Steps, incidents
from record.domain.record import Signature
from record.domain.service_level import TARGETS
from record.domain.steps import STEP_OF, pairs_in
from record.domain.tally import WIDTH
from restoration.domain.limitation import limitation_of
from supervision.figures.branches import flow_of
from supervision.figures.customers import came, now_of, promises, waited_at, without_advisor
from supervision.figures.durations import Population, durations, times_of
from supervision.figures.enedis import waits
from supervision.figures.report import Objectives, Period, indicators
from supervision.figures.running import awaited
from tests.unit.supervision.ten_thousand import DAY, ENEDIS, NOW, TERMS, WRITE, Case, Kept, Played, made, play

pytestmark = pytest.mark.explored


@pytest.fixture(scope="module")
def played() -> Played:
    dice = random.Random(29)  # noqa: S311
    cases = made(dice)
    newest = {each.customer: each.execution for each in cases}.values()
    kept = Kept(
        triggers={each.execution: each.trigger for each in cases},
        released={each.execution for each in cases} - set(newest),
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
        "ordered": customers([each for each in payers if "AnnounceOrder" in each.path]),
        "restored": customers([each for each in cases if each.outcome == "RESTORED"]),
        "balance_due": customers([each for each in payers if each.outcome == "BALANCE_DUE"]),
        "left": customers([each for each in cases if each.outcome == "LEFT_TO_ADVISOR"]),
        "failed": customers([each for each in cases if each.failed]),
        "checked": sum(each.is_check for each in cases),
    }
    assert all(recounted.values())
    assert {word: getattr(found, word) for word in recounted} == recounted
    period = Period(played.slices, {})
    lines = {each.name: each.value for each in indicators(period, period, None, Objectives(TARGETS, {}), None)}
    ended = came(played.slices)
    assert {word: lines[word] for word in recounted} == {word: getattr(ended, word) for word in recounted}
    drawn = durations(played.slices)
    flow = flow_of(played.slices, {})
    assert flow.visits("Restored") == drawn.populations[Population.RESTORED].number == recounted["restored"]


def promised(each: Case) -> Iterator[tuple[str, int, int | None]]:
    """What was promised in a case, since when, and when that came: read off its steps, in milliseconds."""
    ends = list(accumulate((took for _, took in each.stays), initial=each.began))
    last = None if each.failed or each.outcome is None else ends[-1]
    waits = [place for place, state in enumerate(each.path) if state in {*ENEDIS, "WaitForAdvisor"}]
    yield "check", each.began, ends[waits[0]] if waits else last
    if waits:
        is_advisor, over = "WaitForAdvisor" in each.path, ends[waits[-1] + 1]
        yield "advisor" if is_advisor else "remote", ends[waits[0]], None if last is None else over
        if is_advisor and each.outcome:
            yield "check", over, last


def test_promises_made_kept_and_broken(played: Played) -> None:
    now, terms = DAY + timedelta(hours=20), {"check": TERMS.check, "remote": TERMS.remote, "advisor": TERMS.answer}
    expected: Counter[tuple[str, str]] = Counter()
    for each in played.cases:
        for what, since, ended in promised(each) if each.outcome != "JOINED" else ():
            due = since + terms[what] // timedelta(milliseconds=1)
            is_open = ended is None and not each.failed and due >= now.timestamp() * 1000
            expected[what, "kept" if ended and ended <= due else "open" if is_open else "broken"] += 1
    assert len(expected) == 8, "each of three kinds may be kept, broken and open, but that no check is open"
    found = promises(played.slices, played.open, now)
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
    found, running = now_of(played.open, NOW, TARGETS), [each for each in played.cases if each.outcome is None]
    held = [each for each in played.cases if each.failed and each.execution not in played.kept.released]
    assert len(found.waiting) == sum(bool(each.certain) for each in [*running, *held])
    asked = [each for each in running if each.path[-1] == "CheckPayment"]
    paid = [each for each in [*held, *asked] if each.trigger == "PaymentReceived"]
    assert len(found.unchecked) == sum(not each.certain for each in paid)
    assert (len(found.stopped), found.paid) == (len(held), len(found.waiting) + len(found.unchecked))
    advised = sum(each.path[-1] == "WaitForAdvisor" for each in running)
    by_party = {each.party.value: each.all.number for each in awaited(played.open, NOW)}
    assert len(found.advised) == by_party["advisor"] == advised
    since = {each.execution: each.since.timestamp() * 1000 for each in played.open if each.waits_for == "enedis"}
    assert since
    for each in running:
        if each.execution in since:
            begun = each.began + sum(took for _, took in each.stays[: each.path.index("ReadPoint")])
            assert since[each.execution] == begun, "the wait began with the first word to Enedis, not at this look"


def test_who_waited_at_a_moment_of_the_day_before(played: Played) -> None:
    moment, ended = DAY + timedelta(hours=9), []
    for execution, where in played.kept.where.items():
        if (where["endedAt"] and execution in played.kept.released) or where["status"] == "SUCCEEDED":
            item = {"execution": execution, "limitationId": limitation_of(execution), **where}
            ended.append(ended_case_of({name: WRITE(value) for name, value in item.items() if value is not None}))
    at = moment.timestamp() * 1000
    waited = set()
    for each in played.cases:
        if each.certain and each.outcome != "JOINED":
            end = each.began + sum(took for _, took in each.stays)
            is_open = each.outcome is None or (each.failed and each.execution not in played.kept.released)
            if each.certain <= at and (is_open or end > at):
                waited.add(each.customer)
    assert waited_at(moment, ended, played.open) == len(waited) > 0


def test_times_of_states_and_waits_are_those_of_whole_cases(played: Played) -> None:
    took: dict[str, list[int]] = {}
    for each in played.cases:
        if each.outcome not in {None, *NOTHING_TO_DO}:
            stays = each.stays[:-1] if each.failed else each.stays
            by_state: Counter[str] = Counter()
            for state, milliseconds in stays:
                by_state[state] += milliseconds
            for state, milliseconds in by_state.items():
                took.setdefault(state, []).append(milliseconds)
            places = [place for place, (state, _) in enumerate(stays) if state in ENEDIS]
            if places:
                span = sum(milliseconds for _, milliseconds in stays[places[0] : places[-1] + 1])
                took.setdefault("wait#enedis", []).append(span)
    whole = [sum(took for _, took in each.stays) for each in played.cases if each.outcome == "RESTORED"]
    mean = durations(played.slices).populations[Population.RESTORED].mean
    assert mean == pytest.approx(sum(whole) / len(whole), rel=0.01)
    found = [*durations(played.slices).states, ("wait#enedis", times_of(waits(played.slices)["wait#enedis"]))]
    assert {state for state, _ in found} == set(took)
    for state, times in found:
        exact = sorted(took[state])
        assert times.number == len(exact), state
        for value, share in ((times.median, 0.5), (times.p95, 0.95)):
            right = exact[-int(-share * len(exact) // 1) - 1]
            assert value is not None
            assert right / WIDTH - 1 <= value <= right * WIDTH + 1, state


def test_states_steps_and_ways_are_those_of_the_cases(played: Played) -> None:
    """How often, how long, by which outcome, and which cases each way opens."""
    flow = flow_of(played.slices, signatures_of(played))
    took: dict[str, list[int]] = {}
    stays: Counter[str] = Counter()
    ways: Counter[tuple[str, str]] = Counter()
    left_as: Counter[tuple[str, str]] = Counter()
    for each in played.cases:
        kept = str(played.kept.where[each.execution]["ways"] or "")
        assert set(pairs_in(kept)) == {">".join(way) for way in pairwise(each.path)}, "an open case has its ways, too"
        if each.outcome in {None, *NOTHING_TO_DO}:
            continue
        ways.update(pairwise(each.path))
        left_as.update((state, str(each.outcome)) for state in each.path[: -1 if each.failed else None])
        groups = [[took for _, took in its] for _, its in groupby(each.stays, key=lambda stay: STEP_OF[stay[0]])]
        names = [step for step, _ in groupby(each.path, key=STEP_OF.__getitem__)]
        left = list(zip(names, groups, strict=True))[: -1 if each.failed else None]
        stays.update(step for step, _ in left)
        for step in {step for step, _ in left}:
            took.setdefault(step, []).append(sum(sum(its) for name, its in left if name == step))
    assert flow.ways == ways
    assert flow.stops == Counter(each.path[-1] for each in played.cases if each.failed)
    told = {(state, outcome): number for state, its in flow.outcomes.items() for outcome, number in its.items()}
    assert told == left_as
    assert sum(count.number for count in flow.states.values()) == left_as.total()
    assert {step: count.number for step, count in flow.steps.items()} == stays
    for step, count in flow.steps.items():
        right = sorted(took[step])[-int(-0.95 * len(took[step]) // 1) - 1]
        assert right / WIDTH - 1 <= (count.percentile(0.95) or 0) <= right * WIDTH + 1


def signatures_of(played: Played) -> Mapping[str, Signature]:
    problems = filter(None, (problem_at(each.course, 0) for each in played.kept.courses.values()))
    return {it.id: Signature(it.id, it.state, it.error, it.words, DAY, NOW) for it in problems}


def test_failures_count_customers_each_once(played: Played) -> None:
    steps = Steps.over(DAY, NOW, timedelta(hours=1))
    found = incidents(Counted(played.slices, ()), signatures_of(played), played.open, (), steps)
    failed = [each for each in played.cases if each.failed]
    for state in ("CheckPayment", "ReadPoint"):
        mine = [each for each in failed if each.path[-1] == state]
        [one] = [each for each in found if each.signature.state == state]
        held = [each for each in mine if each.execution not in played.kept.released]
        assert (one.times, one.customers, one.holds) == (len(mine), customers(mine), customers(held))
