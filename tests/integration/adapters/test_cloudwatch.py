"""Measures over CloudWatch: many metrics with one call, page by page, by periods that CloudWatch still has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from record.adapters.cloudwatch import CloudWatchMeasures
from record.domain.measures import Wanted

NOW = datetime(2026, 11, 25, 10, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)


def put(name: str, value: float, at: datetime, queue: str = "payments") -> None:
    dimensions: Any = [{"Name": "QueueName", "Value": queue}]
    datum: Any = {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
    boto3.client("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[datum])


def test_values_of_each_metric_are_summed_by_period_and_empty_ones_are_left_out() -> None:
    for minutes, value in ((170, 1.0), (165, 2.0), (20, 4.0)):
        put("Sent", value, NOW - timedelta(minutes=minutes))
    put("Sent", 100.0, NOW - timedelta(minutes=20), queue="other")
    put("Received", 8.0, NOW - timedelta(minutes=5))
    wanted = [Wanted("AWS/SQS", name, {"QueueName": "payments"}, "Sum", HOUR) for name in ("Received", "None", "Sent")]
    found = CloudWatchMeasures(boto3.client("cloudwatch"), lambda: NOW).several(wanted, NOW - 3 * HOUR, NOW)
    assert found == [[(NOW - HOUR, 8.0)], [], [(NOW - 3 * HOUR, 3.0), (NOW - HOUR, 4.0)]]


class Pages:
    """A client whose results come in two pages, the second of which goes on with the first metric."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, operation: str) -> "Pages":
        assert operation == "get_metric_data"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(asked)
        for hours in (2, 1):
            moments = [NOW - hours * HOUR]
            ids = [query["Id"] for query in asked["MetricDataQueries"]]
            results = [{"Id": each, "Timestamps": moments, "Values": [float(hours)]} for each in ids]
            yield {"MetricDataResults": results}


def read(client: Any, since: datetime, period: timedelta = HOUR, until: datetime = NOW) -> Any:
    return CloudWatchMeasures(client, lambda: NOW).several([Wanted("AWS/SQS", "M", {}, "Sum", period)], since, until)


def test_pages_are_joined_of_a_range_of_whole_minutes_so_that_no_period_reaches_beyond_it() -> None:
    client, later = Pages(), timedelta(seconds=20)
    found = read(client, NOW - 3 * HOUR + later, until=NOW + later)
    assert found == [[(NOW - 2 * HOUR, 2.0), (NOW - HOUR, 1.0)]]
    [asked] = client.asked
    assert (asked["StartTime"], asked["EndTime"]) == (NOW - 3 * HOUR, NOW)
    assert asked["ScanBy"] == "TimestampAscending"


@pytest.mark.parametrize(("days", "seconds"), [(1, 60), (16, 300), (64, 3600)])
def test_periods_are_as_long_as_cloudwatch_still_keeps_them(days: int, seconds: int) -> None:
    client = Pages()
    read(client, NOW - timedelta(days=days), timedelta(minutes=1))
    assert client.asked[0]["MetricDataQueries"][0]["MetricStat"]["Period"] == seconds
