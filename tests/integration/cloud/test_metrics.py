"""What was measured is read by CloudWatch's own API: by namespace, dimensions and period; and by alarms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from embedded_cloud.alarms.evaluation import State

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud

HOUR = dt.timedelta(hours=1)


def put(cloud: EmbeddedCloud, namespace: str, at: dt.datetime, *values: float, **dimensions: str) -> None:
    named: Any = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    data: Any = [{"MetricName": "M", "Dimensions": named, "Timestamp": at, "Value": value} for value in values]
    cloud.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)


def read(
    cloud: EmbeddedCloud, namespace: str, statistic: str, until: dt.datetime, order: Any = "TimestampAscending"
) -> list[tuple[dt.datetime, float]]:
    metric: Any = {"Namespace": namespace, "MetricName": "M", "Dimensions": [{"Name": "of", "Value": "us"}]}
    found = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": statistic}}],
        StartTime=until - 2 * HOUR,
        EndTime=until,
        ScanBy=order,
    )["MetricDataResults"][0]
    return list(zip(found["Timestamps"], found["Values"], strict=True))


def test_values_of_another_namespace_or_dimension_are_not_taken(cloud: EmbeddedCloud) -> None:
    now = dt.datetime.now(dt.UTC)
    at = now - dt.timedelta(minutes=30)
    put(cloud, "Ours", at, 1.0, 2.0, of="us")
    put(cloud, "Theirs", at, 10.0, of="us")
    put(cloud, "Ours", at, 100.0, of="them")
    assert [value for _, value in read(cloud, "Ours", "Sum", now)] == [3.0]


def test_period_that_begins_before_the_end_is_whole(cloud: EmbeddedCloud) -> None:
    now = dt.datetime.now(dt.UTC).replace(second=30, microsecond=0)
    begin = now.replace(second=0)
    put(cloud, "Whole", begin - HOUR, 1.0, of="us")
    put(cloud, "Whole", begin + dt.timedelta(minutes=5), 2.0, of="us")
    assert read(cloud, "Whole", "Sum", now) == [(begin - HOUR, 1.0), (begin, 2.0)]
    assert read(cloud, "Whole", "Sum", begin) == [(begin - HOUR, 1.0)]


def test_percentile_and_periods_are_those_of_what_came(cloud: EmbeddedCloud) -> None:
    now = dt.datetime.now(dt.UTC)
    put(cloud, "Times", now - dt.timedelta(minutes=90), *(float(value) for value in range(1, 102)), of="us")
    put(cloud, "Times", now - dt.timedelta(minutes=30), 7.0, of="us")
    begin = now.replace(second=0, microsecond=0)
    expected = [(begin - 2 * HOUR, 96.0), (begin - HOUR, 7.0)]
    assert read(cloud, "Times", "p95", now) == expected
    assert read(cloud, "Times", "p95", now, "TimestampDescending") == expected[::-1]
    assert [value for _, value in read(cloud, "Times", "TC(99:)", now)] == [2.0, 0.0]


def test_action_that_fails_is_in_the_history_and_other_alarms_are_evaluated(cloud: EmbeddedCloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    for name in ("first", "second"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            AlarmActions=[f"arn:aws:sns:{cloud.region}:123456789012:nothing"],
            Namespace="N",
            MetricName="M",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="breaching",
        )
    cloud.pass_minutes()
    assert [cloud.alarms.state(name) for name in ("first", "second")] == [State.ALARM, State.ALARM]
    [action] = cloudwatch.describe_alarm_history(AlarmName="first", HistoryItemType="Action")["AlarmHistoryItems"]
    assert action["HistorySummary"].startswith("Failed to execute action arn:aws:sns:")
