"""The notices to the social services, each in its limitation's item of the ``limitations`` table."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from restoration.adapters.dynamodb.claim_items import social_notice_of
from restoration.clock import to_text
from restoration.domain.social_notice import SocialNotice

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class SocialNoticeTable:
    """Keeps the notice of a limitation, and whether its event was published."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", limitations_table: str) -> None:
        self._table = dynamodb.Table(limitations_table)

    def keep(self, limitation_id: str, since: datetime, generation: int) -> SocialNotice | None:
        """Keep the notice about a reduction; the one that is kept, which may be older.

        ``None`` when the limitation is not reduced since then any more.
        """
        kept = self._update(
            limitation_id,
            "SET socialNotice = :notice",
            "limitedSince = :since AND (attribute_not_exists(socialNotice) OR socialNotice.since <> :since)",
            {
                ":notice": {"since": to_text(since), "generation": generation, "published": False},
                ":since": to_text(since),
            },
        )
        if kept is not None:
            return kept
        item = self._table.get_item(Key={"limitationId": limitation_id}, ConsistentRead=True).get("Item", {})
        known = social_notice_of(cast("Mapping[str, Any]", item))
        return known if known and known.since == since else None

    def mark_published(self, limitation_id: str, notice: SocialNotice) -> None:
        """Note that the notice's event was published; do nothing when another notice took its place."""
        self._update(
            limitation_id,
            "SET socialNotice.published = :yes",
            "socialNotice.since = :since",
            {":yes": True, ":since": to_text(notice.since)},
        )

    def _update(
        self, limitation_id: str, update: str, condition: str, values: Mapping[str, Any]
    ) -> SocialNotice | None:
        try:
            response = self._table.update_item(
                Key={"limitationId": limitation_id},
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=dict(values),
                ReturnValues="ALL_NEW",
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return None
        return social_notice_of(cast("Mapping[str, Any]", response["Attributes"]))
