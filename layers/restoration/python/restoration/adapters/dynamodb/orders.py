"""The ``orders`` table: one item for each order's reference, and one for each point with the order at work on it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.claims import POINT_KEY
from restoration.adapters.dynamodb.items import item_of, record_of
from restoration.adapters.dynamodb.writes import item_at, set_if
from restoration.clock import to_text, utc_now
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

    def get(self, reference: OrderReference) -> OrderRecord | None:
        item = self._item(reference)
        return record_of(OrderRecord, item, reference=reference) if "status" in item else None

    def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
        """Write ``record`` if ``known`` is still what is stored; returns whether it was written.

        Where nothing is known, an order is stored that is not at Enedis for certain, or none.
        """
        if known is None:
            is_free = "attribute_not_exists(#status) OR #status = :notSent"
            return self._write(record, is_free, {":notSent": OrderStatus.NOT_SENT})
        as_read = {":known": known.status, ":knownLookAt": to_text(known.look_at)}
        return self._write(record, "#status = :known AND #lookAt = :knownLookAt", as_read)

    def status_of(self, reference: OrderReference) -> OrderStatus | None:
        """The status of an order; ``None`` when no worker has begun to send it."""
        record = self.get(reference)
        return record.status if record else None

    def withdraw(self, reference: OrderReference) -> bool:
        """Keep an order from ever being sent; ``False`` when a worker has begun to send it."""
        record = OrderRecord(reference, OrderStatus.WITHDRAWN, utc_now())
        statuses = {":withdrawn": OrderStatus.WITHDRAWN, ":notSent": OrderStatus.NOT_SENT}
        return self._write(record, "attribute_not_exists(#status) OR #status IN (:notSent, :withdrawn)", statuses)

    def _write(self, record: OrderRecord, condition: str, as_read: Mapping[str, Any]) -> bool:
        item = item_of(record)
        item |= item.pop("reference")
        return self._set(record.reference, condition, as_read, **item, expiresAt=None)

    def forget(self, reference: OrderReference, point_id: str) -> None:
        """Let an order that has ended expire, and with it the note that it was the last one on its point."""
        expires_at = int((utc_now() + self._kept_for).timestamp())
        self._set(reference, "attribute_exists(#status)", expiresAt=expires_at)
        self._set(POINT_KEY.format(point_id), "#order = :ended", {":ended": str(reference)}, expiresAt=expires_at)

    def on_point(self, point_id: str) -> PointOrder | None:
        """The last order that was at work on a point, with its limitation."""
        item = self._item(POINT_KEY.format(point_id))
        return PointOrder(item["limitationId"], item["order"]) if item else None

    def note_token(self, reference: OrderReference, token: str, entered_at: str) -> str:
        """Keep the token of the state that waits; returns the newest one known, by when its state was entered."""
        is_newest = "attribute_not_exists(tokenEnteredAt) OR tokenEnteredAt <= :tokenEnteredAt"
        if self._set(reference, is_newest, token=token, tokenEnteredAt=entered_at, expiresAt=None):
            return token
        return str(self._item(reference)["token"])

    def _set(self, reference: OrderReference | str, *condition: Any, **attributes: Any) -> bool:
        """Make one conditional update; ``False`` when the condition did not hold."""
        return set_if(self._table, {"reference": str(reference)}, *condition, **attributes)

    def _item(self, reference: OrderReference | str) -> Mapping[str, Any]:
        return item_at(self._table, reference=str(reference))
