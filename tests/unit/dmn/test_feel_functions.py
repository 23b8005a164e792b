"""The built-in functions and operators by the examples of the specification (DMN 1.5, 10.3.4) and their edges.

``holds.feel`` has an expression a line that is true. ``is_null.feel`` has one a line that is null or no expression, and
what is said of it after ``//``.
"""

from pathlib import Path

import pytest

import dmn
from dmn import feel


def lines_of(name: str) -> list[str]:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip().splitlines()


@pytest.mark.parametrize("text", lines_of("holds.feel"))
def test_holds(text: str) -> None:
    evaluation = feel.evaluate(text, strict=False)
    assert (evaluation.value, evaluation.warnings) == (True, ())


def why_null(text: str) -> str:
    try:
        evaluation = feel.evaluate(text, strict=False)
    except dmn.FeelSyntaxError as error:
        return f" syntax at {error.position}: {error}"
    assert evaluation.value is None
    return ";".join(f" {each.kind} at {each.position}: {each.message}" for each in evaluation.warnings)


@pytest.mark.parametrize("line", lines_of("is_null.feel"))
def test_is_null_and_says_why(line: str) -> None:
    text, _, said = line.partition(" //")
    assert why_null(text) == said
