"""What a day at Enedis is made of: cases, their durations, the follow curve, the quota and the machine's retries."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random
from statistics import NormalDist
from typing import Any

from embedded_cloud.stack.documents import read_yaml
from local import asl
from restoration.adapters.enedis.soap.quota import margin_of
from restoration.contracts.partner_settings import EnedisSettings

DAY = 86_400.0
HOUR = 3_600.0

CUSTOMERS_PAY: tuple[float, ...] = (1, 1, 1, 1, 1, 2, 3, 5, 8, 10, 10, 9, 8, 8, 8, 8, 8, 8, 8, 7, 5, 3, 2, 1)
"""Weights of the hours of a day: customers pay from breakfast to the evening news. Assumed."""

_GROWTH = re.compile(r"\$power\((?P<growth>[0-9.]+), \$min\(\[\$reads")
_P95 = NormalDist().inv_cdf(0.95)
_READ = (
    *("FollowFirstWaitSeconds", "FollowMaxWaitSeconds", "EnedisCallsPerSecond", "EnedisMaximumConcurrency"),
    *("Enedis.readLongestWaitSeconds", "Enedis.orderLongestWaitSeconds", "Enedis.turnToleranceSeconds"),
    *("Enedis.retrySeconds", "Enedis.breakerRecoverySeconds"),
)
"""What ``system_of`` reads."""


@dataclass(frozen=True, slots=True)
class FollowCurve:
    """The waits between two reads of an accepted order, in seconds."""

    first: float
    longest: float
    growth: float

    def wait(self, reads: int) -> float:
        return min(self.longest, self.first * self.growth ** min(reads, 60))

    def reads_within(self, seconds: float) -> int:
        """The reads until one comes that is later than that: it finds what happened at that moment."""
        passed, reads = 0.0, 0
        while passed < seconds:
            passed += self.wait(reads)
            reads += 1
        return reads


@dataclass(frozen=True, slots=True)
class Patience:
    """A retry profile of the machine, with full jitter."""

    interval: float
    rate: float
    longest: float
    attempts: int

    def wait(self, failed: int, chance: Random) -> float:
        """The wait after the ``failed``-th attempt that failed."""
        return chance.random() * min(self.longest, self.interval * self.rate ** min(failed - 1, 100))


@dataclass(frozen=True, slots=True)
class Spread:
    """A duration in seconds by its median and its 95th percentile, distributed log-normally, and bounded."""

    median: float
    p95: float
    longest: float

    def draw(self, chance: Random) -> float:
        sigma = math.log(self.p95 / self.median) / _P95
        return min(self.longest, chance.lognormvariate(math.log(self.median), sigma))


@dataclass(frozen=True, slots=True)
class Enedis:
    """How long Enedis takes, and how often a remote order is not carried out.

    No public source states these (docs/trade.md): all are assumed. A technician needs days, a remote order minutes to
    hours.
    """

    remote: Spread = Spread(30 * 60, 4 * HOUR, DAY)
    technician: Spread = Spread(2 * DAY, 5 * DAY, 15 * DAY)
    technician_share: float = 0.05
    not_done_share: float = 0.03
    call_seconds: float = 0.8


@dataclass(frozen=True, slots=True)
class Quota:
    """The shared quota as ``adapters/enedis/soap/quota.py`` keeps it."""

    calls_per_second: float
    read_longest_wait: float
    order_longest_wait: float
    margin: float

    @property
    def spacing(self) -> float:
        """Seconds between two turns."""
        return self.margin / self.calls_per_second

    @property
    def calls_a_day(self) -> float:
        return DAY / self.spacing


class First(StrEnum):
    """The order of turns."""

    ARRIVAL = "arrival"
    SECOND_QUEUE = "second queue"


@dataclass(frozen=True, slots=True)
class System:
    """The settings of the stack that matter here."""

    curve: FollowCurve
    quota: Quota
    reads: Patience
    order_workers: int
    urgent_workers: int
    order_retry: float
    probe_every: float
    before_the_first_read: float = 3.0
    """From the payment to the first read: intake, claim, billing, rules. Assumed."""


@dataclass(frozen=True, slots=True)
class Outage:
    """An hour in which Enedis does not respond and customers pay.

    ``found_read``: their points were read before it, as where orders alone fail. Else reads wait as well, by the
    retries of the machine.
    """

    begins: float
    lasts: float
    waiting: int
    urgent: int
    found_read: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """The cases that come."""

    cases_a_day: float
    days: int = 5
    seed: int = 1
    flow_at: float | None = 5 * HOUR
    """When Enedis' daily flow comes, in seconds after midnight; None for none."""
    flow_age: float = 3 * HOUR
    """How old its snapshot is then."""
    outage: Outage | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that one simulated run is made of."""

    system: System
    load: Load
    enedis: Enedis = field(default_factory=Enedis)
    first: First = First.ARRIVAL


def _template() -> dict[str, Any]:
    document: dict[str, Any] = read_yaml((asl.ROOT / "template.yaml").read_text("utf-8"))
    return document


def parameters() -> dict[str, Any]:
    """The defaults of what ``system_of`` reads of the template's parameters, and of Enedis' settings in one of them."""
    defaults = {name: each.get("Default") for name, each in _template()["Parameters"].items()}
    defaults |= EnedisSettings.defaults()
    return {name: defaults[name] for name in _READ}


def system_of(changed: Mapping[str, float]) -> System:
    """The system as template and state machine have it, with some parameters changed.

    Raises
    ------
    ValueError
        When the machine no longer waits or retries in a way that this module knows.
    """
    values = parameters() | dict(changed)
    states = asl.Machine.read(asl.RESTORATION).document["States"]
    grows = _GROWTH.search(states["WaitForEnedis"]["TimeoutSeconds"])
    [retrier] = [each for each in states["ReadCase"]["Retry"] if "EnedisQuotaExhausted" in each["ErrorEquals"]]
    if grows is None or retrier.get("JitterStrategy") != "FULL":
        raise ValueError("WaitForEnedis or the retries of ReadCase have another form than the simulation knows")
    return System(
        curve=FollowCurve(
            float(values["FollowFirstWaitSeconds"]), float(values["FollowMaxWaitSeconds"]), float(grows["growth"])
        ),
        quota=Quota(
            float(values["EnedisCallsPerSecond"]),
            float(values["Enedis.readLongestWaitSeconds"]),
            float(values["Enedis.orderLongestWaitSeconds"]),
            margin_of(timedelta(seconds=float(values["Enedis.turnToleranceSeconds"]))),
        ),
        reads=Patience(
            retrier["IntervalSeconds"], retrier["BackoffRate"], retrier["MaxDelaySeconds"], retrier["MaxAttempts"]
        ),
        order_workers=int(values["EnedisMaximumConcurrency"]),
        urgent_workers=int(_template()["Mappings"]["Readers"]["PlaceUrgentOrder"]["AtOnce"]),
        order_retry=float(values["Enedis.retrySeconds"]),
        probe_every=float(values["Enedis.breakerRecoverySeconds"]),
    )
