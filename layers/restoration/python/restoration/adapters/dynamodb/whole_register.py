"""The register read as a whole, for the daily reconciliation with Enedis' flows.

A scan of ``limited_contracts`` gives 1 MB a call, some 7,000 contracts: 15 calls for 100,000 limited customers, where
keyed reads of the points in a file would be 1,000. The table holds open limitations and little else.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from restoration.adapters.dynamodb.register import BATCH_GET_ATTEMPTS, BATCH_GET_LIMIT, RegisterBusy
from restoration.clock import from_text, to_text
from restoration.domain.limitation import LimitationStatus
from restoration.domain.register import OpenLimitations, RegisteredLimitation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class WholeRegisterReader:
    """Reads all open limitations, and many limitations by id. The low-level client takes half the time per item."""

    def __init__(self, dynamodb: "DynamoDBClient", contracts_table: str, limitations_table: str) -> None:
        self._dynamodb = dynamodb
        self._contracts_table = contracts_table
        self._limitations_table = limitations_table

    def open_limitations(self, closed_since: datetime) -> OpenLimitations:
        """All open limitations, and the contracts whose limitation was closed since a moment.

        Not a consistent read: a limitation of the last second is looked at with the next day's file.
        """
        found = OpenLimitations()
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._contracts_table,
            ProjectionExpression="contractId, limitations, lastClosedAt",
            FilterExpression="size(limitations) > :none OR lastClosedAt > :since",
            ExpressionAttributeValues={":none": {"N": "0"}, ":since": {"S": to_text(closed_since)}},
        )
        for page in pages:
            for item in page["Items"]:
                limitations = item.get("limitations", {}).get("M", {})
                closed_at = item.get("lastClosedAt", {}).get("S")
                found.add(
                    item["contractId"]["S"],
                    {limitation_id: value["S"] for limitation_id, value in limitations.items()},
                    from_text(closed_at) if closed_at else None,
                )
        return found

    def limitations(self, limitation_ids: Iterable[str]) -> Mapping[str, RegisteredLimitation]:
        """Status, times and open orders of many limitations, a hundred a call; unknown ones are left out.

        Raises
        ------
        RegisterBusy
            When DynamoDB leaves keys unprocessed after several attempts.
        """
        found: dict[str, RegisteredLimitation] = {}
        for ids in batched(dict.fromkeys(limitation_ids), BATCH_GET_LIMIT, strict=False):
            for item in self._batch_get(ids):
                if "status" in item and "lastEventAt" in item:
                    last_event_at = item["lastEventAt"]["S"]
                    found[item["limitationId"]["S"]] = RegisteredLimitation(
                        LimitationStatus(item["status"]["S"]),
                        from_text(last_event_at),
                        from_text(item.get("registeredAt", {}).get("S", last_event_at)),
                        item.get("openOrder", {}).get("M", {}).get("reference", {}).get("S"),
                    )
        return found

    def _batch_get(self, limitation_ids: Iterable[str]) -> Iterable[Mapping[str, Any]]:
        request: Any = {
            self._limitations_table: {
                "Keys": [{"limitationId": {"S": each}} for each in limitation_ids],
                "ConsistentRead": True,
                "ProjectionExpression": "limitationId, #status, lastEventAt, registeredAt, openOrder.#reference",
                "ExpressionAttributeNames": {"#status": "status", "#reference": "reference"},
            }
        }
        for _ in range(BATCH_GET_ATTEMPTS):
            response = self._dynamodb.batch_get_item(RequestItems=request)
            yield from cast("list[Mapping[str, Any]]", response["Responses"].get(self._limitations_table, []))
            request = response.get("UnprocessedKeys") or {}
            if not request:
                return
        raise RegisterBusy(
            f"DynamoDB left keys of {self._limitations_table} unread after {BATCH_GET_ATTEMPTS} attempts"
        )
