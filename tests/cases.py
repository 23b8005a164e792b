"""Tests of one shape are one test with a table: each case has a sentence that says what is promised."""

from collections.abc import Mapping

import pytest


def cases(names: str, table: Mapping[str, object]) -> pytest.MarkDecorator:
    """Run a test for each case of a table; ``names`` are those of its arguments, in the order of a case's values."""
    return pytest.mark.parametrize(names, list(table.values()), ids=list(table))
