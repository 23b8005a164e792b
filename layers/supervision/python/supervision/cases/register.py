"""The register and what belongs to it, as operations read it: by limitation, contract, point or customer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from restoration.domain.limitation import OPEN_STATUSES, LimitationStatus
from supervision.cases.failures import CaseError
from supervision.cases.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEXES = {"contractId": "by-contract", "pointId": "by-point", "customerId": "by-customer"}
"""The indexes of the limitations table, by the attribute that is their key."""
_AT_ONCE = 100
_ATTEMPTS = 6
_NEEDED = ("limitationId", "contractId", "pointId", "status", "holder", "settlement")


@dataclass(frozen=True, slots=True)
class Registered:
    """A limitation as far as a list of cases needs it. Executions are ARNs."""

    contract_id: str
    point_id: str
    is_open: bool
    holder: str | None
    settled_by: str | None


class RegisterReader:
    """Reads the tables of one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: DynamoDBClient = stack.client("dynamodb")

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, Registered]:
        """Many limitations at once; those that are not registered are left out."""
        names = {f"#{number}": name for number, name in enumerate(_NEEDED)}
        items = self._batch(
            self._stack.name("limitations"),
            [{"limitationId": {"S": each}} for each in sorted(limitation_ids)],
            {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names},
        )
        return {item["limitationId"]: _registered(item) for item in items if "contractId" in item}

    def limitations(self, limitation_ids: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """The whole items of many limitations, by id; those that are not registered are left out."""
        keys = [{"limitationId": {"S": each}} for each in sorted(limitation_ids)]
        return {item["limitationId"]: item for item in self._batch(self._stack.name("limitations"), keys, {})}

    def limitation(self, limitation_id: str) -> dict[str, Any]:
        """A limitation's whole item; empty where there is none."""
        return self._item("limitations", {"limitationId": limitation_id})

    def limitations_by(self, attribute: str, value: str) -> Sequence[str]:
        """The ids of all limitations with a contract, point or customer, the closed ones too."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._stack.name("limitations"),
            IndexName=INDEXES[attribute],
            KeyConditionExpression=f"{attribute} = :value",
            ExpressionAttributeValues={":value": {"S": value}},
        )
        return sorted(item["limitationId"]["S"] for page in pages for item in page["Items"])

    def orders(self, references: Iterable[str]) -> Sequence[dict[str, Any]]:
        """The orders that there are, of some references."""
        keys = [{"reference": {"S": each}} for each in references]
        return list(self._batch(self._stack.name("orders"), keys, {}))

    def messages(self, limitation_id: str) -> Sequence[dict[str, Any]]:
        """The messages that were claimed for a limitation."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._stack.name("messages"),
            IndexName="by-limitation",
            KeyConditionExpression="limitationId = :id",
            ExpressionAttributeValues={":id": {"S": limitation_id}},
        )
        keys = [{"messageId": item["messageId"]} for page in pages for item in page["Items"]]
        return list(self._batch(self._stack.name("messages"), keys, {}))

    def _item(self, table: str, key: Mapping[str, str]) -> dict[str, Any]:
        found = self._client.get_item(
            TableName=self._stack.name(table),
            Key={name: {"S": value} for name, value in key.items()},
            ConsistentRead=True,
        )
        return plain(found.get("Item", {}))

    def _batch(self, table: str, keys: Sequence[Any], options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for some in batched(keys, _AT_ONCE, strict=False):
            request: Any = {table: {"Keys": list(some), **options}}
            for _ in range(_ATTEMPTS):
                response = self._client.batch_get_item(RequestItems=request)
                yield from map(plain, response["Responses"].get(table, []))
                request = response.get("UnprocessedKeys")
                if not request:
                    break
            else:
                raise CaseError(f"DynamoDB left keys of {table} unread after {_ATTEMPTS} attempts: try again.")


_READER = TypeDeserializer()


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item without DynamoDB's type letters."""
    return {name: _READER.deserialize(value) for name, value in item.items()}


def _registered(item: Mapping[str, Any]) -> Registered:
    return Registered(
        item["contractId"],
        item["pointId"],
        LimitationStatus(item["status"]) in OPEN_STATUSES,
        item.get("holder"),
        item.get("settlement", {}).get("execution"),
    )
