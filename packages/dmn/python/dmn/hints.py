"""What to do about a text that cannot be read: the usual slips of those who write tables, for error messages.

Loaded only where there is an error to explain.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTES = frozenset("“”„«»\u2018\u2019\u201a'`")
_OPERATORS = {
    "==": "equality is written with one '='",
    "=<": "write '<='",
    "=>": "write '>='",
    "<>": "write '!='",
}
_SIGNS = {
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not(...)'",
    "%": "write a share as a number: 0.05 for 5 %",
    "€": "write the amount without its currency",
    "$": "write the amount without its currency",
    ";": "separate alternatives by ','",
    "≤": "write '<='",
    "≥": "write '>='",
    "≠": "write '!='",
}
_MAX_KNOWN = 20


def advise(text: str, position: int) -> str:
    """Return what to do about a text in which reading stopped at a position; empty where nothing is known."""
    sign = text[position : position + 1]
    for at in (position - 1, position):
        if text[at : at + 2] in _OPERATORS:
            return _OPERATORS[text[at : at + 2]]
    if sign in _QUOTES:
        return 'write text between straight double quotes: "..."'
    return _SIGNS.get(sign, "")


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Return what to do about a name that nothing declares: the one that was probably meant, else all there are."""
    names = sorted(set(known) - {"?", "partial"})
    near = near_name(name, names)
    if near:
        return f"did you mean '{near}'?"
    listed = ", ".join(names[:_MAX_KNOWN]) or "none"
    return f'if it is text, write "{name}"; the names that the decision requires are {listed}'


def near_name(wanted: str, given: Iterable[object]) -> str:
    """Return the name among those given that looks like another; empty where none does."""
    names = sorted({name for name in given if isinstance(name, str)})
    near = difflib.get_close_matches(wanted, names, cutoff=0.75)
    return near[0] if near and near[0] != wanted else ""


def nearest(wanted: str, known: Iterable[str]) -> str:
    """Return the known name that was probably meant, else all there are."""
    names = sorted(set(known))
    near = difflib.get_close_matches(wanted, names)
    return f"did you mean '{near[0]}'?" if near else f"there are {', '.join(names[:_MAX_KNOWN])}"
