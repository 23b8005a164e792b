"""Figures of Parcours, Durées, Enedis and Valeur, recounted. test_ten_thousand recounts them all of made cases."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.measures import Decided
from record.domain.paid import Paid, payment_before, split_of
from record.domain.record import Slice
from record.domain.states import Party
from record.domain.tally import WIDTH, Count, Tally, sum_of, total
from record.domain.visit import Visit
from record.formats import change
from restoration.clock import moment_of, to_text
from restoration.domain.order import Intent
from supervision.assumptions import assumptions
from supervision.figures.branches import Flow
from supervision.figures.changes import (
    STEPS,
    Measure,
    Scale,
    change_of_state,
    change_of_way,
    value_of,
)
from supervision.figures.durations import beyond
from supervision.figures.enedis import UNREACHABLE, Access
from supervision.figures.outliers import Kind, outliers
from supervision.figures.value import worth
from supervision.kit.columns import columns, period_of
from supervision.question import Question, Range
from supervision.screens.reading import HOUR, slices_of
from supervision.screens.value import whole_month
from tests.unit.supervision.samples import ended_case
from tests.unit.supervision.synthetic import NOW, synthetic
from tests.unit.supervision.ten_thousand import DAY

# ── What colours states and what is called a difference: no raw numbers of ranges that differ, no chance ──


WAY = ("MayPowerComeBack", "ReadPoint")


def flow(cases: int, way: int, **states: Count) -> Flow:
    return Flow(cases, states=states, ways={WAY: way})


def durations(milliseconds: float, number: int, seed: int) -> Count:
    """So many durations around one."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    return total(Count.once(round(milliseconds * dice.lognormvariate(0, 0.5))) for _ in range(number))


@pytest.mark.parametrize("measure", Measure)
@given(values=st.lists(st.integers(0, 10**9), min_size=2, max_size=20))
def test_a_larger_value_never_has_a_lighter_colour(measure: Measure, values: list[int]) -> None:
    scale = Scale(min(values), max(values), measure)
    steps = [scale.step(value) for value in sorted(values)]
    assert steps == sorted(steps)
    assert 0 <= steps[0] <= steps[-1] < STEPS
    assert steps[-1] == STEPS - 1 or not max(values)


def test_state_in_which_all_cases_stopped_has_errors_though_nobody_left_it() -> None:
    stopped = Flow(3, stops={"ReadPoint": 3})
    assert value_of(stopped, "ReadPoint", Measure.ERRORS) == 3
    assert value_of(stopped, "ReadPoint", Measure.FREQUENCY) is None


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (flow(1000, 800), flow(100, 80), (0.0, False)),
        (flow(1000, 400), flow(4000, 3200), (-0.5, True)),
        (flow(1000, 3), flow(1000, 2), (0.5, False)),
        (flow(1000, 30), flow(1000, 20), (0.5, False)),
        (flow(1000, 260), flow(1000, 200), (0.3, True)),
        (flow(100, 30), flow(100, 0), (None, True)),
        (flow(100, 0), flow(100, 30), (-1.0, True)),
        (flow(100, 0), flow(100, 0), None),
        (flow(100, 30), Flow(), None),  # a range without cases says nothing
    ],
)
def test_shares_of_cases_are_compared_and_what_may_be_chance_is_not_clear(
    now: Flow, before: Flow, expected: tuple[float | None, bool] | None
) -> None:
    found = change_of_way(now, before, WAY)
    part = found.part and round(found.part, 9) if found else None
    assert (found and (part, found.is_clear)) == expected


def test_durations_that_doubled_differ_clearly_and_those_of_the_same_kind_do_not() -> None:
    now, same, long = durations(1000, 400, 1), durations(1000, 400, 2), durations(2000, 400, 3)
    unchanged = change_of_state(flow(400, 0, S=now), flow(400, 0, S=same), "S", Measure.DURATION)
    doubled = change_of_state(flow(400, 0, S=long), flow(400, 0, S=now), "S", Measure.DURATION)
    assert unchanged is not None
    assert doubled is not None
    assert not unchanged.is_clear
    assert doubled.is_clear
    assert doubled.part is not None
    assert 0.6 < doubled.part < 1.5


def test_difference_has_its_sign_and_is_said_in_times_from_ten_times_on() -> None:
    told = [change(part).replace("\N{NO-BREAK SPACE}", " ") for part in (0.12, -0.084, 0.001, -1.0, 2.5, 11.0)]
    assert told == ["+12 %", "\N{MINUS SIGN}8 %", "±0 %", "\N{MINUS SIGN}100 %", "+250 %", "\N{MULTIPLICATION SIGN}12"]


# ── Durées: populations, percentiles, trend and what slow cases have in common ──


MILLISECOND = timedelta(milliseconds=1)
durations_in_ms = st.integers(0, 30 * 86_400_000)
CASE = ended_case(means=frozenset({"CARD"}), codes=frozenset({"SGT200"}))


