"""The errors that each function can raise to the state machine, read from the code: a class's name is its contract.

Lambda reports the name of the class that was raised and nothing of its bases, so a subclass that no state names would
fall through to the last retrier. Every error that is made in the code a handler reaches counts as raised by it; what a
function cannot raise all the same is in ``NOT_RAISED`` with the reason.
"""

import ast
from collections.abc import Mapping
from functools import cache

from scripts.impact.code import Part
from tests.reached_code import code, parts_of, reached_code

BASE = "RestorationError"

NOT_RAISED: Mapping[str, Mapping[str, str]] = {
    "read_point": {
        "EnedisOutcomeUnknown": "on a read nothing can have happened: the client raises EnedisUnavailable instead",
    },
    "check_open_limitations": dict.fromkeys(
        ("UnknownContract", "InvalidResponse", "DecisionFailed"),
        "a limitation whose data must be mended gets an execution, which fails visibly",
    ),
    "protection_campaign": dict.fromkeys(
        ("UnknownContract", "InvalidResponse", "DecisionFailed"),
        "a limitation whose data must be mended is counted, and the nightly check starts an execution for it",
    ),
    "check_payment": {"DecisionFailed": "it keeps facts for the decisions, and reads none"},
    "settle_limitation": {
        "RegisterConflict": "it takes a limitation off a list, and saves none",
    },
}
"""Errors that a function's modules make and it cannot raise: function, class, why not."""


@cache
def error_classes() -> frozenset[str]:
    """The base of our errors and all its subclasses, wherever in the layers and functions they are."""
    return frozenset({BASE} | {name for name in _bases() if BASE in _above(name)})


@cache
def failed_with(function: str) -> frozenset[str]:
    """The error classes with which a function fails a waiting state: ``except Error as error: executions.fail(…)``.

    Subclasses are caught with their bases and reported under their own names.
    """
    caught = {
        name.id
        for part in parts_of(function)
        for node in part.all_nodes
        if isinstance(node, ast.ExceptHandler) and node.type and _fails_a_token(node)
        for name in ast.walk(node.type)
        if isinstance(name, ast.Name)
    }
    return frozenset(name for name in made_by(function) if caught & {name, *_above(name)})


def _fails_a_token(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "fail" for node in ast.walk(handler))


def _above(name: str) -> set[str]:
    """All bases of a class, near and far."""
    direct = _bases().get(name, set())
    return direct | {base for one in direct for base in _above(one)}


@cache
def _bases() -> dict[str, set[str]]:
    return {
        node.name: {name.id for name in node.bases if isinstance(name, ast.Name)}
        for part in code().parts.values()
        for node in part.nodes
        if isinstance(node, ast.ClassDef)
    }


@cache
def raised_by(function: str) -> frozenset[str]:
    """The error classes that the function in ``functions/<function>/`` can raise."""
    return made_by(function) - set(NOT_RAISED.get(function, {}))


@cache
def made_by(function: str) -> frozenset[str]:
    """The same without regard to ``NOT_RAISED``."""
    return frozenset().union(*map(_made_in, reached_code(function)))


@cache
def _made_in(part: Part) -> frozenset[str]:
    nodes = part.all_nodes
    calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    raises = {node.exc.id for node in nodes if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name)}
    # failed = EnedisOutcomeUnknown if … else EnedisUnavailable
    chosen = {
        way.id
        for node in nodes
        if isinstance(node, ast.IfExp)
        for way in (node.body, node.orelse)
        if isinstance(way, ast.Name)
    }
    return error_classes() & (calls | raises | chosen)
