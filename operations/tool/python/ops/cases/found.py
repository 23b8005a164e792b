"""Where a case stands, and how one asks for cases.

Step Functions says which executions there are, and the record what became of them (``executions.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from record.domain.failure import UNSUCCESSFUL
from record.domain.states import Party


class Hold(StrEnum):
    """What a case's execution is to its limitation now."""

    HOLDS = "holds"
    """It acts for the limitation; a failed one keeps it until it is redriven or taken over."""
    TAKEN_OVER = "another execution has taken over"
    LET_GO = "nobody holds the limitation now"
    CLOSED = "the limitation is closed"
    UNKNOWN = "the register does not know the limitation"


@dataclass(frozen=True, slots=True)
class FoundCase:
    """One execution with its case.

    Parameters
    ----------
    execution
        Its name, which begins with the limitation's id.
    status
        As Step Functions has it.
    state
        The state of the process that it is in, or that it ended in; None where the history is gone.
    since
        When it ended; when it entered its state, while it runs.
    cause
        The cause in one line; empty where there is none.
    outcome
        The business outcome of one that succeeded.
    waits_for
        None when it has ended well.
    """

    execution: str
    limitation_id: str
    contract_id: str
    point_id: str
    status: str
    state: str | None
    started_at: datetime
    since: datetime
    error: str
    cause: str
    outcome: str
    redrives: int
    waits_for: Party | None
    hold: Hold


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases one asks for; what is not given does not matter.

    Parameters
    ----------
    error, outcome
        In whatever letters, as ``cause``, which is a part of it.
    since
        When it ended; when it was started, while it runs.
    limit
        How many executions are looked into at most, the newest first.
    """

    statuses: Sequence[str] = UNSUCCESSFUL
    state: str | None = None
    error: str | None = None
    cause: str | None = None
    since: datetime | None = None
    waits_for: Party | None = None
    outcome: str | None = None
    limit: int = 1000

    def takes(self, case: FoundCase) -> bool:
        """Whether a case is one of those."""
        return (
            (self.state is None or case.state == self.state)
            and (self.error is None or case.error.casefold() == self.error.casefold())
            and (self.cause is None or self.cause.casefold() in case.cause.casefold())
            and (self.waits_for is None or case.waits_for is self.waits_for)
            and (self.outcome is None or case.outcome.casefold() == self.outcome.casefold())
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that were found, newest first.

    Parameters
    ----------
    unread
        How many executions were within the time and were not looked into, since the limit was reached.
    is_whole
        Whether the list of executions was read to its end.
    """

    cases: Sequence[FoundCase]
    unread: int = 0
    is_whole: bool = True
