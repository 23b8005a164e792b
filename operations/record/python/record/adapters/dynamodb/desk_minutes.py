"""Reads what the desk measured in a month from the table of channels, where that stack is deployed."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from record.domain.desk import Decided

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DeskMinutes:
    """The questions that were decided, by reason."""

    def __init__(self, dynamodb: "DynamoDBClient", channels_table: str) -> None:
        self._client = dynamodb
        self._table = channels_table

    def of(self, month: date) -> Mapping[str, Decided]:
        """Those of the month of a day (of Paris); none where there is no desk."""
        try:
            found = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :month",
                ExpressionAttributeValues={":month": {"S": f"DECIDED#{month:%Y-%m}"}},
            )
        except self._client.exceptions.ResourceNotFoundException:
            return {}
        return {item["sk"]["S"]: Decided(int(item["timed"]["N"]), int(item["seconds"]["N"])) for item in found["Items"]}
