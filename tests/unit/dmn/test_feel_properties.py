"""Properties that hold for every value (issue 3)."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmn import feel
from dmn.errors import InvalidError
from dmn.feel import printing, syntax
from dmn.feel.parser import parse_expression
from dmn.feel.scope import BASE_VOCABULARY
from dmn.feel.values import NUMBERS, compare, equals
from dmn.temporal.kinds import Date

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
names = st.sampled_from(["x", "y", "amount"])
dates = st.builds(Date.of_epoch_day, st.integers(-400_000_000, 300_000_000))
scalars = st.one_of(numbers, st.text(max_size=5), dates)


def _nodes(inner: st.SearchStrategy[syntax.Node]) -> st.SearchStrategy[syntax.Node]:
    zero = st.just(0)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    few = st.lists(inner, max_size=2).map(tuple)
    unary = st.builds(syntax.UnaryTest, st.sampled_from(["<", ">="]), inner, zero)
    tests = st.builds(syntax.Tests, st.tuples(st.one_of(inner, unary), unary), st.just(value=False), zero)
    entries = st.dictionaries(st.text(max_size=4), inner, max_size=2).map(lambda entries: tuple(entries.items()))
    called = st.builds(syntax.Name, st.sampled_from(["sum", "date and time"]), zero)
    operators = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">="])
    iterations = st.builds(lambda name, values: (syntax.Iteration(name, values, None),), names, inner)
    return st.one_of(
        st.builds(syntax.Binary, operators, inner, inner, zero),
        st.builds(syntax.Logic, st.sampled_from(["and", "or"]), several, zero),
        st.builds(syntax.Between, inner, inner, inner, zero),
        st.builds(syntax.In, inner, tests, zero),
        st.builds(syntax.If, inner, inner, inner, zero),
        st.builds(syntax.Path, inner, names, zero),
        st.builds(syntax.Filter, inner, inner, zero),
        st.builds(syntax.ListLiteral, few, zero),
        st.builds(syntax.ContextLiteral, entries, zero),
        st.builds(syntax.RangeLiteral, inner, inner, st.booleans(), st.booleans(), zero),
        st.builds(syntax.ComparisonRange, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, zero),
        st.builds(syntax.Call, called, few, st.none(), zero),
        st.builds(syntax.For, iterations, inner, zero),
        st.builds(syntax.Quantified, st.sampled_from(["some", "every"]), iterations, inner, zero),
    )


trees = st.recursive(
    st.one_of(
        st.builds(syntax.Literal, st.one_of(numbers, st.text(max_size=5), st.booleans(), st.none()), st.just(0)),
        st.builds(syntax.Name, names, st.just(0)),
    ),
    _nodes,
    max_leaves=8,
)


def _shape(node: object) -> object:
    """A tree without the positions, which printing does not keep."""
    if isinstance(node, syntax.Part):
        return type(node).__name__, [_shape(getattr(node, field)) for field in node.fields if field != "start"]
    return [_shape(part) for part in node] if isinstance(node, tuple) else node


@given(trees)
def test_printing_and_parsing_agree(tree: syntax.Node) -> None:
    assert _shape(parse_expression(printing.print_node(tree), BASE_VOCABULARY)) == _shape(tree)


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


@given(dates)
def test_days_and_dates_agree(date: Date) -> None:
    assert Date.of_epoch_day(date.epoch_day) == date
