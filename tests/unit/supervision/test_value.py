"""What a month was worth: each figure equals a recount from the lists that 10,000 cases were made of."""

import csv
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

import pytest

import supervision
from record.domain.course import Course
from record.domain.desk import Decided
from record.domain.paid import Paid, payment_before, split_of
from record.domain.record import CaseFacts, Slice
from record.domain.states import Party
from record.domain.tally import WIDTH, Count, Tally
from record.domain.visit import Visit
from restoration.clock import moment_of, to_text
from restoration.domain.order import Intent
from supervision.assumptions import Assumption, assumptions
from supervision.figures.value import Facts, after_paying, worth
from supervision.question import Question, Range
from supervision.screens.value import whole_month
from tests.unit.supervision.ten_thousand import DAY, ENEDIS, Case, Kept, Played, made, play

pytestmark = pytest.mark.explored
MONTH = date(2026, 11, 1)
FILE = Path(supervision.__file__).with_name("assumptions.csv")
with FILE.open(encoding="utf-8", newline="") as file:
    VALUE = {line["name"]: float(line["value"]) for line in csv.DictReader(file) if line["value"]}
"""Of the table; Enedis' prices are not in it."""


@dataclass
class Paying(Kept):
    """Of each case that was restored, billing told the payment before it; of one in five not when they paid."""

    paid: Mapping[str, Paid] = field(default_factory=dict)

    def of(self, course: Course) -> CaseFacts:
        is_last = course.redrives == self.cases[course.execution].fails_first
        return replace(super().of(course), paid=self.paid.get(course.execution) if is_last else None)


@pytest.fixture(scope="module")
def paid() -> Mapping[str, tuple[int, int | None]]:
    """Of each case: how long before its beginning billing told the payment, and the customer paid; milliseconds."""
    dice, found = random.Random(13), {}  # noqa: S311
    for each in made(random.Random(29)):  # noqa: S311
        told = dice.randrange(90_000)
        if each.outcome == "RESTORED":
            found[each.execution] = told, None if dice.random() < 0.2 else told + dice.randrange(80_000_000)
    return found


@pytest.fixture(scope="module")
def played(paid: Mapping[str, tuple[int, int | None]]) -> Played:
    cases = made(random.Random(29))  # noqa: S311
    payments = {
        each.execution: Paid(None if at is None else moment_of(each.began - at), moment_of(each.began - told))
        for each in cases
        for told, at in [paid.get(each.execution, (None, None))]
        if told is not None
    }
    kept = Paying(cases={each.execution: each for each in cases}, paid=payments)
    return play(cases, kept, random.Random(7))  # noqa: S311


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


def test_time_after_paying_is_that_of_the_cases_by_who_took_it(
    played: Played, paid: Mapping[str, tuple[int, int | None]]
) -> None:
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
    found = after_paying(played.slices)
    counts = {**{part.value: count for part, count in found.parts.items()}, "all": found.all}
    assert found.restored == len(paid) > len(exact["all"]) > 0
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


def test_each_of_enedis_interventions_that_has_no_price_is_named() -> None:
    """Floors raised and limitations called back brought their gain, and no cost was missed."""
    accepted = Tally({f"enedis#{intent}": Count.once(accepted=1) for intent in Intent})
    found = worth(Facts([Slice(DAY, timedelta(hours=1), "RESTORED", "-", accepted)], {}, 0, 0), assumptions(MONTH))
    assert {each.assumed.name: each.number for each in found.unpriced} == {f"enedis.{each}": 1 for each in Intent}


def changed(name: str, value: str) -> Mapping[str, Assumption]:
    usual = assumptions(MONTH)
    return {**usual, name: replace(usual[name], value=Decimal(value))}


def test_one_assumption_that_changes_moves_its_own_figures_alone(
    played: Played, paid: Mapping[str, tuple[int, int | None]]
) -> None:
    before, after = (worth(facts(played), each) for each in (assumptions(MONTH), changed("minutes.RESTORED", "8")))
    fewer = float(before.minutes - after.minutes)
    assert (float(after.minutes), fewer) == (minutes(played.cases, 8), (VALUE["minutes.RESTORED"] - 8) * len(paid))
    priced = worth(facts(played), changed("enedis.REMOTE", "12.50"))
    remote = sum(each.intent == "REMOTE" and "SGT200" in each.codes for each in played.cases if each.parts)
    assert before.balance - priced.balance == Decimal("12.5") * remote
    assert len(priced.unpriced) == len(before.unpriced) - 1
    moved = [one.assumed.name for one, other in zip(before.lines, after.lines, strict=True) if one != other]
    assert moved == ["advisor.minute"]


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
