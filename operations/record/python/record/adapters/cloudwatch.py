"""What services and functions measure, from CloudWatch: many metrics with one call, which takes 500 at most."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from record.domain.measures import Values, Wanted, finest_period

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef


class CloudWatchMeasures:
    """Implements :class:`record.domain.measures.Measures`."""

    def __init__(self, client: "CloudWatchClient", clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    def several(self, wanted: Sequence[Wanted], since: datetime, until: datetime) -> Sequence[Values]:
        # CloudWatch begins at the start's minute, and returns each period that begins before the end, to its own end.
        since, until = (each.replace(second=0, microsecond=0) for each in (since, until))
        least = finest_period(self._clock() - since)
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
