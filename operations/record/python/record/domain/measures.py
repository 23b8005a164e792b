"""What the services, our functions and the advisors' desk measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

type Values = Sequence[tuple[datetime, float]]
"""The values of a metric by period, oldest first; a period without a value is left out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric of which values are wanted.

    Parameters
    ----------
    statistic
        ``Sum``, ``Average``, ``Maximum``, or a percentile (``p95``).
    period
        A whole number of minutes.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    period: timedelta


@dataclass(frozen=True, slots=True)
class Decided:
    """Questions of one reason that were decided in a month: ``timed`` had been taken first, all for ``seconds``."""

    number: int
    timed: int
    seconds: int


def sum_of(values: Values) -> int:
    """How many were counted in all periods."""
    return round(sum(value for _, value in values))


def finest_period(age: timedelta) -> timedelta:
    """The shortest period by which CloudWatch still has values of an age: after 15 days, and after 63, it is longer.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    if age < timedelta(days=15):
        return timedelta(minutes=1)
    return timedelta(minutes=5) if age < timedelta(days=63) else timedelta(hours=1)


class Measures(Protocol):
    """Reads what the services and our functions measure, from CloudWatch."""

    def several(self, wanted: Sequence[Wanted], since: datetime, until: datetime) -> Sequence[Values]:
        """The values of several metrics by period, in their order; of old ones, periods may be longer than wanted."""
