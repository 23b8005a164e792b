"""The register and what belongs to it, as operations read it: by limitation, contract, point or customer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.plain import plain
from record.adapters.dynamodb.slice_items import key_of_name
from record.cases.failures import CaseError
from record.cases.stack import Stack
from restoration.adapters.dynamodb.batch_reads import RegisterBusy, items_of
from restoration.adapters.dynamodb.pages import items_found
from restoration.adapters.dynamodb.registered import HOW, registered_of
from restoration.domain.register import RegisteredLimitation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEXES = {
    "contractId": "by-contract",
    "pointId": "by-point",
    "customerId": "by-customer",
    "limitationId": "by-limitation",
}
"""The indexes of the limitations and of the messages, by the attribute that is their key."""


class RegisterReader:
    """Reads the tables of one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: DynamoDBClient = stack.client("dynamodb")

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, RegisteredLimitation]:
        """Many limitations at once; those that are not registered are left out."""
        items = self._batch(self._stack.name("limitations"), _keys(limitation_ids), HOW)
        return {item["limitationId"]: registered_of(item) for item in items if "lastEventAt" in item}

    def limitations(self, limitation_ids: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """The whole items of many limitations, by id; those that are not registered are left out."""
        items = self._batch(self._stack.name("limitations"), _keys(limitation_ids), {})
        return {item["limitationId"]: item for item in items}

    def limitation(self, limitation_id: str) -> dict[str, Any]:
        """A limitation's whole item; empty where there is none."""
        return self._item("limitations", {"limitationId": limitation_id})

    def limitations_by(self, attribute: str, value: str) -> Sequence[str]:
        """The ids of all limitations with a contract, point or customer, the closed ones too."""
        return sorted(item["limitationId"]["S"] for item in self._found("limitations", attribute, value))

    def limitations_named(self, name: str) -> Sequence[str]:
        """The ids of the limitations that the record knows by a payment, or by a case at Enedis."""
        return sorted(self._item("counters", key_of_name(name)).get("limitations", ()))

    def left_to_advisors(self) -> Sequence[RegisteredLimitation]:
        """The open limitations that the advisors have, also while they are asked again; the oldest first."""
        table = self._stack.name("limitations")
        found = items_found(self._client.scan, TableName=table, IndexName="by-left-since")
        known = self.many(item["limitationId"]["S"] for item in found).values()
        left = [(each.left_since, each) for each in known if each.is_open and each.left_since]
        return [each for since, each in sorted(left, key=itemgetter(0)) if since >= each.registered_at]

    def questions(self) -> Iterator[Mapping[str, Any]]:
        """Those of the open limitations that have a question. Closed ones are not read: most of the register is."""
        table = self._stack.name("limited-contracts")
        contracts = items_found(self._client.scan, TableName=table, ProjectionExpression="limitations")
        keys = _keys(each for item in contracts for each in item.get("limitations", {"M": {}})["M"])
        names = {"ProjectionExpression": "limitationId, generation, question"}
        return (each for each in self._batch(self._stack.name("limitations"), keys, names) if "question" in each)

    def orders(self, references: Iterable[str]) -> Sequence[dict[str, Any]]:
        """The orders that there are, of some references."""
        keys = [{"reference": {"S": each}} for each in references]
        return list(self._batch(self._stack.name("orders"), keys, {}))

    def messages(self, limitation_id: str) -> Sequence[dict[str, Any]]:
        """The messages that were claimed for a limitation."""
        found = self._found("messages", "limitationId", limitation_id)
        keys = [{"messageId": item["messageId"]} for item in found]
        return list(self._batch(self._stack.name("messages"), keys, {}))

    def acts(self, limitation_id: str) -> Sequence[dict[str, Any]]:
        """What people did on a case, where the stack of channels is deployed; nothing without it."""
        try:
            found = items_found(
                self._client.query,
                TableName=self._stack.name("channels"),
                KeyConditionExpression="pk = :case AND begins_with(sk, :act)",
                ProjectionExpression="kind, #at, #role, channel",
                ExpressionAttributeNames={"#at": "at", "#role": "role"},
                ExpressionAttributeValues={":case": {"S": f"CASE#{limitation_id}"}, ":act": {"S": "ACT#"}},
            )
            return [plain(item) for item in found]
        except self._client.exceptions.ResourceNotFoundException:
            return []

    def _found(self, table: str, attribute: str, value: str) -> Iterator[Mapping[str, Any]]:
        """The items that an index of a table has by an attribute."""
        return items_found(
            self._client.query,
            TableName=self._stack.name(table),
            IndexName=INDEXES[attribute],
            KeyConditionExpression=f"{attribute} = :value",
            ExpressionAttributeValues={":value": {"S": value}},
        )

    def _item(self, table: str, key: Mapping[str, str]) -> dict[str, Any]:
        found = self._client.get_item(
            TableName=self._stack.name(table),
            Key={name: {"S": value} for name, value in key.items()},
            ConsistentRead=True,
        )
        return plain(found.get("Item", {}))

    def _batch(self, table: str, keys: Sequence[Any], options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            yield from map(plain, items_of(self._client, table, keys, **options))
        except RegisterBusy as busy:
            raise CaseError(f"{busy}: try again.") from busy


def _keys(limitation_ids: Iterable[str]) -> Sequence[Any]:
    return [{"limitationId": {"S": each}} for each in sorted(set(limitation_ids))]
