"""Reads what the advisors' desk measured from the table of channels, where that stack is deployed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from record.domain.measures import Decided
from record.domain.promises import REQUESTS, Promise, Promised, Terms
from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import from_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

PARTITION = "DECIDED#{:%Y-%m}"
"""In which the desk sums a month up."""
OPEN, ENDED = "OPEN", "ENDED#{:%Y-%m-%d}"
"""The lists of work: what is open, and what ended on a day (UTC)."""
_DAY = timedelta(days=1)


class DeskFigures:
    """The questions that were decided, by reason, and what customers were promised that a person sees to."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", channels_table: str, terms: Terms) -> None:
        self._table = dynamodb.Table(channels_table)
        self._terms = terms

    def of(self, month: date) -> Mapping[str, Decided]:
        """Those of the month of a day (of Paris), the most frequent reason first; none where there is no desk."""
        found = sorted(self._query(Key("pk").eq(PARTITION.format(month))), key=lambda it: -it["decided"])
        return {it["sk"]: Decided(int(it["decided"]), int(it["timed"]), int(it["seconds"])) for it in found}

    def promises(self, since: datetime, until: datetime) -> Sequence[Promise]:
        """Those that ended from a moment on and before another (both aware), and those that are open now."""
        first = since.astimezone(UTC)
        lists = [OPEN, *(ENDED.format(first + day * _DAY) for day in range((until - since).days + 2))]
        shown = {"ProjectionExpression": "kind, askedAt, dueBy, doneAt", "IndexName": "by-list"}
        found = (it for each in lists for it in self._query(Key("list").eq(each), **shown))
        return [
            each for each in map(self._promise, found) if each and (each.ended is None or since <= each.ended < until)
        ]

    def _query(self, condition: Any, **how: Any) -> Iterator[Mapping[str, Any]]:
        try:
            yield from items_found(self._table.query, KeyConditionExpression=condition, **how)
        except self._table.meta.client.exceptions.ResourceNotFoundException:
            return

    def _promise(self, item: Mapping[str, Any]) -> Promise | None:
        """What the customer was promised of some work; None where they were told no time, or the record counts it."""
        ended = from_text(item["doneAt"]) if "doneAt" in item else None
        if item["kind"] == "LEFT_TO_ADVISOR":
            # The sentence gives the term of a decision; the list's own time is sooner.
            return Promise(Promised.ADVISOR, self._terms.due(Promised.ADVISOR, from_text(item["askedAt"])), ended)
        kind = item["kind"].lower()
        return Promise(Promised(kind), from_text(item["dueBy"]), ended) if kind in REQUESTS else None
