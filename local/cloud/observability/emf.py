"""Metrics that handlers print in CloudWatch's embedded metric format (EMF)."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_DATA_PER_PUT = 1000


class MetricStore:
    """Sums metrics as they are printed, and hands them to CloudWatch when somebody asks it.

    The format is https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
    """

    def __init__(self, cloudwatch: Callable[[], Any]) -> None:
        self._cloudwatch = cloudwatch
        self._lock = threading.Lock()
        self._sums: Counter[tuple[str, str]] = Counter()
        self._pending: list[tuple[str, dict[str, Any]]] = []

    def add(self, document: dict[str, Any]) -> None:
        """Take one EMF document."""
        data = list(_data_of(document))
        with self._lock:
            for namespace, datum in data:
                self._pending.append((namespace, datum))
            for namespace, name, values in _values_of(document):
                self._sums[namespace, name] += sum(values)  # type: ignore[assignment]

    def sums(self) -> dict[tuple[str, str], float]:
        """Give the sum of each metric so far, by namespace and name."""
        with self._lock:
            return dict(self._sums)

    def flush(self) -> None:
        """Put what is not yet there into CloudWatch."""
        with self._lock:
            pending, self._pending = self._pending, []
        by_namespace: dict[str, list[dict[str, Any]]] = {}
        for namespace, datum in pending:
            by_namespace.setdefault(namespace, []).append(datum)
        for namespace, data in by_namespace.items():
            for start in range(0, len(data), MAX_DATA_PER_PUT):
                self._cloudwatch().put_metric_data(
                    Namespace=namespace, MetricData=data[start : start + MAX_DATA_PER_PUT]
                )

    def flush_before_reads(self, request: Any) -> None:
        """Put pending metrics into CloudWatch before somebody asks it for some: an interceptor for the dispatcher."""
        if request.service == "monitoring" and not _puts_metrics(request):
            self.flush()


def _puts_metrics(request: Any) -> bool:
    return (
        request.action == "PutMetricData" or b"Action=PutMetricData" in request.body or "PutMetricData" in request.path
    )


def _values_of(document: dict[str, Any]) -> Iterator[tuple[str, str, list[float]]]:
    for directive in document["_aws"].get("CloudWatchMetrics", []):
        for metric in directive.get("Metrics", []):
            value = document.get(metric["Name"])
            if value is not None:
                yield directive["Namespace"], metric["Name"], value if isinstance(value, list) else [value]


def _data_of(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    at = dt.datetime.fromtimestamp(document["_aws"].get("Timestamp", 0) / 1000, tz=dt.UTC)
    for directive in document["_aws"].get("CloudWatchMetrics", []):
        for metric in directive.get("Metrics", []):
            value = document.get(metric["Name"])
            if value is None:
                continue
            for names in directive.get("Dimensions") or [[]]:
                dimensions = [{"Name": name, "Value": str(document[name])} for name in names if name in document]
                for single in value if isinstance(value, list) else [value]:
                    yield (
                        directive["Namespace"],
                        {
                            "MetricName": metric["Name"],
                            "Dimensions": dimensions,
                            "Timestamp": at,
                            "Value": float(single),
                            "Unit": metric.get("Unit", "None"),
                        },
                    )
