"""Kept decisions, read from the table that evaluate_decision writes; only what was decided, and no inputs."""

import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.clock import to_text
from supervision.sources import Decided

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class KeptDecisions:
    """The ``decisions`` table; reads the records, which outlive the inputs, and none of the inputs."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def last(self, limitation_id: str, decision: str, until: datetime) -> Decided | None:
        """The last such decision about a limitation up to a moment; None where none is kept."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            # A record's key begins with its moment; "$" comes after the "#" that follows it, all other keys later.
            KeyConditionExpression="limitationId = :id AND decidedAt < :until",
            FilterExpression="decision = :decision",
            ProjectionExpression="version, #value",
            ExpressionAttributeNames={"#value": "value"},
            ExpressionAttributeValues={
                ":id": {"S": limitation_id},
                ":until": {"S": f"{to_text(until)}$"},
                ":decision": {"S": decision},
            },
            ScanIndexForward=False,
        )
        for page in pages:
            for item in page["Items"]:
                value: Any = json.loads(unpacked(bytes(item["value"]["B"])), parse_float=Decimal)
                return Decided(decision, item["version"]["S"], value)
        return None
