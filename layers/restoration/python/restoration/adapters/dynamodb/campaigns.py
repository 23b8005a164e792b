"""The lists of the protection campaigns in the ``campaigns`` table, one item for each limitation that is concerned.

An item expires with the season: a list says who was protected, and why.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from restoration.adapters.dynamodb.register import BATCH_GET_ATTEMPTS, BATCH_GET_LIMIT, RegisterBusy
from restoration.clock import utc_now
from restoration.domain.campaign import Concerned, Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

KEPT = timedelta(days=180)
"""From October until after the truce."""


class CampaignTable:
    """Keeps who is concerned, and reads how their limitations stand."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", campaigns_table: str, limitations_table: str) -> None:
        self._dynamodb = dynamodb
        self._table = dynamodb.Table(campaigns_table)
        self._limitations_table = limitations_table

    def find(self, campaign_id: str, limitation_id: str) -> Concerned | None:
        """The limitation on a campaign's list; ``None`` when it is not on it."""
        key = {"campaignId": campaign_id, "limitationId": limitation_id}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return _concerned(item) if item else None

    def put(self, campaign_id: str, concerned: Concerned) -> None:
        """Put a limitation on the list, or write what is known of it now."""
        item = {
            "campaignId": campaign_id,
            "limitationId": concerned.limitation_id,
            "contractId": concerned.contract_id,
            "measure": concerned.measure,
            "reason": concerned.reason,
            "floorKva": concerned.floor_kva,
            "keptBack": concerned.kept_back or None,
            "started": concerned.is_started,
            "expiresAt": int((utc_now() + KEPT).timestamp()),
        }
        self._table.put_item(Item={name: value for name, value in item.items() if value is not None})

    def all(self, campaign_id: str) -> Iterator[Concerned]:
        """All limitations on the list, by their ids."""
        request: Any = {
            "KeyConditionExpression": "campaignId = :id",
            "ExpressionAttributeValues": {":id": campaign_id},
            "ConsistentRead": True,
        }
        while True:
            response = self._table.query(**request)
            yield from map(_concerned, response["Items"])
            if "LastEvaluatedKey" not in response:
                return
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def standings(self, limitation_ids: Iterable[str]) -> Mapping[str, Standing]:
        """How many limitations stand in the register, a hundred a call; unknown ones are left out.

        Raises
        ------
        RegisterBusy
            When DynamoDB leaves keys unprocessed after several attempts.
        """
        found: dict[str, Standing] = {}
        for ids in batched(dict.fromkeys(limitation_ids), BATCH_GET_LIMIT, strict=False):
            for item in self._batch_get(ids):
                if "status" in item:
                    found[str(item["limitationId"])] = _standing(item)
        return found

    def _batch_get(self, limitation_ids: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        table = self._limitations_table
        request: Any = {
            table: {
                "Keys": [{"limitationId": each} for each in limitation_ids],
                "ConsistentRead": True,
                "ProjectionExpression": "limitationId, #status, limitedPowerKva, holder, #outcome, outcomeReason",
                "ExpressionAttributeNames": {"#status": "status", "#outcome": "outcome"},
            }
        }
        for _ in range(BATCH_GET_ATTEMPTS):
            response = self._dynamodb.batch_get_item(RequestItems=request)
            yield from response["Responses"].get(table, [])
            request = response.get("UnprocessedKeys") or {}
            if not request:
                return
        raise RegisterBusy(f"DynamoDB left keys of {table} unread after {BATCH_GET_ATTEMPTS} attempts")


def _concerned(item: Mapping[str, Any]) -> Concerned:
    return Concerned(
        limitation_id=item["limitationId"],
        contract_id=item["contractId"],
        measure=item["measure"],
        reason=item["reason"],
        floor_kva=item.get("floorKva"),
        kept_back=item.get("keptBack", ""),
        is_started=bool(item["started"]),
    )


def _standing(item: Mapping[str, Any]) -> Standing:
    return Standing(
        status=item["status"],
        limited_power_kva=item["limitedPowerKva"],
        holder=cast("str | None", item.get("holder")),
        outcome=item.get("outcome", ""),
        outcome_reason=item.get("outcomeReason", ""),
    )
