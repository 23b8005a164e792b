"""Which ways through the state machine were taken: every state, every branch of a Choice, every Catch."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from local.asl import Way, states_in


class Reason(NamedTuple):
    """Why no story takes something: for those who develop, and for business."""

    english: str
    french: str


_URGENT_FIRST = Reason(
    "only where UrgentFirst is on (tests/reliability/test_urgent_first.py)",
    "seulement quand UrgentFirst est mis (tests/reliability/test_urgent_first.py)",
)
_TAKEN_OVER = Reason(
    "only when another execution takes over between two neighbouring states, or before a redrive",
    "seulement quand une autre exécution prend la main entre deux étapes voisines, ou avant une reprise",
)
RACE = Reason(
    "only when two things come at once (tests/end_to_end/race_stories.py)",
    "seulement quand deux choses arrivent en même temps (tests/end_to_end/race_stories.py)",
)

EXPLAINED: Mapping[tuple[str, str], Reason] = {
    ("WhatToOrder", "Full power is back already"): RACE,
    ("IsThereAnOrder", "Default"): RACE,
    ("WhatRefusalMeans", "Not our customer any more"): RACE,
    ("WaitForEnedis", "Catch: Something came before we could wait, or another execution acts"): RACE,
    ("HowItEnded", "Something came that we have not looked at"): RACE,
    ("WaitForAdvisor", "Catch: Something came before we could wait"): RACE,
    (
        "IsThereAnOrder",
        "Another limitation's order is at work on the point - follow it",
    ): Reason(
        "only when two limitations of one point are read before either is ordered for",
        "seulement quand deux limitations d'un point sont lues avant que l'une soit commandée",
    ),
    ("MayPowerComeBack", "The rules give power back, and who is urgent is first at Enedis"): _URGENT_FIRST,
    ("DecidePriority", "Next"): _URGENT_FIRST,
    ("DidEnedisAccept", "Default"): _TAKEN_OVER,
    ("HowItEnded", "Default"): _TAKEN_OVER,
}
"""Ways that the demo cannot take, or not at every hour, and why."""
BY_CHANCE = frozenset(" → ".join(way) for way, why in EXPLAINED.items() if why in {RACE, _TAKEN_OVER})
"""Those that a story takes on a busy machine alone: they are not kept of it."""

_ON_PAGES = Reason(
    "said on the pages of customers and advisors (tests/browser/test_journeys.py)",
    "dit sur les pages des clients et des conseillers (tests/browser/test_journeys.py)",
)
UNTOLD: Mapping[str, Reason] = {
    "LetterRequested": Reason(
        "only when neither SMS nor e-mail can be sent (tests/end_to_end/test_messages.py)",
        "seulement quand ni SMS ni courriel ne part (tests/end_to_end/test_messages.py)",
    ),
    "CASE_DELAYED": Reason(
        "only after half an hour, and no story takes that long (tests/end_to_end/test_messages.py)",
        "seulement après une demi-heure, et aucune histoire ne dure autant (tests/end_to_end/test_messages.py)",
    ),
    "DecidePriority": _URGENT_FIRST,
    "RemindersSuppressed": Reason(
        "nothing is restored by it, supervision counts it (tests/end_to_end/test_screens_equal_a_recount.py)",
        "rien n'est rétabli par lui, le suivi le compte (tests/end_to_end/test_screens_equal_a_recount.py)",
    ),
    **dict.fromkeys(("PaymentDeclared", "PowerMissing", "PlanAsked", "DebtDisputed", "ProtectionClaimed"), _ON_PAGES),
    **dict.fromkeys(("ReviewAsked", "RequestOverdue"), _ON_PAGES),
}
"""Messages, events and states that no story takes, and why."""


def ways_out(definition: Mapping[str, Any]) -> list[Way]:
    """All ways out of all states."""
    return [way for state in states_in(definition) for way in state.ways()]


def name_of(way: Way) -> str:
    """How a way is told from the others of its state."""
    return {"Choices": way.comment, "Catch": f"Catch: {way.comment}"}.get(way.kind, way.kind)


def full_name(way: Way) -> str:
    """How a way is told from all others."""
    return f"{way.source} → {name_of(way)}"


def ways_taken(ways: Iterable[Way], history: Iterable[Mapping[str, Any]]) -> set[Way]:
    """The ways that one execution took, by its history."""
    by_state: dict[str, list[Way]] = {}
    for way in ways:
        by_state.setdefault(way.source, []).append(way)
    taken: set[Way] = set()
    state, error = "", ""
    assigned: Mapping[str, Any] = {}
    for event in history:
        if entered := event.get("stateEnteredEventDetails"):
            taken |= _which(by_state.get(state, ()), entered["name"], error, assigned)
            state, error, assigned = entered["name"], "", {}
        elif exited := event.get("stateExitedEventDetails"):
            assigned = exited.get("assignedVariables") or {}
        elif event["type"].endswith(("Failed", "TimedOut")):
            error = error_of(event)
        elif event["type"].endswith("Succeeded"):
            error = ""
    return taken


def uncovered(definition: Mapping[str, Any], states: Collection[str], ways: Collection[str]) -> list[tuple[str, str]]:
    """States never entered and ways never taken, each with its explanation; that is empty if there is none."""
    unentered = (it.name for it in states_in(definition) if it.name not in states)
    missed = [(f"state {name}", UNTOLD[name].english if name in UNTOLD else "") for name in unentered]
    explained = {full_name(way): EXPLAINED.get((way.source, name_of(way))) for way in ways_out(definition)}
    return missed + [(name, it.english if it else "") for name, it in explained.items() if name not in ways]


def error_of(event: Mapping[str, Any]) -> str:
    """The error of an event that reports a failed attempt."""
    details: Mapping[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    return str(details.get("error") or "States.Timeout")


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
