"""A span: something that took time in a trace. Spans make a tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a span is, by who wrote it."""

    EXECUTION = "execution"
    STATE = "state"
    CALL = "call"
    FUNCTION = "function"
    RECORD = "record"
    REMOTE = "remote"
    PART = "part"


class Mark(StrEnum):
    """What went wrong with a span; its value is the sign in front of it."""

    NONE = ""
    FAULT = "✗"
    ERROR = "!"
    THROTTLE = "~"


@dataclass(slots=True)
class Span:
    """One span, with those that are its parts or follow from it.

    Parameters
    ----------
    id
        The segment's or the subsegment's.
    start, end
        In epoch seconds. ``end`` is None while it goes on.
    text
        What it did: an API's operation, a status.
    annotations
        X-Ray's: ``limitationId``, ``outcome``, ``errorClass``…
    error
        The class of the error that ended it.
    links
        Spans of other traces that it follows from, as (trace id, span id): the senders of its queued records.
    waited
        How long it was in a queue before it began, in seconds. None where there was no queue.
    """

    id: str
    trace_id: str
    name: str
    kind: Kind
    start: float
    end: float | None
    text: str = ""
    annotations: Mapping[str, str | float | bool] = field(default_factory=dict)
    mark: Mark = Mark.NONE
    error: str = ""
    links: tuple[tuple[str, str], ...] = ()
    waited: float | None = None
    children: list["Span"] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return str(self.annotations.get("outcome", ""))

    @property
    def limitation_id(self) -> str:
        return str(self.annotations.get("limitationId", ""))

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it goes on."""
        return None if self.end is None else max(0.0, self.end - self.start)

    def all(self) -> Iterator["Span"]:
        """Give it and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.all()
