"""What follows when an alarm changes its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_cloud.alarms.evaluation import State

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud


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
