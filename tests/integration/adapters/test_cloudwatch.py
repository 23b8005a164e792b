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


def measures() -> CloudWatchMeasures:
    return CloudWatchMeasures(boto3.client("cloudwatch"), lambda: NOW)


def test_values_are_summed_by_period_and_empty_periods_are_left_out() -> None:
    for minutes, value in ((170, 1.0), (165, 2.0), (20, 4.0)):
        put("Sent", value, NOW - timedelta(minutes=minutes))
    put("Sent", 100.0, NOW - timedelta(minutes=20), queue="other")
    wanted = Wanted("AWS/SQS", "Sent", {"QueueName": "payments"}, "Sum", HOUR)
    [found] = measures().several([wanted], NOW - 3 * HOUR, NOW)
    assert found == [(NOW - 3 * HOUR, 3.0), (NOW - HOUR, 4.0)]


def test_several_metrics_come_in_the_order_in_which_they_were_wanted() -> None:
    put("Sent", 1.0, NOW - timedelta(minutes=5))
    put("Received", 2.0, NOW - timedelta(minutes=5))
    wanted = [Wanted("AWS/SQS", name, {"QueueName": "payments"}, "Sum", HOUR) for name in ("Received", "None", "Sent")]
    found = measures().several(wanted, NOW - HOUR, NOW)
    assert [[value for _, value in each] for each in found] == [[2.0], [], [1.0]]


def test_range_begins_and_ends_with_a_minute_so_that_no_period_reaches_beyond_it() -> None:
    client: Any = Pages()
    wanted = Wanted("AWS/SQS", "Sent", {}, "Sum", HOUR)
    later = timedelta(seconds=20)
    CloudWatchMeasures(client, lambda: NOW).several([wanted], NOW - HOUR + later, NOW + later)
    assert (client.asked[0]["StartTime"], client.asked[0]["EndTime"]) == (NOW - HOUR, NOW)


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


def read(client: Any, since: datetime, period: timedelta = HOUR) -> Any:
    return CloudWatchMeasures(client, lambda: NOW).several([Wanted("AWS/SQS", "M", {}, "Sum", period)], since, NOW)


def test_pages_are_joined() -> None:
    client = Pages()
    assert read(client, NOW - 3 * HOUR) == [[(NOW - 2 * HOUR, 2.0), (NOW - HOUR, 1.0)]]
    assert client.asked[0]["ScanBy"] == "TimestampAscending"


@pytest.mark.parametrize(("days", "seconds"), [(1, 60), (16, 300), (64, 3600)])
def test_periods_are_as_long_as_cloudwatch_still_keeps_them(days: int, seconds: int) -> None:
    client = Pages()
    read(client, NOW - timedelta(days=days), timedelta(minutes=1))
    assert client.asked[0]["MetricDataQueries"][0]["MetricStat"]["Period"] == seconds
