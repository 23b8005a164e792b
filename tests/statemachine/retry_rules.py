"""The ways to try a task again: three profiles and no fourth, each retrier on its own line."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from local.asl import Machine, State, expressions, function_named
from tests.statemachine.raised_errors import raised_by

type Findings = Iterator[str]

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "ours to mend": {"MaxAttempts": 0},
    "partner": {
        "IntervalSeconds": 1, "BackoffRate": 1.3, "MaxAttempts": 1600, "MaxDelaySeconds": 450, "JitterStrategy": "FULL",
    },
    "AWS": {
        "IntervalSeconds": 1, "BackoffRate": 2, "MaxAttempts": 360, "MaxDelaySeconds": 600, "JitterStrategy": "FULL",
    },
}  # fmt: skip
"""The only ways in which a task is tried again, in the order of its retriers: data or code to be mended is not tried
again; a partner may be down for days; AWS, for hours."""
MOST_RETRIERS = {"ours to mend": 1, "partner": 1, "AWS": 2}
"""AWS has two where a function's own errors are tried as AWS's are: States.ALL has to stand alone."""
PARTNER_AWAY = frozenset({"BillingUnavailable", "EnedisUnavailable"})
"""The errors of a function whose partner is down; so the code says which functions call a partner."""


def retriers_stand_on_one_line(machine: Machine) -> Findings:
    """So that a reader of the process sees it, and sees at a glance that a state's retriers are the usual ones."""
    for retrier in _retriers(yaml.compose(machine.text)):
        if not retrier.flow_style or retrier.start_mark.line != retrier.end_mark.line:
            yield f"line {retrier.start_mark.line + 1}: a retrier takes several lines"


def _retriers(node: yaml.Node | None) -> Iterator[yaml.CollectionNode]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from value.value if key.value == "Retry" else _retriers(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _retriers(item)


def tasks_are_retried(machine: Machine) -> Findings:
    """Each task's retriers are of the three profiles, in their order; an unforeseen error counts as AWS's."""
    for state in machine.states():
        if state.type == "Task":
            yield from _unretried(state)
        profiles = [profile_of(retrier) for retrier in state.retriers]
        for retrier, profile in zip(state.retriers, profiles, strict=True):
            if not profile:
                yield f"{state.name}, Retry of {retrier.get('ErrorEquals')}: numbers of no profile"
        known = [list(PROFILES).index(profile) for profile in profiles if profile]
        if known != sorted(known):
            yield f"{state.name}: its retriers are not in the order {', '.join(PROFILES)}"
        for profile, most in MOST_RETRIERS.items():
            if profiles.count(profile) > most:
                yield f"{state.name}: more than {most} of the profile {profile}"


def profile_of(retrier: Mapping[str, Any]) -> str:
    """The profile whose numbers a retrier has, exactly; empty when it has those of none."""
    numbers = {field: value for field, value in retrier.items() if field not in {"ErrorEquals", "Comment"}}
    # Compared as text, for Python takes True for 1 and 2.0 for 2.
    return next((name for name, those in PROFILES.items() if _as_text(those) == _as_text(numbers)), "")


def _as_text(numbers: Mapping[str, Any]) -> str:
    return repr(sorted(numbers.items()))


def _unretried(state: State) -> Findings:
    if not state.retriers:
        yield f"{state.name} has no Retry"
        return
    if state.retriers[-1].get("ErrorEquals") != ["States.ALL"] or profile_of(state.retriers[-1]) != "AWS":
        yield f"{state.name}: its last retrier is not AWS's of States.ALL"
    computed = any("{%" in text for text in expressions(state.body))
    if computed and "States.QueryEvaluationError" not in _named(state, "ours to mend"):
        yield f"{state.name}: States.QueryEvaluationError is ours to mend, and is not named so"
    away = raised_by(function_named(state.function)) & PARTNER_AWAY if state.function else frozenset[str]()
    if not away and _named(state, "partner"):
        yield f"{state.name} has a partner's retrier, and talks to no partner"
    yield from (
        f"{state.name}: {name} does not have a partner's retrier" for name in sorted(away - _named(state, "partner"))
    )


def _named(state: State, profile: str) -> set[str]:
    """All errors that a state's retriers of a profile name."""
    return {
        name
        for retrier in state.retriers
        if profile_of(retrier) == profile
        for name in retrier.get("ErrorEquals") or []
    }
