"""What handlers print: parsed lines by function, and the metrics among them."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from embedded_cloud.metrics import MetricStore


def group_of(named: str) -> str:
    """Give the name of a log group, which may be named by its ARN."""
    return named.rpartition(":log-group:")[2].removesuffix(":*")


class LogStore:
    """Keeps each function's lines in the order they came."""

    def __init__(self, on_metric: Callable[[dict[str, Any]], None]) -> None:
        self._on_metric = on_metric
        # As texts: parsed, the lines of a day take several times the memory, and few are ever asked for.
        self._lines: dict[str, list[tuple[int, str]]] = {}
        self._lock = threading.Lock()

    def add(self, function: str, line: str) -> None:
        """Take one line."""
        text = line.strip()
        if not text:
            return
        with self._lock:
            self._lines.setdefault(function, []).append((int(time.time() * 1000), text))
        if '"_aws"' in text and "_aws" in (document := _document(text)):
            self._on_metric(document)

    def of(self, function: str) -> list[dict[str, Any]]:
        """Give the lines of a function so far: a JSON object as such, anything else as `{"message": line}`."""
        with self._lock:
            lines = list(self._lines.get(function, ()))
        return [_document(line) for _, line in lines]

    def timed(self, functions: Iterable[str]) -> list[tuple[int, str]]:
        """Give the lines of functions as they were printed, each with its moment in milliseconds, oldest first."""
        with self._lock:
            lines = [line for function in functions for line in self._lines.get(function, ())]
        return sorted(lines, key=lambda line: line[0])


def _document(text: str) -> dict[str, Any]:
    if text.startswith("{"):
        with contextlib.suppress(ValueError):
            document = json.loads(text)
            if isinstance(document, dict):
                return document
    return {"message": text}


def reader_into(metrics: MetricStore) -> Callable[[dict[str, Any]], None]:
    """Give what takes a document of CloudWatch's embedded metric format, and puts what it measures into `metrics`.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """

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
