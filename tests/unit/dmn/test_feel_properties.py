"""Properties that hold for every value (issue 3)."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmn import feel
from dmn.errors import InvalidError
from dmn.feel.values import NUMBERS, compare, equals
from dmn.temporal.kinds import Date

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
dates = st.builds(Date.of_epoch_day, st.integers(-400_000_000, 300_000_000))
scalars = st.one_of(numbers, st.text(max_size=5), dates)


@given(scalars, scalars)
def test_comparisons_are_consistent(left: object, right: object) -> None:
    if type(left) is not type(right):
        assert equals(left, right) is None
        with pytest.raises(InvalidError):
            compare(left, right)
        return
    order = compare(left, right)
    assert compare(right, left) == -order
    assert (order == 0) is equals(left, right)


@given(numbers, numbers, numbers, st.booleans(), st.booleans())
def test_a_range_holds_what_lies_between_its_bounds(a: Decimal, b: Decimal, x: Decimal, low: bool, high: bool) -> None:  # noqa: FBT001
    a, b = min(a, b), max(a, b)
    text = f"x in {'[' if low else '('}a..b{']' if high else ')'}"
    expected = (a <= x if low else a < x) and (x <= b if high else x < b)
    assert feel.evaluate(text, {"x": x, "a": a, "b": b}).value is expected


@given(numbers, numbers, st.sampled_from(["+", "-", "*", "/"]))
def test_arithmetic_is_that_of_decimals_of_34_digits(a: Decimal, b: Decimal, operator: str) -> None:
    with decimal.localcontext(NUMBERS):
        try:
            expected = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[operator]()
        except ArithmeticError:
            expected = None
    evaluation = feel.evaluate(f"a {operator} b", {"a": a, "b": b})
    assert evaluation.value == expected
    assert bool(evaluation.warnings) is (expected is None)
