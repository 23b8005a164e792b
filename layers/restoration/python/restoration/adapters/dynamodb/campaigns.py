"""The lists of the protection campaigns in the ``campaigns`` table, one item for each limitation that is concerned.

An item expires with the season: a list says who was protected, and why.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.items import item_of, record_of
from restoration.adapters.dynamodb.pages import items_found
from restoration.adapters.dynamodb.writes import item_at
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
        item = item_at(self._table, campaignId=campaign_id, limitationId=limitation_id)
        return _concerned(item) if item else None

    def put(self, campaign_id: str, concerned: Concerned) -> None:
        """Put a limitation on the list, or write what is known of it now."""
        item = {name: value for name, value in item_of(concerned).items() if value != ""}
        own = {"campaignId": campaign_id, "started": item.pop("isStarted")}
        self._table.put_item(Item=item | own | {"expiresAt": int((utc_now() + KEPT).timestamp())})

    def begin(self, campaign_id: str) -> None:
        """Note that a run of a campaign has begun, also if it finds nobody."""
        key = {"campaignId": BEGUN, "limitationId": campaign_id}
        self._table.put_item(Item=key | {"expiresAt": int((utc_now() + KEPT).timestamp())})

    def has_begun(self, campaign_id: str) -> bool:
        return bool(item_at(self._table, campaignId=BEGUN, limitationId=campaign_id))

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
    return record_of(Concerned, item, is_started=bool(item["started"]))
