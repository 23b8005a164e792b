"""One metric alarm: what it looks at, and what it sees at a moment."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from embedded_cloud.alarms.evaluation import EXTRA_DATAPOINTS, Missing, State, next_state
from embedded_cloud.alarms.languages import Expression
from embedded_cloud.clock import SECONDS_PER_MINUTE, moment_of
from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from embedded_cloud.metrics import MetricKey, MetricStore

STATISTIC = re.compile(r"Sum|Average|Minimum|Maximum|SampleCount|TC\(\d+:\)")
OPERATORS: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": ("greater than", operator.gt),
    "GreaterThanOrEqualToThreshold": ("greater than or equal to", operator.ge),
    "LessThanThreshold": ("less than", operator.lt),
    "LessThanOrEqualToThreshold": ("less than or equal to", operator.le),
}
Value = float | None


def _begins(windows: Sequence[tuple[int, int]]) -> list[dt.datetime]:
    return [moment_of(start) for start, _ in windows]


class MetricAlarm:
    """A metric alarm as it was put.

    Parameters
    ----------
    alarm
        moto's.

    Raises
    ------
    TemplateError
        When it has something that is not evaluated here.
    """

    def __init__(self, alarm: Any) -> None:
        self.name: str = alarm.name
        self.missing = Missing(alarm.treat_missing_data or Missing.MISSING)
        self.periods = int(alarm.evaluation_periods)
        self.to_alarm = int(alarm.datapoints_to_alarm or self.periods)
        if self.to_alarm > self.periods:
            self._refuse(f"DatapointsToAlarm {self.to_alarm} is more than EvaluationPeriods {self.periods}")
        self.threshold = float(alarm.threshold)
        if alarm.comparison_operator not in OPERATORS:
            self._refuse(f"{alarm.comparison_operator} is not evaluated here")
        if alarm.unit:
            self._refuse("an alarm on one unit is not evaluated here; leave Unit out")
        self.words, self._breaches = OPERATORS[alarm.comparison_operator]
        self._metrics: dict[str, tuple[MetricKey, str]] = {}
        """Each with its statistic."""
        self._expressions: dict[str, Expression] = {}
        self._watched = "m"
        periods = {int(alarm.period)} if alarm.period else set[int]()
        if alarm.metric_data_queries:
            periods = self._read_queries(alarm.metric_data_queries)
        else:
            self._metrics["m"] = self._metric(alarm, alarm.statistic or alarm.extended_statistic)
        if len(periods) != 1 or (period := min(periods)) % SECONDS_PER_MINUTE:
            self._refuse(f"one period of whole minutes is needed, not {sorted(periods)} seconds")
        self.minutes = period // SECONDS_PER_MINUTE

    def _read_queries(self, queries: Sequence[Any]) -> set[int]:
        periods: set[int] = set()
        for query in queries:
            if query.metric_stat is None:
                self._expressions[query.id] = Expression(query.expression)
            else:
                stat = query.metric_stat
                self._metrics[query.id] = self._metric(stat.metric, stat.stat)
                periods.add(int(stat.period))
        watched = [query.id for query in queries if query.return_data is not False]
        unknown = {name for each in self._expressions.values() for name in each.names} - {each.id for each in queries}
        if len(watched) != 1 or unknown:
            self._refuse(f"one metric must be returned, not {watched}; unknown: {sorted(unknown)}")
        (self._watched,) = watched
        return periods

    def _metric(self, of: Any, statistic: str) -> tuple[MetricKey, str]:
        if not STATISTIC.fullmatch(str(statistic)):
            self._refuse(f"the statistic {statistic} is not evaluated here")
        dimensions = frozenset((each.name, each.value) for each in of.dimensions)
        return (of.namespace, of.metric_name, dimensions), statistic

    def _refuse(self, why: str) -> None:
        raise TemplateError(f"alarm {self.name}: {why}")

    def look(self, store: MetricStore, minute: int, state: State) -> tuple[State, str]:
        """Look at the periods that end with a minute, which is not among them; the window slides with it.

        Returns
        -------
        tuple[State, str]
            The alarm's next state, and why it has that, where it is another than before.
        """
        count = self.periods + EXTRA_DATAPOINTS
        ends = [minute - back * self.minutes for back in reversed(range(count))]
        windows = [(end - self.minutes, end) for end in ends]
        values = self._values(store, windows)
        breaching = [None if value is None else self._breaches(value, self.threshold) for value in values]
        found = next_state(breaching, periods=self.periods, to_alarm=self.to_alarm, missing=self.missing, state=state)
        if found is state:
            return found, ""
        return found, self._reason(_begins(windows), values, found)

    def _values(self, store: MetricStore, windows: Sequence[tuple[int, int]]) -> Sequence[Value]:
        known: dict[str, Sequence[Value]] = {
            name: [store.statistic(*metric, start, end) for start, end in windows]
            for name, metric in self._metrics.items()
        }
        waiting = dict(self._expressions)
        while waiting:
            ready = [name for name, each in waiting.items() if each.names <= known.keys()]
            if not ready:
                self._refuse(f"expressions refer to each other in a circle: {sorted(waiting)}")
            for name in ready:
                known[name] = waiting.pop(name).series(known, _begins(windows))
        return known[self._watched]

    def _reason(self, begins: Sequence[dt.datetime], values: Sequence[Value], found: State) -> str:
        """Say why, in CloudWatch's words."""
        real = [(at, value) for at, value in zip(begins, values, strict=True) if value is not None][-self.periods :]
        if found is State.INSUFFICIENT_DATA:
            return "Insufficient Data: no datapoints were received."
        if not real:
            plural, were = ("s", "were") if self.periods > 1 else ("", "was")
            treated = "Breaching" if self.missing is Missing.BREACHING else "NonBreaching"
            return (
                f"Threshold Crossed: no datapoints were received for {self.periods} period{plural} and {self.periods} "
                f"missing datapoint{plural} {were} treated as [{treated}]."
            )
        shown = ", ".join(f"{value} ({at:%d/%m/%y %H:%M:%S})" for at, value in reversed(real))
        breaching = sum(self._breaches(value, self.threshold) for _, value in real)
        is_alarm = found is State.ALARM
        count = breaching if is_alarm else len(real) - breaching
        return (
            f"Threshold Crossed: {count} out of the last {self.periods} datapoint{'s' if self.periods > 1 else ''} "
            f"[{shown}] {'was' if count == 1 else 'were'} {'' if is_alarm else 'not '}{self.words} the threshold "
            f"({self.threshold}) (minimum {self.to_alarm} datapoint{'s' if self.to_alarm > 1 else ''} for "
            f"{'OK -> ALARM' if is_alarm else 'ALARM -> OK'} transition)."
        )
