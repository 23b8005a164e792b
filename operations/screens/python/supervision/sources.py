"""Where the figures of the screens come from. Each is read when a screen asks, and no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from record.domain.record import Record
from supervision.cases.dossier import Dossier
from supervision.cases.finding import Named
from supervision.cases.kept_decisions import KeptDecision

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
        ...


class CaseReader(Protocol):
    """Finds the limitations that somebody names, and reads all that is known of each."""

    def named(self, key: str) -> tuple[Named, Sequence[Dossier]]:
        """Those that a limitation's, contract's, point's, customer's or execution's name means.

        Raises
        ------
        NothingFound
            When nothing has such a name.
        """
        ...

    def decisions(self, limitation_id: str) -> Sequence[KeptDecision]:
        """The decisions about a limitation that are kept, in their order."""
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
    remote_sla
        Within what time power is to be back, once the rules have said that it may: the stack's ``RemoteSlaSeconds``.
    runbook
        The address of the runbook; its path in the repository where it has none.
    orders_queue
        The name of the queue in which orders to Enedis wait; empty where it is not known.
    enedis_calls_per_second
        The quota of calls that Enedis grants us: the stack's ``EnedisCallsPerSecond``; 0 where it is not known.
    cases
        Finds and reads one case; None where nobody reads them, so that none is shown, and nothing of its decisions.
    """

    record: Record
    measures: Measures
    payments_queue: str
    stack: str
    remote_sla: timedelta = timedelta(days=1)
    runbook: str = "docs/runbook.md"
    orders_queue: str = ""
    enedis_calls_per_second: int = 0
    cases: CaseReader | None = None

    def ours(self, name: str, period: timedelta, statistic: str = "Sum") -> Wanted:
        """A metric of our functions."""
        return Wanted(self.stack, name, {"service": self.stack}, statistic, period)

    def received(self) -> Wanted:
        """The payments that billing sent, by the hour."""
        return Wanted("AWS/SQS", "NumberOfMessagesSent", {"QueueName": self.payments_queue}, "Sum", timedelta(hours=1))
