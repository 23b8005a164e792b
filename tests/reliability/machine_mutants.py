"""Mutants of the process: slips that somebody makes who edits the state machine, each in one place of it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from local.asl import RESTORATION, Machine, State, Way, states_in
from local.demo.coverage import full_name

DEPLOYMENT = frozenset({"InvalidConfiguration", "States.QueryEvaluationError", "DecisionFailed"})
"""What only a wrong deployment raises: no story can say it."""
WRONG_DEPLOYMENT = "only a wrong deployment raises these errors (make redrive-walk has them)"
SAME = "the next class has the same numbers: the errors are tried again all the same"
SHORTER = "the next class tries these errors again, too: only how long differs, which no story says"
ONCE_MORE = "TakeCharge finds that another execution acts, and ends it all the same"
PACE = "only how long it waits differs: no story says how long a wait is"
ALIKE = "it is only compared, and what was never assigned equals nothing, as null does"
URGENT_FIRST = "only where UrgentFirst is on, with which no story is played (tests/reliability/test_urgent_first.py)"
_OUTSIDE = {
    ("way turned", "MayPowerComeBack", "The rules give power back, and who is urgent is first"): URGENT_FIRST,
    ("way turned", "DidEnedisAccept", "Accepted and announced already, and Enedis' daily flow"): PACE,
    ("default swapped", "HowItEnded", "otherwise goes to TakeCharge"): ONCE_MORE,
    ("wait left out", "WaitBeforeReading", ""): PACE,
    ("assign left out", "DidEnedisAccept", "reads"): PACE,
    ("assign left out", "WaitForEnedis", "reads"): PACE,
    ("assign left out", "Begin", "announcedOrder"): ALIKE,
    ("assign left out", "Begin", "announcedDelay"): ALIKE,
    ("assign left out", "DecidePriority", ""): URGENT_FIRST,
    ("retry dropped", "DecidePriority", ""): URGENT_FIRST,
}
"""Why no story could notice a slip, by its kind, its state, and how its words begin."""
_CALLBACK = ".waitForTaskToken"

KINDS = (
    "way turned",
    "default swapped",
    "condition negated",
    "wait left out",
    "assign left out",
    "catch dropped",
    "retry dropped",
)

type Document = dict[str, Any]
type Change = Callable[[Document], object]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A slip in the machine.

    Parameters
    ----------
    ways
        The full names of the ways whose takers may notice it, the one that it changes first; empty where all may who
        enter the state.
    errors, other_errors
        Of a Retry or a Catch: the slip shows only where one of ``errors`` comes (``States.ALL`` is any), and none
        of the others, which an earlier class takes; empty for all other slips.
    used_in
        Of a variable: the states and the ways that use it, by one of which the slip shows; empty for all other slips.
    overwritten_in
        Of a variable: the other states that assign it; what uses it after one of them sees nothing of the slip.
    reason
        Why it is none that a story could notice; empty for most.
    """

    kind: str
    state: str
    says: str
    change: Change
    ways: tuple[str, ...] = ()
    errors: frozenset[str] = frozenset()
    other_errors: frozenset[str] = frozenset()
    used_in: frozenset[str] = frozenset()
    overwritten_in: frozenset[str] = frozenset()
    reason: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.state}: {self.says}"

    @property
    def definition(self) -> str:
        """The machine with the slip, before its substitutions."""
        document = deepcopy(Machine.read(RESTORATION).document)
        self.change(document["States"][self.state])
        return json.dumps(document)


def mutants() -> Iterator[Mutant]:
    """All of them, kind by kind in each state."""
    for slip in _slips():
        why = (
            why for (*of, says), why in _OUTSIDE.items() if of == [slip.kind, slip.state] and slip.says.startswith(says)
        )
        yield replace(slip, reason=slip.reason or next(why, ""))


def _slips() -> Iterator[Mutant]:
    states = list(states_in(Machine.read(RESTORATION).document))
    for state in states:
        ways = list(state.ways())
        yield from _ways(state, ways)
        yield from _waits(state)
        yield from _errors(state, ways)
        for slip in _assigns(state, ways):
            variable = slip.says.partition(",")[0]
            others = (it.name for it in states if it is not state and variable in it.body.get("Assign", {}))
            yield replace(slip, used_in=frozenset(_users(variable, states)), overwritten_in=frozenset(others))


