"""The failure of an execution: where it stopped, by which error, and what it says, without what differs by customer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from record.domain.kept import Kept, Moment

UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")
"""The statuses of an execution that RedriveExecution takes.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""
LONGEST_SIGNATURE = 160
"""Letters of a cause that tell one from another; the rest is in the execution's history."""
_NAMED = re.compile(r"\S*\d\S*")
"""A word with a digit: an id, an amount, a moment, an address."""


def words_of(cause: str) -> str:
    """A cause in one line: what the function said, without Lambda's JSON and its stack trace."""
    try:
        said = json.loads(cause)
    except ValueError:
        said = None
    text = str(said["errorMessage"]) if isinstance(said, dict) and "errorMessage" in said else cause
    return " ".join(text.split())


def signature_of(cause: str) -> str:
    """A cause without what differs by customer: words with a digit become ``…``, so equal troubles have equal words.

    Example
    -------
    >>> signature_of("billing does not know the contract CTR-000143")
    'billing does not know the contract …'
    """
    return re.sub(r"…(?: …)+", "…", _NAMED.sub("…", words_of(cause)))[:LONGEST_SIGNATURE]


def problem_of(state: str, error: str, signature: str) -> str:
    """The id of failures that are one problem: ten letters, made of their state, error and signature."""
    return sha256(f"{state}\n{error}\n{signature}".encode()).hexdigest()[:10]


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
        said = f"{words_of(failure.cause)}\n{signature_of(failure.cause)}".casefold()
        return (
            failure.status in self.statuses
            and self.takes_moment(failure.since)
            and self.error in {"", failure.error}
            and self.state in {"", failure.state}
            and self.cause.casefold() in said
        )


NOT_FOR_A_REDRIVE: Mapping[str, str] = {
    "States.Runtime": "its definition is broken, and a redrive keeps the definition",
    "States.QueryEvaluationError": "an expression of its definition is broken, and a redrive keeps the definition",
}
"""Errors after which a redrive fails again, whatever was mended: an execution keeps its definition."""
FORGOTTEN_FACTS = re.compile(r"situation .* is not kept")
"""A decision's facts are deleted after 30 days: only a new look can have others."""
