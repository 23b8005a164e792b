"""What the journal of operations has: a person's change, before it and after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from record.domain.kept import Kept, Moment


class Stage(StrEnum):
    """The two entries that the journal has of an operation: one before it acts, one after."""

    BEGUN = "begun"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Operation(Kept):
    """One operation, as the journal has it.

    Parameters
    ----------
    id
        Unique, the same in both entries.
    command
        The command's name, such as ``switch`` or ``redrive start``.
    by
        The ARN of the identity that acts, as STS reports it. CloudTrail has the same one beside each call. Of a person
        at the desk it is ``desk/`` with their name and their subject at the identity provider.
    at
        When this entry was written.
    reason
        The words of the person who acts.
    parameters
        What was asked for, by name.
    stage
        Whether this entry was written before or after.
    outcome
        What came of it; empty before.
    """

    id: str
    command: str
    by: str
    at: Moment
    reason: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    stage: Stage = Stage.BEGUN
    outcome: str = ""


@dataclass(slots=True)
class Change:
    """A change under way, who makes it, and why; who makes it says here what came of it."""

    id: str
    by: str
    reason: str
    outcome: str = "done"
