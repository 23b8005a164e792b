"""JSONata gives what Step Functions gives."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from embedded_cloud.moto_mends.jsonata import JsonataError, evaluate


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[1..3]", [1, 2, 3]),
        ("10 / 4", 2.5),
        ("10 / 5", 2),
    ],
)
def test_expression_gives_what_jsonata_gives(expression: str, expected: object) -> None:
    assert evaluate(expression, {}) == expected


def test_dates_and_decimals_become_json() -> None:
    at = dt.datetime(2026, 5, 4, 10, 0, tzinfo=dt.UTC)
    assert evaluate("$at & ''", {"at": at}) == "2026-05-04T10:00:00+00:00"
    assert evaluate("$amount + 1", {"amount": Decimal("1.5")}) == 2.5
    assert evaluate("$amount + 1", {"amount": Decimal(2)}) == 3


def test_null_and_undefined_are_not_the_same() -> None:
    assert evaluate("$x", {"x": None}) is None
    assert evaluate("$x.a", {"x": {"a": None}}) is None
    assert evaluate("$exists($x.b)", {"x": {"a": None}}) is False
    assert evaluate("$exists($x.a)", {"x": {"a": None}}) is True
    with pytest.raises(JsonataError, match="undefined"):
        evaluate("$x.b", {"x": {"a": None}})


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("$eval('1')", r"\$eval is not supported"),
        ("function($x) { $x }", "unsupported result type"),
        ("1 +", "1 +"),
        ("$number('x')", "x"),
    ],
)
def test_what_cannot_be_evaluated_says_why(expression: str, words: str) -> None:
    with pytest.raises(JsonataError, match=words.replace("+", r"\+")):
        evaluate(expression, {})


def test_result_shares_nothing_with_what_it_was_made_from() -> None:
    source = {"a": [1]}
    result = evaluate("$x", {"x": source})
    result["a"].append(2)
    assert source == {"a": [1]}


def test_threads_evaluate_the_same_expression_each_with_its_own_values() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: evaluate("$sum($map([1..$n], function($i) { $i }))", {"n": n}), range(1, 60)))
    assert results == [n * (n + 1) // 2 for n in range(1, 60)]
