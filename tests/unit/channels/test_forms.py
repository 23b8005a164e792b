"""What people fill in is taken as they write it, or refused with the field and the reason."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.forms import MOST_BYTES, BadForm, Form
from channels.pages.words import CUSTOMER
from restoration.domain.payment import PaymentMeans

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def form(**fields: str) -> Form:
    return Form.of(urlencode(fields), NOW)


def why(read: object) -> str:
    with pytest.raises(BadForm) as caught:
        read()  # type: ignore[operator]
    assert f"bad_{caught.value.why}" in CUSTOMER, "each reason has its words"
    return f"{caught.value.field} {caught.value.why}"


@given(st.decimals("0.01", "99999.99", places=2))
def test_amount_is_read_as_the_french_write_it(amount: Decimal) -> None:
    whole, _, cents = f"{amount:,.2f}".partition(".")
    for typed in (f"{whole.replace(',', ' ')},{cents} €", f"{amount}", f" {amount}€ "):
        assert form(amount=typed).euros("amount") == amount


@pytest.mark.parametrize("typed", ["0", "-1", "1,234", "abc", "1e3", "NaN", "Infinity", "100000,01", "=1+1", "1.2.3"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    assert why(lambda: form(amount=typed).euros("amount")) == "amount no_amount"
    assert why(lambda: form(amount="").euros("amount")) == "amount missing"


def test_day_lies_within_its_bounds() -> None:
    ahead, back = timedelta(days=1), timedelta(days=2)
    for day in ("2026-11-22", "2026-11-25"):
        assert form(on=day).day("on", ahead=ahead, back=back).isoformat() == day
    for day in ("2026-11-21", "2026-11-26"):
        assert why(lambda day=day: form(on=day).day("on", ahead=ahead, back=back)) == "on day_too_far"
    assert why(lambda: form(on="hier").day("on", ahead=ahead, back=back)) == "on no_day"


def test_large_crowded_and_broken_forms_are_refused_before_they_are_read() -> None:
    assert why(lambda: Form.of("a" * (MOST_BYTES + 1), NOW)) == "form too_large"
    assert why(lambda: Form.of("&".join(f"a{number}=1" for number in range(21)), NOW)) == "form unreadable"
    assert why(lambda: Form.of("nothing but text", NOW)) == "form unreadable"


def test_text_is_bounded_and_loses_what_no_keyboard_types() -> None:
    assert form(words=" a\x00b\x1b[31m\n c ").text("words") == "ab[31m\n c"
    assert why(lambda: form(words="a" * 501).text("words")) == "words too_long"
    assert why(lambda: form().text("words", required=True)) == "words missing"


def test_choice_number_and_key_are_of_the_form_that_we_made() -> None:
    assert form(means="CARD").one_of("means", PaymentMeans) is PaymentMeans.CARD
    assert why(lambda: form(means="GOLD").one_of("means", PaymentMeans)) == "means no_choice"
    assert form(instalments="12").number("instalments", 2, 36) == 12
    assert [why(lambda typed=typed: form(n=typed).number("n", 2, 36)) for typed in ("1", "37", "1.5", "²")] == [
        "n no_number"
    ] * 4
    assert why(lambda: form(key="1").key()) == "key unreadable"
