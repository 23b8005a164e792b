"""Everything that is measured: by handlers, by the services themselves, and by callers of PutMetricData."""

from __future__ import annotations

import datetime as dt
import math
import threading
from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import CloudWatchBackend, MetricDatum

from embedded_cloud.clock import minute_of, moment_of
from embedded_cloud.patching import mending

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from embedded_cloud.clock import Clock

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

        `name` is CloudWatch's: `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, a percentile such as `p99.9`, or
        the count of values above a bound, such as `TC(100:)`.
        """
        first, last = bisect_left(self.minutes, start), bisect_left(self.minutes, end)
        values = [value for minute in self.minutes[first:last] for value in self.by_minute[minute]]
        return _statistic(name, values) if values else None


_SIMPLE: Any = {"Sum": math.fsum, "Average": fmean, "Minimum": min, "Maximum": max, "SampleCount": len}


def _statistic(name: str, values: list[float]) -> float:
    if name in _SIMPLE:
        return float(_SIMPLE[name](values))
    if name.startswith("TC"):
        above = float(name[3:-2])
        return float(sum(value > above for value in values))
    return _percentile(sorted(values), float(name.removeprefix("p")))


def _percentile(ordered: list[float], percent: float) -> float:
    """Give the value below which `percent` of them lie, between two values in proportion."""
    place = (len(ordered) - 1) * percent / 100
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class MetricStore:
    """Keeps what is measured by metric and minute; a value has the clock's minute, if it does not bring its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._series: dict[MetricKey, Series] = {}
        self._sums: Counter[tuple[str, str]] = Counter()

    def put(
        self, namespace: str, values: Mapping[str, float], of: Mapping[str, str], at: dt.datetime | None = None
    ) -> None:
        """Take values by their metrics' names, of some dimensions, that were measured just now or at another moment."""
        minute, dimensions = minute_of(at or self._clock.now()), frozenset(of.items())
        with self._lock:
            for name, value in values.items():
                self._series.setdefault((namespace, name, dimensions), Series()).add(minute, float(value))

    def count(self, namespace: str, name: str, value: float) -> None:
        """Add to the sum of a metric, whatever its dimensions."""
        with self._lock:
            self._sums[namespace, name] += value  # type: ignore[assignment]

    def statistic(self, key: MetricKey, name: str, start: int, end: int) -> float | None:
        """Give a statistic of a metric, as `Series` does; None where it has no value."""
        series = self._series.get(key)
        return series.statistic(name, start, end) if series else None

    def sums(self) -> dict[tuple[str, str], float]:
        """Give the sum of each metric of handlers so far, by namespace and name."""
        with self._lock:
            return dict(self._sums)

    def patched(self) -> AbstractContextManager[None]:
        """Keep here what others put into CloudWatch, and read here what is asked of it, for the length of a block.

        moto looks at all values of all metrics for each period, knows no percentile, and takes metrics of another
        namespace for one.
        """
        return mending(
            (CloudWatchBackend, "put_metric_data", lambda _: self._take),
            (CloudWatchBackend, "get_metric_data", lambda _: self._read_all),
            (CloudWatchBackend, "get_all_metrics", lambda _: self._data),
        )

    def _take(self, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        for datum in metric_data:
            dimensions = {item["Name"]: item["Value"] for item in datum.get("Dimensions") or ()}
            self.put(namespace, {datum["MetricName"]: datum["Value"]}, dimensions, datum.get("Timestamp"))

    def _read_all(self, queries: list[dict[str, Any]], **of: Any) -> list[dict[str, Any]]:
        return [self._read(query, **of) for query in queries]

    def _data(self) -> list[MetricDatum]:
        """Give every value as moto has it, for its own lists of metrics and their statistics."""
        with self._lock:
            return [
                MetricDatum(namespace, name, value, [{"Name": key, "Value": text} for key, text in dimensions], at)
                for (namespace, name, dimensions), series in self._series.items()
                for minute in series.minutes
                for at in [moment_of(minute).replace(tzinfo=None)]
                for value in series.by_minute[minute]
            ]

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


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
