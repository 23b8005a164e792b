from datetime import UTC, datetime, timedelta

import pytest

from embedded_cloud.alarms.languages import Expression
from embedded_cloud.errors import TemplateError

THURSDAY = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
HOURS = [THURSDAY + timedelta(hours=hour) for hour in range(3)]


def values(text: str, **of: list[float | None]) -> list[float | None]:
    return Expression(text).series(of, HOURS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + 2 * b", [11.0, None, None]),
        ("(a + 2) * b", [15.0, None, None]),
        ("a/b", [0.2, None, None]),
        ("b / (a - 1)", [None, None, None]),
        ("a - FILL(b, 0)", [-4.0, 2.0, None]),
        ("FILL(a, b)", [1.0, 2.0, 6.0]),
        ("a >= 2", [0.0, 1.0, None]),
        ("FILL(a, 0) < 2 AND FILL(b, 9) == 5 || FILL(a, 0) != 0", [1.0, 1.0, 0.0]),
        ("IF(FILL(a, 0) > 1, 7)", [None, 7.0, None]),
        ("IF(a > 1, 7, 8)", [8.0, 7.0, None]),
        ("HOUR(FILL(a, 0))", [7.0, 8.0, 9.0]),
        ("HOUR(a)", [7.0, 8.0, None]),
        ("DAY(FILL(a, 0))", [4.0, 4.0, 4.0]),
    ],
)
def test_expression_has_a_value_in_each_period(text: str, expected: list[float | None]) -> None:
    given: dict[str, list[float | None]] = {"a": [1.0, 2.0, None], "b": [5.0, None, 6.0]}
    if "FILL(a, b)" not in text:
        given["b"] = [5.0, None, None]
    assert values(text, **given) == expected


@pytest.mark.parametrize("text", ["", "a +", "RATE(a)", "FILL(a)", "(a", "a b", "IF(a)", "a $ b", "-a"])
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        Expression(text)
