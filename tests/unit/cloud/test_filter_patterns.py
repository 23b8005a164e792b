"""CloudWatch Logs' filter patterns choose lines as AWS's do."""

from __future__ import annotations

import json

import pytest

from embedded_cloud.observability.filter_patterns import PatternError, matcher

LINE = json.dumps(
    {"level": "ERROR", "message": "row skipped", "late": True, "count": 3, "code": None, "at": {"row": 7}}
)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("", True),
        ("ERROR", True),
        ("error", False),
        ("ERROR WARNING", False),
        ('"row skipped"', True),
        ('"skipped row"', False),
        ("?WARNING ?ERROR", True),
        ('?WARNING ?"Task timed out"', False),
        ("ERROR -skipped", False),
        ("ERROR -dropped", True),
        ("ERROR ?WARNING", True),
        ('{ $.level = "ERROR" }', True),
        ("{ $.level = ERROR }", True),
        ('{ $.level != "ERROR" }', False),
        ('{ $.level = "ERR*" }', True),
        ("{ $.late IS TRUE }", True),
        ("{ $.late IS FALSE }", False),
        ("{ $.code IS NULL }", True),
        ("{ $.none IS NULL }", False),
        ("{ $.count = 3 }", True),
        ("{ $.count = 3 && $.late IS TRUE }", True),
        ('{ $.count = 4 || $.level = "ERROR" }', True),
        ("{ $.at.row = 7 }", True),
        ("{ $.at = 7 }", False),
        ("{ $.none != x }", False),
    ],
)
def test_pattern_chooses_lines(pattern: str, fits: bool) -> None:  # noqa: FBT001 - a table of cases
    assert matcher(pattern)(LINE) is fits


def test_condition_leaves_lines_alone_that_are_no_json() -> None:
    assert not matcher("{ $.level = ERROR }")("ERROR")
    assert not matcher("{ $.level = ERROR }")("{ERROR")


@pytest.mark.parametrize(
    "wrong",
    [
        "{ $.level = ",
        "{ $.level }",
        "{ level = 1 }",
        "{ $.level IS GOOD }",
        "{ $.level ~ 1 }",
        "{ $.count > 3 }",
        "{ $.level = 1",
        "{ $.level = 1 } x",
        "{ $.level = 1 2 }",
        "[a, b]",
        "%a+%",
        '"open',
    ],
)
def test_what_is_no_pattern_is_refused(wrong: str) -> None:
    with pytest.raises(PatternError):
        matcher(wrong)
