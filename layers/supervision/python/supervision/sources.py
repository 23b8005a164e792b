"""Where the figures of the screens come from. Each is read when a screen asks, and no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from restoration.domain.record import Record

type Values = Sequence[tuple[datetime, float]]
"""The values of a metric by period, oldest first; a period without a value is left out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric of which values are wanted; its parts are those of :meth:`Measures.series`."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    period: timedelta


class Measures(Protocol):
    """Reads what the services and our functions measure, from CloudWatch."""

    def series(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        statistic: str,
        since: datetime,
        until: datetime,
        period: timedelta,
    ) -> Values:
        """The values of a metric by period. Of one that is older than 15 days, periods may be longer than asked for.

        Parameters
        ----------
        statistic
            ``Sum``, ``Average``, ``Maximum``, or a percentile (``p95``).
        period
            A whole number of minutes.
        """
        ...

    def several(self, wanted: Sequence[Wanted], since: datetime, until: datetime) -> Sequence[Values]:
        """The values of several metrics, in their order, read with one call."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """All that screens read.

    Parameters
    ----------
    record
        Counts, open and ended cases.
    measures
        CloudWatch's metrics.
    payments_queue
        The name of the queue into which billing's payments go.
    stack
        The stack's name, by which its metrics and links are named.
    region
        For links to the console.
    """

    record: Record
    measures: Measures
    payments_queue: str
    stack: str
    region: str = "eu-west-3"
