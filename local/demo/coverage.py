"""Which ways through the state machine were taken: every state, every branch of a Choice, every Catch."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.asl import Way, states_in

_TAKEN_OVER = "only when another execution takes over between two neighbouring states, or before a redrive"

RACE = "only when two things come at once (tests/end_to_end/race_stories.py)"

EXPLAINED: Mapping[tuple[str, str], str] = {
    ("WhatToOrder", "Full power is back already"): RACE,
    ("WhatToOrder", "Not our customer any more, or nothing that can be ordered"): RACE,
    ("IsThereAnOrder", "Default"): RACE,
    ("WhatRefusalMeans", "Not our customer any more"): RACE,
    ("WaitForEnedis", "Catch: Something came before we could wait, or another execution acts"): RACE,
    ("HowItEnded", "Something came that we have not looked at"): RACE,
    ("WaitForAdvisor", "Catch: Something came before we could wait"): RACE,
    (
        "IsThereAnOrder",
        "Another limitation's order is at work on the point - follow it",
    ): "only when two limitations of one point are read before either is ordered for",
    (
        "DidEnedisAccept",
        "Accepted and announced already, and Enedis' daily flow shows a change - read the case at once",
    ): "only when the daily flow shows that a case is closed (tests/reliability/test_closed_case_wakes.py)",
    ("DidEnedisAccept", "Default"): _TAKEN_OVER,
    ("HowItEnded", "Default"): _TAKEN_OVER,
}
"""Ways that the demo cannot take, or not at every hour, and why."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What no execution did, and its explanation if it has one."""

    what: str
    reason: str


def ways_out(definition: Mapping[str, Any]) -> list[Way]:
    """All ways out of all states."""
    return [way for state in states_in(definition) for way in state.ways()]


def name_of(way: Way) -> str:
    """How a way is told from the others of its state."""
    return {"Choices": way.comment, "Catch": f"Catch: {way.comment}"}.get(way.kind, way.kind)


def ways_taken(ways: Iterable[Way], history: Iterable[Mapping[str, Any]]) -> set[Way]:
    """The ways that one execution took, by its history."""
    by_state: dict[str, list[Way]] = {}
    for way in ways:
        by_state.setdefault(way.source, []).append(way)
    taken: set[Way] = set()
    state, error = "", ""
    assigned: Mapping[str, Any] = {}
    for event in history:
        details = _details(event)
        if entered := event.get("stateEnteredEventDetails"):
            taken |= _which(by_state.get(state, ()), entered["name"], error, assigned)
            state, error, assigned = entered["name"], "", {}
        elif exited := event.get("stateExitedEventDetails"):
            assigned = exited.get("assignedVariables") or {}
        elif event["type"].endswith(("Failed", "TimedOut")):
            error = str(details.get("error") or "States.Timeout")
        elif event["type"].endswith("Succeeded"):
            error = ""
    return taken


def uncovered(definition: Mapping[str, Any], entered: set[str], taken: set[Way]) -> list[Uncovered]:
    """States never entered and ways never taken."""
    missed = [Uncovered(f"state {it.name}", "") for it in states_in(definition) if it.name not in entered]
    missed += [
        Uncovered(f"{way.source} → {name_of(way)}", EXPLAINED.get((way.source, name_of(way)), ""))
        for way in ways_out(definition)
        if way not in taken
    ]
    return missed


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def _which(ways: Iterable[Way], target: str, error: str, assigned: Mapping[str, Any]) -> set[Way]:
    """The way taken: of several, what says the most about what was assigned. A history shows equals alike."""
    fitting = [way for way in ways if way.target == target and _fits(way, error, assigned)]
    most = max((len(way.assigns) for way in fitting), default=0)
    return {way for way in fitting if len(way.assigns) == most}


def _fits(way: Way, error: str, assigned: Mapping[str, Any]) -> bool:
    if way.errors or error:
        return bool(error) and bool({error, "States.ALL"} & set(way.errors))
    return all(_plain(assigned.get(name)) == value for name, value in way.assigns)


def _plain(value: Any) -> Any:
    """Histories hold variables as JSON text."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value
