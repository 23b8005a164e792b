"""What the advisors' desk measures: how long a question takes from when somebody takes it until it is decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decided:
    """The questions of one reason that were decided in a month: ``timed`` of them took so many seconds together."""

    timed: int
    seconds: int
