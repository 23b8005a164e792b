"""What a month was worth: what is assumed of it, and who took the time. test_ten_thousand recounts its figures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from record.domain.desk import Decided
from record.domain.paid import Paid, payment_before, split_of
from record.domain.record import Slice
from record.domain.states import Party
from record.domain.tally import Count, Tally
from record.domain.visit import Visit
from restoration.clock import moment_of, to_text
from restoration.domain.order import Intent
from supervision.assumptions import assumptions
from supervision.figures.value import Facts, worth
from supervision.question import Question, Range
from supervision.screens.value import whole_month
from tests.unit.supervision.ten_thousand import DAY

MONTH = date(2026, 11, 1)


def test_each_of_enedis_interventions_that_has_no_price_is_named() -> None:
    """Floors raised and limitations called back brought their gain, and no cost was missed."""
    accepted = Tally({f"enedis#{intent}": Count.once(accepted=1) for intent in Intent})
    found = worth(Facts([Slice(DAY, timedelta(hours=1), "RESTORED", "-", accepted)], {}, 0, 0), assumptions(MONTH))
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
