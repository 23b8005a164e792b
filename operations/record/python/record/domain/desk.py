"""What the advisors' desk measures: how long a question takes from when somebody takes it until it is decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decided:
    """Questions of one reason that were decided in a month: ``timed`` had been taken first, all for ``seconds``."""

    number: int
    timed: int
    seconds: int
