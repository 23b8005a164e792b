"""Reads what the desk measured in a month from the table of channels, where that stack is deployed."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key

from record.domain.desk import Decided
from restoration.adapters.dynamodb.pages import items_found

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

PARTITION = "DECIDED#{:%Y-%m}"
"""In which the desk sums a month up."""


class DeskMinutes:
    """The questions that were decided, by reason."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", channels_table: str) -> None:
        self._table = dynamodb.Table(channels_table)

    def of(self, month: date) -> Mapping[str, Decided]:
        """Those of the month of a day (of Paris), the most frequent reason first; none where there is no desk."""
        try:
            found = list(items_found(self._table.query, KeyConditionExpression=Key("pk").eq(PARTITION.format(month))))
        except self._table.meta.client.exceptions.ResourceNotFoundException:
            return {}
        found.sort(key=lambda it: -it["decided"])
        return {it["sk"]: Decided(int(it["decided"]), int(it["timed"]), int(it["seconds"])) for it in found}
