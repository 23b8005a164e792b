"""The ``orders`` table: one item for each order's reference, and one for each point with the order at work on it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.claims import POINT_KEY
from restoration.adapters.dynamodb.items import item_of, record_of
from restoration.adapters.dynamodb.writes import update_if
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
        assignments = ", ".join(f"#{name} = :{name}" for name in item)
        values = {**{f":{name}": value for name, value in item.items()}, **as_read}
        return self._update(record.reference, f"SET {assignments} REMOVE expiresAt", condition, values)

    def forget(self, reference: OrderReference, point_id: str) -> None:
        """Let an order that has ended expire, and with it the note that it was the last one on its point."""
        at = {":expiresAt": int((utc_now() + self._kept_for).timestamp())}
        update, ended = "SET expiresAt = :expiresAt", str(reference)
        self._update(ended, update, "attribute_exists(#status)", at)
        on_point = POINT_KEY.format(point_id)
        self._update(on_point, update, "#order = :ended", at | {":ended": ended})

    def on_point(self, point_id: str) -> PointOrder | None:
        """The last order that was at work on a point, with its limitation."""
        key = {"reference": POINT_KEY.format(point_id)}
        item: Mapping[str, Any] = self._table.get_item(Key=key, ConsistentRead=True).get("Item") or {}
        return PointOrder(item["limitationId"], item["order"]) if item else None

    def note_token(self, reference: OrderReference, token: str, entered_at: str) -> str:
        """Keep the token of the state that waits; returns the newest one known, by when its state was entered."""
        update = "SET #token = :token, tokenEnteredAt = :at REMOVE expiresAt"
        is_newest = "attribute_not_exists(tokenEnteredAt) OR tokenEnteredAt <= :at"
        if self._update(reference, update, is_newest, {":token": token, ":at": entered_at}):
            return token
        return str(self._item(reference)["token"])

    def _update(self, reference: OrderReference | str, update: str, condition: str, values: Mapping[str, Any]) -> bool:
        """Make one conditional update; ``False`` when the condition did not hold."""
        return update_if(self._table, {"reference": str(reference)}, update, condition, values) is not None

    def _item(self, reference: OrderReference) -> Mapping[str, Any]:
        return self._table.get_item(Key={"reference": str(reference)}, ConsistentRead=True).get("Item") or {}