def _ways(state: State, ways: Sequence[Way]) -> Iterator[Mutant]:
    targets = list(dict.fromkeys(way.target for way in ways))
    if state.type != "Choice":
        return
    for number, way in enumerate(ways):
        other = targets[(targets.index(way.target) + 1) % len(targets)]
        name = (full_name(way),)
        # A condition is judged for all who take no earlier way.
        later = tuple(map(full_name, ways[number:]))
        if way.kind == "Default":
            yield Mutant("default swapped", state.name, f"otherwise goes to {other}", _set("Default", other), name)
            continue
        to_other = _in_rule(number, _set("Next", other))
        yield Mutant("way turned", state.name, f"{way.comment}: goes to {other}", to_other, name)
        yield Mutant("condition negated", state.name, way.comment, _in_rule(number, _negate), later)


def _waits(state: State) -> Iterator[Mutant]:
    if state.type == "Wait" or (_CALLBACK in state.resource and "dynamodb" in state.resource):

        def leave_out(body: Document) -> None:
            target = body["Next"]
            body.clear()
            body.update({"Type": "Pass", "Next": target})

        yield Mutant("wait left out", state.name, f"goes to {state.body['Next']} at once", leave_out)


def _errors(state: State, ways: Sequence[Way]) -> Iterator[Mutant]:
    for number, retrier in enumerate(state.retriers):
        errors = frozenset(retrier["ErrorEquals"])
        reason = WRONG_DEPLOYMENT if errors <= DEPLOYMENT else ""
        later = [it for it in state.retriers[number + 1 :] if "States.ALL" in it["ErrorEquals"]]
        if later and _numbers(later[0]) == _numbers(retrier):
            reason = SAME
        elif later and retrier["MaxAttempts"]:
            reason = SHORTER
        earlier = frozenset(error for it in state.retriers[:number] for error in it["ErrorEquals"])
        said, drop = ", ".join(retrier["ErrorEquals"]), _drop("Retry", number)
        yield Mutant("retry dropped", state.name, said, drop, errors=errors, other_errors=earlier, reason=reason)
    caught = [way for way in ways if way.kind == "Catch"]
    for number, (catcher, way) in enumerate(zip(state.catchers, caught, strict=True)):
        errors = frozenset(catcher["ErrorEquals"])
        yield Mutant("catch dropped", state.name, way.comment, _drop("Catch", number), errors=errors)


def _users(variable: str, states: Iterable[State]) -> Iterator[str]:
    """The states that use a variable, and of choices the ways of which they ask for it."""
    used = re.compile(rf"\${variable}\b")
    for state in states:
        if state.type != "Choice" and used.search(json.dumps(state.body)):
            yield state.name
        for rule, way in zip(state.rules, state.ways(), strict=False):
            if used.search(json.dumps(rule)):
                yield full_name(way)


def _assigns(state: State, ways: Sequence[Way]) -> Iterator[Mutant]:
    for name in state.body.get("Assign", {}):
        yield Mutant("assign left out", state.name, name, _unassign(name))
    for kind, parts in (("Choices", state.rules), ("Catch", state.catchers)):
        for number, (part, way) in enumerate(zip(parts, (it for it in ways if it.kind == kind), strict=True)):
            for name in part.get("Assign", {}):
                change = _in_part(kind, number, _unassign(name))
                yield Mutant("assign left out", state.name, f"{name}, in: {way.comment}", change, (full_name(way),))


def _numbers(retrier: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in retrier.items() if name != "ErrorEquals"}


def _set(key: str, value: str) -> Change:
    return lambda body: body.update({key: value})


def _negate(rule: Document) -> None:
    inside = rule["Condition"].removeprefix("{%").removesuffix("%}").strip()
    rule["Condition"] = f"{{% $not({inside}) %}}"


def _drop(key: str, number: int) -> Change:
    return lambda body: body[key].pop(number)


def _unassign(name: str) -> Change:
    return lambda part: part["Assign"].pop(name)


def _in_part(key: str, number: int, change: Change) -> Change:
    return lambda body: change(body[key][number])


def _in_rule(number: int, change: Change) -> Change:
    return _in_part("Choices", number, change)
