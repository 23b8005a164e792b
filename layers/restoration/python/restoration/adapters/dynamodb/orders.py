"""The ``orders`` table: one item for each order's reference, and one for each point with the order at work on it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from restoration.adapters.dynamodb.claims import POINT_KEY
from restoration.clock import from_text, to_text, utc_now
from restoration.domain.limitation import KEPT_AFTER_CLOSING
from restoration.domain.order import OrderRecord, OrderReference, OrderStatus, PointOrder

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class OrderTable:
    """Keeps the record of each order, and the newest token that waits for its outcome.

    An order that is at work has no end. One that has ended is forgotten after ``kept_for``; a worker that looks at it
    again, since billing opened its limitation again, keeps it.
    """

    def __init__(
        self, dynamodb: "DynamoDBServiceResource", table: str, kept_for: timedelta = KEPT_AFTER_CLOSING
    ) -> None:
        self._table = dynamodb.Table(table)
        self._kept_for = kept_for
        self._conflict = dynamodb.meta.client.exceptions.ConditionalCheckFailedException

    def get(self, reference: OrderReference) -> OrderRecord | None:
        item = cast("dict[str, Any]", self._item(reference))
        if "status" not in item:
            return None
        return OrderRecord(
            reference=reference,
            status=OrderStatus(item["status"]),
            look_at=from_text(item["lookAt"]),
            reads=int(item["reads"]),
            case_id=item.get("caseId"),
            code=item.get("code"),
            label=item.get("label"),
            response=item.get("response"),
        )

    def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
        """Write ``record`` if ``known`` is still what is stored; returns whether it was written."""
        values: dict[str, Any] = {
            ":limitationId": record.reference.limitation_id,
            ":intent": record.reference.intent.value,
            ":ordinal": record.reference.ordinal,
            ":reads": record.reads,
            ":lookAt": to_text(record.look_at),
        }
        optional = {
            ":caseId": record.case_id,
            ":code": record.code,
            ":label": record.label,
            ":response": record.response,
        }
        values |= {name: value for name, value in optional.items() if value is not None}
        names = {"#status": "status", **{f"#{name[1:]}": name[1:] for name in values}}
        assignments = ", ".join(f"#{name[1:]} = {name}" for name in values)
        condition = "attribute_not_exists(#status)"
        values[":status"] = record.status.value
        if known is not None:
            condition = "#status = :known AND #lookAt = :knownLookAt"
            values |= {":known": known.status.value, ":knownLookAt": to_text(known.look_at)}
        try:
            self._table.update_item(
                Key={"reference": str(record.reference)},
                UpdateExpression=f"SET #status = :status, {assignments} REMOVE expiresAt",
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except self._conflict:
            return False
        return True

    def status_of(self, reference: OrderReference) -> OrderStatus | None:
        """The status of an order; ``None`` when no worker has begun to send it."""
        record = self.get(reference)
        return record.status if record else None

    def withdraw(self, reference: OrderReference) -> bool:
        """Keep an order from ever being sent; ``False`` when a worker has begun to send it."""
        values = {":withdrawn": OrderStatus.WITHDRAWN.value, ":notSent": OrderStatus.NOT_SENT.value}
        values |= {
            ":at": to_text(utc_now()),
            ":limitationId": reference.limitation_id,
            ":intent": reference.intent.value,
        }
        try:
            self._table.update_item(
                Key={"reference": str(reference)},
                UpdateExpression="SET #status = :withdrawn, lookAt = :at, #reads = :zero, "
                "limitationId = :limitationId, intent = :intent, ordinal = :ordinal",
                ConditionExpression="attribute_not_exists(#status) OR #status IN (:notSent, :withdrawn)",
                ExpressionAttributeNames={"#status": "status", "#reads": "reads"},
                ExpressionAttributeValues={**values, ":zero": 0, ":ordinal": reference.ordinal},
            )
        except self._conflict:
            return False
        return True

    def forget(self, reference: OrderReference, point_id: str) -> None:
        """Let an order that has ended expire, and with it the note that it was the last one on its point."""
        expires_at = int((utc_now() + self._kept_for).timestamp())
        ended = str(reference)
        self._expire(ended, "attribute_exists(#name)", "status", {":expiresAt": expires_at})
        on_point = {":expiresAt": expires_at, ":ended": ended}
        self._expire(POINT_KEY.format(point_id), "#name = :ended", "order", on_point)

    def _expire(self, key: str, condition: str, name: str, values: Mapping[str, Any]) -> None:
        with suppress(self._conflict):
            self._table.update_item(
                Key={"reference": key},
                UpdateExpression="SET expiresAt = :expiresAt",
                ConditionExpression=condition,
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues=dict(values),
            )

    def on_point(self, point_id: str) -> PointOrder | None:
        """The last order that was at work on a point, with its limitation."""
        key = {"reference": POINT_KEY.format(point_id)}
        item = cast("dict[str, Any]", self._table.get_item(Key=key, ConsistentRead=True).get("Item") or {})
        return PointOrder(item["limitationId"], item["order"]) if item else None

    def note_token(self, reference: OrderReference, token: str, entered_at: str) -> str:
        """Keep the token of the state that waits; returns the newest one known, by when its state was entered."""
        try:
            self._table.update_item(
                Key={"reference": str(reference)},
                UpdateExpression="SET #token = :token, tokenEnteredAt = :at REMOVE expiresAt",
                ConditionExpression="attribute_not_exists(tokenEnteredAt) OR tokenEnteredAt <= :at",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={":token": token, ":at": entered_at},
            )
        except self._conflict:
            return cast("str", self._item(reference)["token"])
        return token

    def _item(self, reference: OrderReference) -> Mapping[str, Any]:
        return self._table.get_item(Key={"reference": str(reference)}, ConsistentRead=True).get("Item") or {}
