"""The lists of the protection campaigns in the ``campaigns`` table, one item for each limitation that is concerned.

An item expires with the season: a list says who was protected, and why.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import utc_now
from restoration.domain.campaign import Concerned

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

BEGUN = "begun"
"""The list of campaigns that were begun, where other lists have limitations."""
KEPT = timedelta(days=180)
"""From October until after the truce."""


class CampaignTable:
    """Keeps who is concerned."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", campaigns_table: str) -> None:
        self._table = dynamodb.Table(campaigns_table)

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

    def begin(self, campaign_id: str) -> None:
        """Note that a run of a campaign has begun, also if it finds nobody."""
        key = {"campaignId": BEGUN, "limitationId": campaign_id}
        self._table.put_item(Item=key | {"expiresAt": int((utc_now() + KEPT).timestamp())})

    def has_begun(self, campaign_id: str) -> bool:
        key = {"campaignId": BEGUN, "limitationId": campaign_id}
        return "Item" in self._table.get_item(Key=key, ConsistentRead=True)

    def all(self, campaign_id: str) -> Iterator[Concerned]:
        """All limitations on the list, by their ids."""
        items = items_found(
            self._table.query,
            KeyConditionExpression="campaignId = :id",
            ExpressionAttributeValues={":id": campaign_id},
            ConsistentRead=True,
        )
        return map(_concerned, items)


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
