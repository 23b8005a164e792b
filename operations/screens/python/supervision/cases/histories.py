"""What an execution's history says: its last state, how it ended, and the way of states that it took."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.domain.failure import words_of

_ENDS = {
    "ExecutionFailed": "executionFailedEventDetails",
    "ExecutionTimedOut": "executionTimedOutEventDetails",
    "ExecutionAborted": "executionAbortedEventDetails",
}
_ERRORS = {"ExecutionTimedOut": "States.Timeout"}
"""The error where a history names none."""


@dataclass(frozen=True, slots=True)
class End:
    """The last that a history says.

    Parameters
    ----------
    state
        The state that was entered last.
    entered_at
        When that was.
    """

    state: str | None = None
    entered_at: datetime | None = None
    error: str = ""
    cause: str = ""
    output: Mapping[str, Any] | None = None


def end_of(newest_first: Iterable[Mapping[str, Any]]) -> End:
    """Read a history from its end, as far back as the last state that was entered."""
    error, cause, output = "", "", None
    for event in newest_first:
        if event["type"] in _ENDS:
            details = event.get(_ENDS[event["type"]], {})
            error, cause = details.get("error", _ERRORS.get(event["type"], "")), words_of(details.get("cause") or "")
        elif event["type"] == "ExecutionSucceeded":
            output = document(event.get("executionSucceededEventDetails", {}).get("output"))
        elif event["type"].endswith("StateEntered"):
            details = event["stateEnteredEventDetails"]
            return End(details["name"], event["timestamp"], error, cause, output)
    return End(None, None, error, cause, output)


@dataclass(frozen=True, slots=True)
class Step:
    """Something of an execution's way: a state that was entered, a redrive, or its end."""

    at: datetime
    what: str


_PASSED = {"ChoiceStateEntered", "PassStateEntered", "SucceedStateEntered"}


def way_of(oldest_first: Iterable[Mapping[str, Any]]) -> Sequence[Step]:
    """The states that took time, in order; those that came again and again in one line with their number."""
    steps: list[Step] = []
    for event in oldest_first:
        kind, at = event["type"], event["timestamp"]
        if kind.endswith("StateEntered") and kind not in _PASSED:
            steps.append(Step(at, event["stateEnteredEventDetails"]["name"]))
        elif kind == "ExecutionRedriven":
            count = event.get("executionRedrivenEventDetails", {}).get("redriveCount", "")
            steps.append(Step(at, f"redriven {count}".strip()))
        elif kind in _ENDS:
            details = event.get(_ENDS[kind], {})
            about = ": ".join(part for part in (details.get("error", ""), words_of(details.get("cause") or "")) if part)
            steps.append(Step(at, f"{kind.removeprefix('Execution').lower()} {about}".strip()))
        elif kind == "ExecutionSucceeded":
            output = document(event.get("executionSucceededEventDetails", {}).get("output")) or {}
            about = " ".join(str(output[key]) for key in ("outcome", "reason") if output.get(key))
            steps.append(Step(at, f"ended {about}".strip()))
    return _folded(steps)


def _folded(steps: Sequence[Step]) -> Sequence[Step]:
    """Fold rounds, such as WaitForEnedis, ReadCase, DecideProgress, into one line at the last round's moment."""
    folded: list[Step] = []
    index = 0
    while index < len(steps):
        size, rounds = _rounds_at(steps, index)
        if rounds > 1:
            last = index + size * (rounds - 1)
            names = " → ".join(step.what for step in steps[index : index + size])
            folded.append(Step(steps[last].at, f"{names} ({rounds} times)"))
            index += size * rounds
        else:
            folded.append(steps[index])
            index += 1
    return folded


def _rounds_at(steps: Sequence[Step], index: int) -> tuple[int, int]:
    for size in range(1, 5):
        first = [step.what for step in steps[index : index + size]]
        rounds = 1
        while [step.what for step in steps[index + rounds * size : index + (rounds + 1) * size]] == first:
            rounds += 1
        if rounds > 1 and len(first) == size:
            return size, rounds
    return 1, 1


def document(text: str | None) -> Mapping[str, Any] | None:
    try:
        document = json.loads(text or "null")
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
