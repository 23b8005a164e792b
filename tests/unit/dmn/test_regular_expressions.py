"""Regular expressions end in time whatever they are, and match as Python's do where those end, too."""

from __future__ import annotations

import time
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmn import feel
from dmn.feel.library.matching import Machine
from dmn.feel.library.regex import compile_pattern

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d"])
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "{0,3}", "{1,3}?", "*?", "+?", "??"])


def _join(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.sampled_from(["(", "(?:"])
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda opening, a, b, quantifier: f"{opening}{a}|{b}){quantifier}", group, inner, inner, QUANTIFIERS),
        st.builds(lambda opening, a, quantifier: f"{opening}{a}){quantifier}", group, inner, QUANTIFIERS),
    )


patterns = st.recursive(st.builds(lambda a, quantifier: a + quantifier, ATOMS, QUANTIFIERS), _join, max_leaves=5)


@pytest.mark.explored
@settings(max_examples=1000)
@given(patterns, st.text("ab1\n", max_size=6), st.sampled_from(["", "s", "i"]))
@example("a((a*?))*", "aa", "")  # a turn that takes nothing is a repeat's last one,
@example("([^a]*|a)*a", "1aa", "")  # though its way led through what the turn before had tried,
@example("(b*|a*){0,2}b", "ab", "")  # in a bounded repeat, too,
@example("(?:(b??){0,2}a)+", "aaba", "")  # and whatever was taken after that repeat in an earlier turn around it
@example("(?:(?:a*?(?:b*a?)?)*a?)?a", "abab", "")  # in repeats around it, each of which knows its own turn
@example("(a?)\\1+a", "", "")  # an empty reference back takes nothing,
@example("(a?)\\1*a", "aaaa", "")  # another takes something
def test_the_bounded_machine_finds_what_python_finds(pattern: str, text: str, flags: str) -> None:
    compiled = compile_pattern(pattern, flags)
    machine = Machine(compiled.branches, compiled.groups, compiled.compiled.flags)
    expected = [tuple(chain(*found.regs)) for found in compiled.compiled.finditer(text)]
    answered = list(machine.find_all(text))
    if compiled.compiled.match(""):  # `replace` and `split` refuse it, and `matches` asks only whether there is a match
        assert bool(answered) is bool(expected)
    else:
        assert answered == expected


@pytest.mark.explored
@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(b|b)*c", "b" * 60),
        ("(b|bb)+c", "b" * 60),
        ("(b?){40}b{40}", "b" * 40),
        ("(b+b+)+c", "b" * 60),
        ("(b|bc|c)*$x", "bc" * 40),
        (".*.*.*.*.*=", "b" * 3000),
        ("(b*)(b*)(b*)(b*)c", "b" * 900),
        ("b*" * 100 + "c", "b" * 10),
        (r"(b*)(b*)\1\2c", "b" * 200),
        ("(b{1,50}){1,50}{1,50}c", "b" * 50),
        (r"b+b+b+\s$", "b" * 100_000),
    ],
)
@pytest.mark.parametrize("call", ["matches(t, p)", 'replace(t, p, "z")', "split(t, p)"])
def test_a_pattern_that_could_take_for_ever_ends(pattern: str, text: str, call: str) -> None:
    start = time.process_time()
    evaluation = feel.evaluate(call, {"t": text, "p": pattern})
    assert time.process_time() - start < 2
    assert (evaluation.value is None) is bool(evaluation.warnings)
