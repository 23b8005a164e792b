"""What a run on the embedded cloud used, in the units by which AWS bills."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from embedded_cloud import EmbeddedCloud
from embedded_cloud.backends.protocol import AwsRequest
from local.stage import Stage
from restoration.adapters.dynamodb.pages import items_found

KIB = 1024
WRITE_UNIT, READ_UNIT = KIB, 4 * KIB
GIB = KIB**3
EVENT_OVERHEAD = 26
"""Bytes that CloudWatch Logs adds to each event when it bills."""
TRANSACTION = 2
"""A transaction is billed twice."""
SUPERVISION = ("record-execution", "reconcile-executions", "supervise", "report-daily", "courses", "counters")
"""The functions and tables that only supervision has."""
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_READS = {"GetItem", "Query", "Scan"}

CHANNELS = {"SMS": "text_messages", "EMAIL": "mails"}

Amounts = Mapping[tuple[str, str], float]
"""By what is billed (a name in ``prices.yaml``) and by what used it (a function, table or queue)."""


@dataclass
class Meter:
    """Counts the calls of one cloud, as an interceptor of its dispatcher."""

    queues: int = 0
    events: int = 0
    writes: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """By table, and whether in a transaction."""
    reads: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """By table, and whether consistent."""
    objects: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, request: AwsRequest) -> None:
        """Count a request, and leave it to whom it is for."""
        with self._lock:
            match request.service:
                case "dynamodb":
                    self._dynamodb(request.action, json.loads(request.body or b"{}"))
                case "sqs":
                    self.queues += 1
                case "events" if request.action == "PutEvents":
                    self.events += len(json.loads(request.body)["Entries"])
                case "s3":
                    self.objects += request.method == "PUT"

    def _dynamodb(self, action: str, said: Mapping[str, Any]) -> None:
        if action in _WRITES:
            self.writes[said["TableName"], False] += 1
        elif action in _READS:
            self.reads[said["TableName"], bool(said.get("ConsistentRead"))] += 1
        elif action == "TransactWriteItems":
            for each in said["TransactItems"]:
                (content,) = each.values()
                self.writes[content["TableName"], True] += 1
        elif action == "BatchGetItem":
            for table, wanted in said["RequestItems"].items():
                self.reads[table, bool(wanted.get("ConsistentRead"))] += len(wanted["Keys"])
        elif action == "BatchWriteItem":
            for table, wanted in said["RequestItems"].items():
                self.writes[table, False] += len(wanted)


def amounts(stage: Stage, meter: Meter) -> dict[tuple[str, str], float]:
    """All that was used since the cloud started, by what is billed and by what used it."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    cloud = stage.cloud
    for execution in cloud.executions():
        found["transitions", execution.state_machine.rpartition(":")[2]] += len(execution.entries)
    for name, memory_mb in ((it.configuration.name, it.configuration.memory_mb) for it in cloud.functions.all()):
        found["lambda_requests", name] += _lambda_sum(cloud, name, "Invocations")
        found["lambda_gb_seconds", name] += _lambda_sum(cloud, name, "Duration") / 1000 * memory_mb / KIB
    for group, size in _log_sizes(cloud):
        kind = "vended_log_gigabytes" if "/vendedlogs/" in group else "log_gigabytes"
        found[kind, group.rpartition("/")[2]] += size / GIB
    sizes = {table: _mean_size(cloud, table) for table in {name for name, _ in [*meter.writes, *meter.reads]}}
    for (table, in_transaction), count in meter.writes.items():
        units = math.ceil(max(1, sizes[table]) / WRITE_UNIT) * (TRANSACTION if in_transaction else 1)
        found["dynamodb_writes", table] += count * units
    for (table, consistent), count in meter.reads.items():
        found["dynamodb_reads", table] += (
            count * math.ceil(max(1, sizes[table]) / READ_UNIT) * (1 if consistent else 0.5)
        )
    found["sqs_requests", "queues"] += meter.queues
    found["eventbridge_events", "bus"] += meter.events
    for channel, sent in Counter(each.get("channel", "") for each in stage.items("MessagesTable", "sentAt")).items():
        if channel in CHANNELS:  # AWS bills neither letters nor calls: billing sends those
            found[CHANNELS[channel], "notify-customer"] += sent
    found["s3_puts", "buckets"] += meter.objects
    found["traces", "all"] += len(cloud.traces)
    return found


def _lambda_sum(cloud: EmbeddedCloud, function: str, metric: str) -> float:
    """A function's sum of a metric, over all that the cloud has run."""
    now = datetime.now(UTC)
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(hours=2),
        EndTime=now + timedelta(hours=1),
        Period=10800,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))


def _log_sizes(cloud: EmbeddedCloud) -> Iterator[tuple[str, int]]:
    """Each log group with the bytes that were put into it, as CloudWatch bills them."""
    client = cloud.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            sizes = (len(event["message"].encode()) + EVENT_OVERHEAD for each in pages for event in each["events"])
            yield group["logGroupName"], sum(sizes)


def _mean_size(cloud: EmbeddedCloud, table: str) -> float:
    """The mean size of a table's items, in bytes as DynamoDB reckons: names, values, numbers half of their digits."""
    items = items_found(cloud.client("dynamodb").scan, TableName=table)
    sizes = [sum(len(name) + size_of(value) for name, value in item.items()) for item in items]
    return sum(sizes) / len(sizes) if sizes else 0.0


def size_of(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return len(content) // 2 + 1
        case "S" | "B":
            return len(content.encode() if isinstance(content, str) else content)
        case "M":
            return 3 + sum(len(name) + 1 + size_of(each) for name, each in content.items())
        case "L":
            return 3 + sum(1 + size_of(each) for each in content)
        case "SS" | "NS" | "BS":
            return sum(map(len, content))
    return 1
