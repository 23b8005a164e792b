"""Everything that is measured: by handlers, by the services themselves, and by callers of PutMetricData."""

from __future__ import annotations

import datetime as dt
import math
import threading
from bisect import bisect_left, insort
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import CloudWatchBackend

from local.cloud.clock import minute_of, moment_of
from local.cloud.patching import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.cloud.clock import Clock

MAX_DATA_PER_PUT = 1000
READS = ("GetMetricData", "GetMetricStatistics", "ListMetrics", "GetMetricWidgetImage")
"""Operations of CloudWatch that need to see what was measured."""

_NEARLY_A_MINUTE = dt.timedelta(minutes=1) - dt.timedelta(microseconds=1)

MetricKey = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions: what tells one metric from another."""


@dataclass(slots=True)
class Series:
    """The values of one metric, by the minute in which they came."""

    by_minute: dict[int, list[float]] = field(default_factory=dict)
    minutes: list[int] = field(default_factory=list)
    """In order."""

    def add(self, minute: int, value: float) -> None:
        """Take a value."""
        values = self.by_minute.get(minute)
        if values is None:
            values = self.by_minute[minute] = []
            insort(self.minutes, minute)
        values.append(value)

    def statistic(self, name: str, start: int, end: int) -> float | None:
        """Give a statistic of the minutes from `start` up to `end`, which is not among them; None without a value.

        `name` is CloudWatch's: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p99.9`.
        """
        first, last = bisect_left(self.minutes, start), bisect_left(self.minutes, end)
        values = [value for minute in self.minutes[first:last] for value in self.by_minute[minute]]
        return _statistic(name, values) if values else None


def _statistic(name: str, values: list[float]) -> float:
    match name:
        case "Sum":
            return math.fsum(values)
        case "Average":
            return math.fsum(values) / len(values)
        case "Minimum":
            return min(values)
        case "Maximum":
            return max(values)
        case "SampleCount":
            return float(len(values))
    return _percentile(sorted(values), float(name.removeprefix("p")))


def _percentile(ordered: list[float], percent: float) -> float:
    """Give the value below which `percent` of them lie, between two values in proportion."""
    place = (len(ordered) - 1) * percent / 100
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class MetricStore:
    """Keeps what is measured by metric and minute, and hands it to CloudWatch when somebody asks it.

    Parameters
    ----------
    clock
        Dates what comes: a metric has the moment at which it came.
    cloudwatch
        Gives a client of CloudWatch.
    """

    def __init__(self, clock: Clock, cloudwatch: Callable[[], Any]) -> None:
        self._clock = clock
        self._cloudwatch = cloudwatch
        self._lock = threading.Lock()
        self._flush_lock = threading.Lock()
        self._series: dict[MetricKey, Series] = {}
        self._sums: Counter[tuple[str, str]] = Counter()
        self._pending: list[tuple[str, dict[str, Any]]] = []
        self._flushing = threading.local()

    def put(self, namespace: str, name: str, value: float, dimensions: Mapping[str, str], unit: str = "None") -> None:
        """Take a value that was measured just now."""
        at = self._clock.now()
        datum = {
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
            "Timestamp": at,
            "Value": value,
            "Unit": unit,
        }
        with self._lock:
            self._pending.append((namespace, datum))
            self._note((namespace, name, frozenset(dimensions.items())), minute_of(at), value)

    def count(self, namespace: str, name: str, value: float) -> None:
        """Add to the sum of a metric, whatever its dimensions."""
        with self._lock:
            self._sums[namespace, name] += value  # type: ignore[assignment]

    def series(self, key: MetricKey) -> Series | None:
        """Give the values of a metric, or None when it has none."""
        return self._series.get(key)

    def sums(self) -> dict[tuple[str, str], float]:
        """Give the sum of each metric of handlers so far, by namespace and name."""
        with self._lock:
            return dict(self._sums)

    def flush(self) -> None:
        """Put what is not yet there into CloudWatch; wait for what another thread is putting there."""
        with self._flush_lock:
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, []
        by_namespace: dict[str, list[dict[str, Any]]] = {}
        for namespace, datum in pending:
            by_namespace.setdefault(namespace, []).append(datum)
        self._flushing.on = True
        try:
            for namespace, data in by_namespace.items():
                for start in range(0, len(data), MAX_DATA_PER_PUT):
                    batch = data[start : start + MAX_DATA_PER_PUT]
                    self._cloudwatch().put_metric_data(Namespace=namespace, MetricData=batch)
        finally:
            self._flushing.on = False

    def flush_before_reads(self, request: Any) -> None:
        """Put pending metrics into CloudWatch before somebody asks it for some: an interceptor for the dispatcher."""
        if request.service == "monitoring" and _reads_metrics(request):
            self.flush()

    @contextmanager
    def patched(self) -> Iterator[None]:
        """Hear of what others put into CloudWatch, and read what is asked of it here, for the length of the block.

        moto looks at all values of all metrics for each period, knows no percentile, and takes metrics of another
        namespace for one. Expressions are left to it.
        """
        original = CloudWatchBackend.put_metric_data
        read = CloudWatchBackend.get_metric_data

        def get_metric_data(backend: Any, queries: list[dict[str, Any]], **of: Any) -> list[dict[str, Any]]:
            if all("MetricStat" in query for query in queries):
                return [self._read(query, **of) for query in queries]
            return read(backend, queries, **of)

        def put_metric_data(backend: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
            original(backend, namespace, metric_data)
            if not getattr(self._flushing, "on", False):
                self._hear(namespace, metric_data)

        with (
            replaced(CloudWatchBackend, "put_metric_data", put_metric_data),
            replaced(CloudWatchBackend, "get_metric_data", get_metric_data),
        ):
            yield

    def _read(
        self, query: Mapping[str, Any], start_time: dt.datetime, end_time: dt.datetime, scan_by: str
    ) -> dict[str, Any]:
        """Give the result of a query; periods begin at the start's minute, the last before the end, as CloudWatch's."""
        asked = query["MetricStat"]
        metric = asked["Metric"]
        dimensions = frozenset((item["Name"], item["Value"]) for item in metric.get("Dimensions") or ())
        minutes = max(1, int(asked["Period"]) // 60)
        start, end = minute_of(_aware(start_time)), minute_of(_aware(end_time) + _NEARLY_A_MINUTE)
        with self._lock:
            series = self._series.get((metric["Namespace"], metric["MetricName"], dimensions)) or Series()
            found = [
                (moment_of(minute).replace(tzinfo=start_time.tzinfo), value)
                for minute in range(start, end, minutes)
                if (value := series.statistic(asked["Stat"], minute, minute + minutes)) is not None
            ]
        if scan_by == "TimestampDescending":
            found.reverse()
        return {
            "id": query["Id"],
            "label": query.get("Label") or f"{metric['MetricName']} {asked['Stat']}",
            "values": [value for _, value in found],
            "timestamps": [moment for moment, _ in found],
            "status_code": "Complete",
        }

    def _hear(self, namespace: str, data: list[dict[str, Any]]) -> None:
        for datum in data:
            dimensions = frozenset((item["Name"], item["Value"]) for item in datum.get("Dimensions") or ())
            minute = _minute_of(datum.get("Timestamp")) or self._clock.minute
            with self._lock:
                self._note((namespace, datum["MetricName"], dimensions), minute, float(datum["Value"]))

    def _note(self, key: MetricKey, minute: int, value: float) -> None:
        self._series.setdefault(key, Series()).add(minute, value)


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _minute_of(moment: dt.datetime | None) -> int | None:
    return None if moment is None else minute_of(moment)


def _reads_metrics(request: Any) -> bool:
    """Tell whether a request reads metrics, in any of CloudWatch's three protocols."""
    return any(
        request.action == name or f"Action={name}".encode() in request.body or request.path.endswith(f"/{name}")
        for name in READS
    )
