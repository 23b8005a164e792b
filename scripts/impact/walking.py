"""What a machine may do after a state, in the same look at a case, as far as it can be known."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from embedded_cloud.moto_mends.jsonata import JsonataError, evaluate
from local import asl

type _Known = Mapping[str, Any]
_VARIABLE = re.compile(r"\$(\w+)\b(?!\()")
_EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)


def what_follows(machine: asl.Machine, state: asl.State, value: Any) -> Iterator[tuple[asl.State, bool]]:
    """The states that may follow one until the next look begins, and whether they surely do.

    Parameters
    ----------
    value
        What the state decides, where that is known: a choice that does not fit it is not taken. Nothing is sure beyond
        a choice that asks for more than that, or beyond another decision.
    """
    document = machine.document
    states, first = {it.name: it for it in asl.states_in(document)}, document["StartAt"]
    given: _Known = {} if value is None else {"states": {"result": {"Payload": {"value": value}}}}
    decided = {name: it for name, it in _assigned(state.body, given).items() if name != "states"}
    waiting, seen = deque(_ways(state, decided)), {first, *states[first].successors}
    while waiting:
        name, known, is_sure = waiting.popleft()
        if name not in seen and name in states:
            seen.add(name)
            yield states[name], is_sure
            known = _assigned(states[name].body, known)
            for target, after, holds in _ways(states[name], known):
                way = target, after, is_sure and holds and not states[name].decision
                (waiting.appendleft if way[2] else waiting.append)(way)


def _ways(state: asl.State, known: _Known) -> Iterator[tuple[str, _Known, bool]]:
    """The ways that may be taken with what is known, up to the first that is taken for sure."""
    for rule in state.rules:
        if (holds := _holds(rule["Condition"], known)) is not False:
            yield rule["Next"], _assigned(rule, known), holds or False
        if holds:
            return
    yield from ((way.target, known, True) for way in state.ways() if way.kind in {"Next", "Default"})
    yield from ((way.target, known, False) for way in state.ways() if way.is_error)


def _holds(condition: str, known: _Known) -> bool | None:
    """Whether a condition holds; None where that can't be known."""
    text = condition.strip().removeprefix("{%").removesuffix("%}")
    # Within brackets or beside an "or", a part says nothing alone.
    parts = [text] if " or " in text or re.search(r"\([^)]* and ", text) else text.split(" and ")
    results = [_value(part, known) for part in parts]
    return False if False in results else None if None in results else True


def _value(expression: str, known: _Known) -> Any:
    """What an expression gives; None where it names something that is not known."""
    try:
        return evaluate(expression, known) if set(_VARIABLE.findall(expression)) <= known.keys() else None
    except JsonataError:
        return None


def _assigned(body: Mapping[str, Any], known: _Known) -> _Known:
    """What is known after an assignment: values that are written out, or that follow from what was known."""
    after = dict(known)
    for name, text in (body.get("Assign") or {}).items():
        found = _EXPRESSION.fullmatch(text) if isinstance(text, str) else None
        after[name] = _value(found[1], known) if found else text if isinstance(text, str) else None
    return {name: value for name, value in after.items() if value is not None}
