"""The pattern that reads plain cells and the parser agree on every cell that the pattern reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmn.feel.cells import read_plain_tests
from dmn.feel.parser import Parser
from dmn.feel.scope import BASE_VOCABULARY


def parsed(text: str) -> object:
    parser = Parser(text, BASE_VOCABULARY)
    tests = parser.unary_tests()
    assert parser.token.kind == "end"
    return tests


PLAIN = """1| -2.50 |"a"|"a", "b"|true|< 5|>= -1|[1..2]|(1..2]|]1..2[|1, <2, [3..4)|null|not(1)|not( "a", null )|= 5
!= null|"a\\n"|"\\u0041"|["a" .. "b")|[false..true]|<true|@"2024-01-01"|> date and time("2024-01-01T00:00:00Z")
[date("2024-01-01")..@"2024-01-02"]| time("")"""
PLAIN_CELLS = PLAIN.replace("\n", "|").split("|")


@given(
    st.lists(st.sampled_from([*PLAIN_CELLS, "not(", "date(", "falsehood", "..", *"<>=[](), -"]), max_size=9).map(
        "".join
    )
)
def test_what_the_pattern_reads_the_parser_reads_alike(text: str) -> None:
    plain = read_plain_tests(text)
    if plain is not None:
        assert plain == parsed(text)


@pytest.mark.parametrize("text", PLAIN_CELLS)
def test_plain_cells_need_no_parser(text: str) -> None:
    assert read_plain_tests(text) == parsed(text)


@pytest.mark.parametrize(
    "text", ["-", "", "x", "1 + 2", "not(x)", "not(1) or true", "1e5", 'date("a").year', "trueish", "[1..x]", "1,"]
)
def test_other_cells_are_the_parser_s(text: str) -> None:
    assert read_plain_tests(text) is None
