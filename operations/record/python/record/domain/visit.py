"""The stays of an execution in its states, read from its events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from record.domain.course_event import Event, Kind
from record.domain.states import Party, waits_for


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a state.

    Parameters
    ----------
    entered_at, left_at
        Milliseconds since 1970; ``left_at`` is None while it stays there, or where it ended there.
    attempts
        How often its task was tried, redrives included.
    retries
        How often its task was tried again by itself.
    failures
        The errors of its failed attempts.
    entered_in, left_in
        After how many redrives.
    """

    state: str
    entered_at: int
    left_at: int | None
    attempts: int
    retries: int
    failures: tuple[str, ...]
    entered_in: int
    left_in: int | None

    @property
    def party(self) -> Party:
        """For whom it waited."""
        return waits_for("RUNNING", self.state) or Party.US

    @property
    def took(self) -> int | None:
        """Milliseconds from its entry to its exit; None while it stays there."""
        return None if self.left_at is None else self.left_at - self.entered_at


@dataclass(slots=True)
class _Stay:
    """A visit while it is read."""

    state: str
    entered_at: int
    entered_in: int
    attempts: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def visit(self, left_at: int | None, left_in: int | None) -> Visit:
        retries = len(self.attempts) - len(set(self.attempts))
        entered = self.state, self.entered_at, left_at
        return Visit(*entered, len(self.attempts), retries, tuple(self.failures), self.entered_in, left_in)


def visits_of(events: Iterable[Event]) -> Iterator[Visit]:
    """The visits that events in the order of their ids make."""
    redrives, stay = 0, None
    for event in events:
        if event.kind is Kind.REDRIVEN:
            redrives += 1
        elif event.kind is Kind.ENTERED:
            if stay:
                yield stay.visit(None, None)
            stay = _Stay(event.name, event.at, redrives)
        elif stay and event.kind is Kind.ATTEMPTED:
            stay.attempts.append(redrives)
        elif stay and event.kind is Kind.FAILED:
            stay.failures.append(event.name)
        elif stay and event.kind is Kind.EXITED and event.name == stay.state:
            yield stay.visit(event.at, redrives)
            stay = None
    if stay:
        yield stay.visit(None, None)
