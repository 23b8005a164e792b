"""The two little languages of alarms: metric math, and rules of composite alarms."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from embedded_cloud.alarms.evaluation import State
from embedded_cloud.alarms.languages import Expression, read_rule
from embedded_cloud.errors import TemplateError

THURSDAY = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
HOURS = [THURSDAY + timedelta(hours=hour) for hour in range(3)]
STATES = {"red": State.ALARM, "green": State.OK, "grey": State.INSUFFICIENT_DATA, "a-b.c": State.ALARM}


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALARM(red)", True),
        ('ALARM("green")', False),
        ("OK(green) AND INSUFFICIENT_DATA(grey)", True),
        ("ALARM(green) OR ALARM(red) AND ALARM(grey)", False),
        ("(ALARM(green) OR ALARM(red)) AND ALARM(grey)", False),
        ("ALARM(red) AND ALARM(a-b.c)", True),
        ("ALARM('arn:aws:cloudwatch:eu-west-3:123456789012:alarm:red')", True),
        ("ALARM(green) OR\n  ALARM(red)", True),
    ],
)
def test_rule_holds_as_its_words_say(text: str, *, expected: bool) -> None:
    assert read_rule(text).holds(STATES.__getitem__) is expected


def test_rule_knows_the_alarms_that_it_names() -> None:
    assert read_rule("ALARM(red) AND OK(green)").alarms == {"red", "green"}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((Expression, text) for text in ("", "a +", "RATE(a)", "FILL(a)", "(a", "a b", "IF(a)", "a $ b", "-a")),
        *((read_rule, text) for text in ("", "ALARM(red", "ALARM(red) OK(green)", "red", "ALARM red")),
        *((read_rule, text) for text in ("ALARM(red) OR", "NOT OK(red)")),
    ],
)
def test_what_is_not_understood_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(TemplateError):
        read(text)
