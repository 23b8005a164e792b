"""What services and functions measure, from CloudWatch: many metrics with one call."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from supervision.sources import Values, Wanted

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

AT_ONCE = 500
"""Queries of one GetMetricData."""
FINE, MEDIUM = timedelta(days=15), timedelta(days=63)
"""How long CloudWatch keeps values by the minute, and by five minutes; older ones it keeps by the hour.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""


class CloudWatchMeasures:
    """Implements :class:`supervision.sources.Measures`."""

    def __init__(self, client: "CloudWatchClient", clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    def series(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        statistic: str,
        since: datetime,
        until: datetime,
        period: timedelta,
    ) -> Values:
        """The values of one metric by period, oldest first."""
        [found] = self.several([Wanted(namespace, name, dimensions, statistic, period)], since, until)
        return found

    def several(self, wanted: Sequence[Wanted], since: datetime, until: datetime) -> Sequence[Values]:
        """The values of several metrics, in their order."""
        # CloudWatch begins at the start's minute, and returns each period that begins before the end, to its own end.
        since, until = (each.replace(second=0, microsecond=0) for each in (since, until))
        least = _least_period(self._clock() - since)
        found: list[Values] = []
        for some in batched(wanted, AT_ONCE, strict=False):
            found += self._read(some, since, until, least)
        return found

    def _read(self, wanted: Sequence[Wanted], since: datetime, until: datetime, least: timedelta) -> Sequence[Values]:
        queries = [_query(f"m{place}", each, least) for place, each in enumerate(wanted)]
        found: dict[str, list[tuple[datetime, float]]] = {query["Id"]: [] for query in queries}
        pages = self._client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=since, EndTime=until, ScanBy="TimestampAscending"
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                moments = (moment.astimezone(UTC) for moment in result["Timestamps"])
                found[result["Id"]] += zip(moments, result["Values"], strict=True)
        return [sorted(found[query["Id"]]) for query in queries]


def _query(place: str, wanted: Wanted, least: timedelta) -> "MetricDataQueryTypeDef":
    return {
        "Id": place,
        "MetricStat": {
            "Metric": {
                "Namespace": wanted.namespace,
                "MetricName": wanted.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in wanted.dimensions.items()],
            },
            "Period": round(max(wanted.period, least).total_seconds()),
            "Stat": wanted.statistic,
        },
    }


def _least_period(age: timedelta) -> timedelta:
    if age < FINE:
        return timedelta(minutes=1)
    return timedelta(minutes=5) if age < MEDIUM else timedelta(hours=1)
