"""A metric alarm over time: its windows slide by a minute."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from moto.cloudwatch.models import Dimension, Metric, MetricDataQuery, MetricStat

from embedded_cloud.alarms.alarm import MetricAlarm
from embedded_cloud.alarms.evaluation import State
from embedded_cloud.clock import Clock
from embedded_cloud.errors import TemplateError
from embedded_cloud.metrics import MetricStore

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def put(**changes: Any) -> MetricAlarm:
    given: dict[str, Any] = {
        "name": "alarm",
        "namespace": "N",
        "metric_name": "M",
        "metric_data_queries": None,
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 1,
        "datapoints_to_alarm": None,
        "period": 60,
        "threshold": 0,
        "statistic": "Sum",
        "extended_statistic": None,
        "dimensions": [Dimension("service", "s")],
        "unit": None,
        "treat_missing_data": "notBreaching",
    }
    return MetricAlarm(SimpleNamespace(**given | changes))


class Course:
    """An alarm that is looked at each minute."""

    def __init__(self, alarm: MetricAlarm) -> None:
        self.alarm = alarm
        self.clock = Clock(NOON)
        self.store = MetricStore(self.clock)
        self.state = State.INSUFFICIENT_DATA
        self.reason = ""

    def measure(self, value: float) -> None:
        self.store.put("N", {"M": value}, {"service": "s"})

    def minutes(self, count: int) -> list[State]:
        states = []
        for _ in range(count):
            self.clock.move(timedelta(minutes=1))
            self.state, reason = self.alarm.look(self.store, self.clock.minute, self.state)
            self.reason = reason or self.reason
            states.append(self.state)
        return states


def test_reason_is_said_as_cloudwatch_says_it() -> None:
    course = Course(put(threshold=2))
    course.measure(3)
    course.minutes(1)
    assert course.reason == (
        "Threshold Crossed: 1 out of the last 1 datapoint [3.0 (26/11/26 12:00:00)] was greater than the threshold "
        "(2.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    course.minutes(3)
    assert course.reason == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
        "[NonBreaching]."
    )


def test_alarm_over_27_hours_looks_two_periods_further_back() -> None:
    course = Course(
        put(
            period=3600,
            evaluation_periods=27,
            datapoints_to_alarm=27,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
        )
    )
    course.measure(1)
    states = course.minutes(30 * 60)
    assert states.index(State.ALARM) == 29 * 60
    assert set(states[: 29 * 60]) == {State.OK}


def query(name: str, metric: str | None = None, expression: str | None = None) -> MetricDataQuery:
    stat = metric and MetricStat(Metric(metric, "N", [Dimension("service", "s")]), "60", "Sum", "")
    return MetricDataQuery(name, "", "", metric is None, expression, stat or None)  # type: ignore[arg-type] # moto's type


@pytest.mark.parametrize(
    "changes",
    [
        {"statistic": None, "extended_statistic": "p90"},
        {"comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold"},
        {"period": 30},
        {"unit": "Count"},
        {"datapoints_to_alarm": 2},
        {"metric_data_queries": [query("e", expression="nobody + 1")]},
        {"metric_data_queries": [query("a", expression="b"), query("b", expression="a"), query("m", "M")]},
    ],
)
def test_alarm_that_would_be_evaluated_wrongly_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TemplateError, match="alarm alarm: "):
        put(**changes)
