"""The events of an execution and its ends, as a course is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

NOTHING_TO_DO = frozenset({"JOINED", "NOT_LIMITED", "OFF", "SUPERSEDED"})
"""The outcomes of an execution that only found that there is nothing to do."""


class Kind(StrEnum):
    """What an event says that the course is made of; all else is ``OTHER``, of which the id alone counts."""

    STARTED = "started"
    ENTERED = "entered"
    EXITED = "exited"
    ATTEMPTED = "attempted"
    """A task was scheduled: its first attempt, or a retry."""
    RESTS = "rests"
    """A task was handed over, and waits to be called back."""
    FAILED = "failed"
    """An attempt failed or timed out."""
    REDRIVEN = "redriven"
    ENDED = "ended"
    OTHER = "other"


_KINDS: Mapping[str, Kind] = {
    "ExecutionStarted": Kind.STARTED,
    "ExecutionRedriven": Kind.REDRIVEN,
    "TaskScheduled": Kind.ATTEMPTED,
    "LambdaFunctionScheduled": Kind.ATTEMPTED,
    "TaskSubmitted": Kind.RESTS,
}

ENDS: Mapping[str, str] = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
"""The status in which an execution ends, by the type of its last event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of an execution.

    Parameters
    ----------
    id
        From 1, without a gap.
    at
        Milliseconds since 1970.
    name
        The state that was entered or exited, the error of a failed attempt, the status of an end; else empty.
    waits
        Whether the state that was entered is a Wait state.
    """

    id: int
    kind: Kind
    at: int
    name: str = ""
    waits: bool = False

    @classmethod
    def of(cls, event_id: int, event_type: str, at: int, state: str = "", error: str = "") -> "Event":
        """An event by its type, as Step Functions names it in a log and in a history alike."""
        if event_type.endswith("StateEntered"):
            return cls(event_id, Kind.ENTERED, at, state, event_type == "WaitStateEntered")
        if event_type.endswith("StateExited"):
            return cls(event_id, Kind.EXITED, at, state)
        if event_type in ENDS:
            return cls(event_id, Kind.ENDED, at, ENDS[event_type])
        if event_type.startswith(("Task", "LambdaFunction")) and event_type.endswith(("Failed", "TimedOut")):
            timed_out = "States.Timeout" if event_type.endswith("TimedOut") else ""
            return cls(event_id, Kind.FAILED, at, error or timed_out)
        return cls(event_id, _KINDS.get(event_type, Kind.OTHER), at)


@dataclass(frozen=True, slots=True)
class End:
    """How an execution ended, as its status event and the end of its history both say it.

    Parameters
    ----------
    redrives
        How often it had been redriven.
    outcome, reason
        The business outcome of one that succeeded.
    trigger
        The mark of what started it, ``type|id``; empty where neither source says it.
    """

    redrives: int
    status: str
    started_at: int
    ended_at: int
    outcome: str = ""
    reason: str = ""
    error: str = ""
    cause: str = ""
    trigger: str = ""

    @property
    def did_nothing(self) -> bool:
        """Whether it only found that there is nothing to do."""
        return self.status == "SUCCEEDED" and self.outcome in NOTHING_TO_DO