def test_single_cases_are_counted_as_the_record_counts() -> None:
    cases = synthetic(900, days=2).kept_ended
    found = slices_of(cases)
    assert len({(each.start, each.outcome, each.version) for each in found}) == len(found)
    for each in found:
        key = (each.outcome, each.version)
        of_hour = (case for case in cases if each.start <= case.ended_at < each.start + HOUR)
        those = [case for case in of_hour if (case.outcome, case.version) == key]
        exact = total(Count.once(case.took // MILLISECOND) for case in those)
        failures = [Tally({f"failure#{case.signature}": Count.once()}) for case in those if case.signature]
        sums = [dict.fromkeys(case.codes, 1) | ({"accepted": 1} if "SGT200" in case.codes else {}) for case in those]
        codes = [Tally({"enedis#cases": Count(1, sums=each)}) for each in sums if each]
        assert each.tally == sum_of([Tally({"ended": exact}), *failures, *codes])
    assert sum(each.tally.counts["ended"].number for each in found) == len(cases)


@given(st.lists(durations_in_ms, max_size=50), st.integers(1, 86_400_000))
def test_number_beyond_a_bound_is_exact_but_for_the_bound_s_own_bucket(taken: list[int], bound: int) -> None:
    count = total(Count.once(each) for each in taken)
    found = beyond(count, timedelta(milliseconds=bound))
    assert len([each for each in taken if each >= bound * WIDTH]) <= found
    assert found <= len([each for each in taken if each >= bound])


@pytest.mark.parametrize(
    ("number", "slow", "slow_with", "all_with", "is_named"),
    [
        (1000, 20, 5, 20, True),
        (1000, 20, 4, 20, False),
        (1000, 20, 6, 19, False),
        (1000, 50, 5, 20, False),
        (4000, 200, 150, 2000, True),
        (4000, 200, 149, 2000, False),
    ],
    ids=["many enough", "few slow ones", "few of all", "perhaps by chance", "half as many again", "less than that"],
)
def test_what_slow_cases_share_is_named_from_its_bounds_on(
    number: int, slow: int, slow_with: int, all_with: int, *, is_named: bool
) -> None:
    cases = [replace(CASE, execution=f"arn:{place}", means=frozenset()) for place in range(number)]
    for place in range(slow):
        cases[place] = replace(cases[place], started_at=CASE.started_at - timedelta(hours=9))
    for place in (*range(slow_with), *range(slow, slow + all_with - slow_with)):
        cases[place] = replace(cases[place], means=frozenset({"CHEQUE"}))
    found = [each.kind for each in outliers(cases).common]
    assert found == [Kind.HOUR, *([Kind.MEANS] if is_named else [])], "the greatest lift first"


def test_too_few_restored_cases_are_listed_and_not_compared() -> None:
    cases = [
        replace(CASE, execution=f"arn:{place}", started_at=CASE.ended_at - timedelta(minutes=place))
        for place in range(99)
    ]
    found = outliers(cases)
    assert found.bound is None
    assert found.common == ()
    assert [case.execution for case in found.slow][:2] == ["arn:98", "arn:97"]
    assert outliers([*cases, CASE]).bound == timedelta(minutes=93)


def test_column_outside_of_its_range_is_not_drawn() -> None:
    found = [(NOW + hours * HOUR, 5.0) for hours in (-1, 0, 1)]
    asked = Question("overview", Range(NOW, NOW + HOUR), width=188)
    shown = str(columns(asked, found, HOUR, "", before=(dict(found), "")))
    assert (shown.count("<rect"), shown.count('stroke-width="2"')) == (1, 1)
    assert ">3</text>" in shown, "half of 5 was named 2"


# ── Enedis ──


MINUTE = timedelta(minutes=1)
EIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_periods_out_of_reach_that_follow_each_other_are_one_outage_within_the_range() -> None:
    span = Range(EIGHT + MINUTE / 2, EIGHT + 6 * MINUTE)
    seconds = (30.0, 60.0, 0.0, 0.0, 20.0, 80.0)
    unreachable = [(EIGHT + place * MINUTE, value) for place, value in enumerate(seconds)]
    assert Access({UNREACHABLE: unreachable}, 0).outages(span, MINUTE) == [
        Range(span.since, EIGHT + 2 * MINUTE),
        Range(EIGHT + 4 * MINUTE, span.until),
    ]


def test_measurement_that_is_missing_parts_no_outage() -> None:
    span = Range(EIGHT, EIGHT + HOUR)
    unreachable = [(EIGHT + place * MINUTE, 60.0 * place) for place in (1, 2, 6, 7)] + [(EIGHT + 30 * MINUTE, 20.0)]
    found = Access({UNREACHABLE: unreachable}, 0).outages(span, MINUTE)
    assert found == [Range(EIGHT + MINUTE, EIGHT + 8 * MINUTE), Range(EIGHT + 30 * MINUTE, EIGHT + 31 * MINUTE)]
    late = Access({UNREACHABLE: [(EIGHT, 7200.0)]}, 0).outages(span, MINUTE)
    assert late == [Range(EIGHT, EIGHT + MINUTE)]


def test_period_is_one_by_which_cloudwatch_still_has_values() -> None:
    day = timedelta(days=1)
    assert period_of(Range(NOW - 2 * HOUR, NOW), NOW, 160) == MINUTE
    assert period_of(Range(NOW - day, NOW), NOW, 160) == 15 * MINUTE
    assert period_of(Range(NOW - 20 * day, NOW - 20 * day + HOUR), NOW, 160) == 5 * MINUTE
    assert period_of(Range(NOW - 80 * day, NOW - 80 * day + HOUR), NOW, 160) == HOUR
    assert period_of(Range(NOW - 90 * day, NOW), NOW, 160) == day


# ── What a month was worth: what is assumed of it, and who took the time ──


MONTH = date(2026, 11, 1)


def test_each_of_enedis_interventions_that_has_no_price_is_named() -> None:
    """Floors raised and limitations called back brought their gain, and no cost was missed."""
    accepted = Tally({f"enedis#{intent}": Count.once(accepted=1) for intent in Intent})
    found = worth([Slice(DAY, HOUR, "RESTORED", "-", accepted)], {}, {"messages": 0, "payments": 0}, assumptions(MONTH))
    assert {each.assumed.name: each.number for each in found.unpriced} == {f"enedis.{each}": 1 for each in Intent}


def test_month_takes_what_was_assumed_as_it_began_or_the_first_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(assumptions(MONTH)["message"], since=MONTH)
    later = replace(first, since=date(2026, 12, 1), value=Decimal(1))
    monkeypatch.setattr("supervision.assumptions._lines", lambda: (first, later))
    months = (date(2020, 1, 1), MONTH, date(2026, 12, 1), date(2027, 1, 1))
    assert [assumptions(month)["message"] for month in months] == [first, first, later, later]


def test_range_that_ends_with_a_month_of_paris_opens_that_month() -> None:
    october = Range(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))
    assert whole_month(Question("value", october)).range == october


def test_desk_comes_before_what_is_assumed() -> None:
    few, many = ({"AMOUNTS_CONTRADICT": Decided(timed, timed, timed * 540)} for timed in (29, 30))
    assert assumptions(MONTH, few) == assumptions(MONTH)
    measured = assumptions(MONTH, many | {"GAS": Decided(500, 500, 1)})["minutes.BALANCE_DUE"]
    assert (str(measured.value), measured.measured, measured.is_confirmed) == ("9.0", 30, True)


def test_payment_that_counts_is_the_last_that_was_told_before_the_rules_gave_power_back() -> None:
    """A part payment came first, its second status later; another payment came after power was decided."""
    at = {minute: moment_of(60_000 * minute) for minute in range(10)}

    def noted(minute: int, paid: int | None = None) -> dict[str, str]:
        more = {} if paid is None else {"paidAt": to_text(at[paid]), "toldAt": to_text(at[minute])}
        return {"at": to_text(at[minute] + timedelta(seconds=9)), **more}

    facts = {
        "PaymentReceived|PAY-1:CAPTURED": noted(2, 0),
        "PaymentReceived|PAY-1:SETTLED": noted(7, 0),
        "PaymentReceived|PAY-2:MATCHED": noted(4, 3),
        "PaymentReceived|PAY-3:CAPTURED": noted(8, 7),
        "PowerLimited|LIM-1": noted(5),
    }
    assert payment_before(facts, at[6]) == Paid(at[3], at[4])
    assert payment_before(facts, at[3]) == Paid(at[0], at[2])
    assert payment_before(facts, at[1]) is None
    same = {"PaymentReceived|PAY-9:CAPTURED": noted(4, 0), "PaymentReceived|PAY-8:CAPTURED": noted(4, 2)}
    same["PaymentReceived|PAY-9:CAPTURED"]["at"] = to_text(at[4] + timedelta(seconds=8))
    assert payment_before(same, at[6]) == Paid(at[2], at[4]), "both came onto the bus in one second"
    assert payment_before({"PaymentReceived|PAY-1:CAPTURED": noted(2)}, at[6]) == Paid(
        None, at[2] + timedelta(seconds=9)
    )


def test_bank_has_a_part_of_its_own_and_what_came_before_the_payment_is_nobodys() -> None:
    """The case waited for the bank when the payment came that sufficed: that wait counts from then on."""
    stays = [("WaitForBank", 0, 50), ("TakeCharge", 50, 51), ("CheckPayment", 51, 53), ("ReadPoint", 53, 54)]
    stays += [("WaitForAdvisor", 54, 60), ("OrderAtEnedis", 60, 62), ("ReadCase", 62, 70), ("Restored", 70, 99)]
    visits = [Visit(state, since, until, 1, 0, (), 0, 0) for state, since, until in stays]
    found = split_of(visits, Paid(moment_of(10), moment_of(30)), moment_of(70))
    assert found == {Party.BILLING: 22, Party.BANK: 20, Party.US: 7, Party.ENEDIS: 11}
    late = split_of(visits, Paid(moment_of(40), moment_of(30)), moment_of(70))
    assert late[Party.BILLING] == 2, "a clock that is ahead takes no time away"
