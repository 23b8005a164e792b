"""Which failed executions a redrive is for, and one as it is now."""

from dataclasses import dataclass
from datetime import datetime

from record.domain.failure import UNSUCCESSFUL, is_part_of_cause
from record.domain.kept import Kept, Moment


@dataclass(frozen=True, slots=True)
class Described:
    """An execution as it is now.

    Parameters
    ----------
    since
        When it stopped; while it runs, when it was started.
    redrive_count
        How often it was redriven.
    state
        The state in which it stopped, which its history alone says; empty where that was not read, or says none.
    not_redrivable
        Why AWS would refuse a redrive, in its words; empty where it would not.
    redriven_at
        When it was redriven last; None if it never was.
    """

    execution: str
    limitation_id: str
    status: str
    since: datetime
    redrive_count: int = 0
    state: str = ""
    error: str = ""
    cause: str = ""
    not_redrivable: str = ""
    redriven_at: datetime | None = None

    @property
    def has_stopped(self) -> bool:
        """Whether it ended without success."""
        return self.status in UNSUCCESSFUL


@dataclass(frozen=True, slots=True)
class Choice(Kept):
    """Which failures are meant. What is empty does not restrict.

    Parameters
    ----------
    error, state
        Equal to the failure's.
    cause
        Part of the cause's words or of its signature; capital letters do not matter.
    since, until
        When it stopped.
    aborted
        Whether executions that somebody stopped are meant, too: they were stopped on purpose.
    """

    error: str = ""
    state: str = ""
    cause: str = ""
    since: Moment | None = None
    until: Moment | None = None
    aborted: bool = False

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses of the executions to look at, in order."""
        return UNSUCCESSFUL if self.aborted else UNSUCCESSFUL[:2]

    def takes_moment(self, stopped_at: datetime) -> bool:
        """Whether an execution that stopped at that moment is meant."""
        return (self.since is None or stopped_at >= self.since) and (self.until is None or stopped_at <= self.until)

    def takes(self, failure: Described) -> bool:
        """Whether a failure is meant."""
        return (
            failure.status in self.statuses
            and self.takes_moment(failure.since)
            and self.error in {"", failure.error}
            and self.state in {"", failure.state}
            and is_part_of_cause(self.cause, failure.cause)
        )
