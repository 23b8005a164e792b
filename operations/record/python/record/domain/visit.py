"""The stays of an execution in its states, read from its events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from record.domain.course_event import Event, Kind
from record.domain.states import Party, state_of


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
        return state_of(self.state).party

    @property
    def took(self) -> int | None:
        """Milliseconds from its entry to its exit; None while it stays there."""
        return None if self.left_at is None else self.left_at - self.entered_at


def visits_of(events: Iterable[Event]) -> Iterator[Visit]:
    """The visits that events in the order of their ids make."""
    redrives, stays = 0, list[list[tuple[Event, int]]]()
    for event in events:
        redrives += event.kind is Kind.REDRIVEN
        if event.kind is Kind.ENTERED:
            stays.append([])
        if stays:
            stays[-1].append((event, redrives))
    for (entered, entered_in), *inside in stays:
        left, left_in = next((it for it in inside if it[0].kind is Kind.EXITED and it[0].name == entered.name), _NEVER)
        within = [(each, its) for each, its in inside if left is None or each.id < left.id]
        attempts = [its for each, its in within if each.kind is Kind.ATTEMPTED]
        yield Visit(
            entered.name,
            entered.at,
            left.at if left else None,
            len(attempts),
            len(attempts) - len(set(attempts)),
            tuple(each.name for each, _ in within if each.kind is Kind.FAILED),
            entered_in,
            left_in,
        )


_NEVER: tuple[Event | None, int | None] = None, None
