"""Metrics that handlers print in CloudWatch's embedded metric format (EMF).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.metrics import MetricStore


def reader_into(metrics: MetricStore) -> Callable[[dict[str, Any]], None]:
    """Give what takes an EMF document, and puts what it measures into `metrics`."""

    def read(document: dict[str, Any]) -> None:
        for directive in document["_aws"].get("CloudWatchMetrics", []):
            for metric in directive.get("Metrics", []):
                value = document.get(metric["Name"])
                if value is not None:
                    values = value if isinstance(value, list) else [value]
                    keep(document, directive, metric["Name"], [float(single) for single in values])

    def keep(document: dict[str, Any], directive: dict[str, Any], name: str, values: list[float]) -> None:
        namespace = directive["Namespace"]
        metrics.count(namespace, name, sum(values))
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {each: str(document[each]) for each in names if each in document}
            for value in values:
                metrics.put(namespace, name, value, dimensions)

    return read
