"""An operation: something that a person changed with the operations' tool, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """The two entries that the journal has of an operation: one before it acts, one after."""

    BEGUN = "begun"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the journal has it.

    Parameters
    ----------
    id
        Unique, the same in both entries.
    command
        The command's name, such as ``switch`` or ``redrive start``.
    by
        The ARN of the identity that acts, as STS reports it. CloudTrail has the same one beside each call.
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
    at: datetime
    reason: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    stage: Stage = Stage.BEGUN
    outcome: str = ""
