"""What handlers print: parsed lines by function, and the metrics among them."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterable
from typing import Any

from embedded_cloud.metrics import MetricStore


def group_of(named: str) -> str:
    """Give the name of a log group, which may be named by its ARN."""
    return named.rpartition(":log-group:")[2].removesuffix(":*")


class LogStore:
    """Keeps each function's lines in the order they came."""

    def __init__(self, metrics: MetricStore) -> None:
        self._metrics = metrics
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
            _measure(document, self._metrics)

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


def _measure(document: dict[str, Any], metrics: MetricStore) -> None:
    """Put what a document of CloudWatch's embedded metric format measures into the metrics.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    for directive in document["_aws"].get("CloudWatchMetrics", []):
        namespace, named = directive["Namespace"], directive.get("Dimensions") or [[]]
        dimensions = [{each: str(document[each]) for each in names if each in document} for names in named]
        for metric in directive.get("Metrics", []):
            name, given = metric["Name"], document.get(metric["Name"])
            values = given if isinstance(given, list) else [given]
            for value in (float(each) for each in values if each is not None):
                metrics.count(namespace, name, value)
                for each in dimensions:
                    metrics.put(namespace, {name: value}, each)
