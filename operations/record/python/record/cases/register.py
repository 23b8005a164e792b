"""The register and what belongs to it, as operations read it: by limitation, contract, point, customer, payment."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.plain import plain
from record.adapters.dynamodb.slice_items import key_of_name
from record.cases.failures import CaseError, NothingFound
from record.cases.stack import Stack
from restoration.adapters.dynamodb.batch_reads import RegisterBusy, items_of
from restoration.adapters.dynamodb.claim_items import claim_of
from restoration.adapters.dynamodb.pages import items_found
from restoration.domain.claim import Claim
from restoration.domain.limitation import limitation_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEXES = {
    "contractId": "by-contract",
    "pointId": "by-point",
    "customerId": "by-customer",
    "limitationId": "by-limitation",
}
"""The indexes of the limitations and of the messages, by the attribute that is their key."""
_EXECUTION = re.compile(r"(?:arn:[^ ]+:execution:[^:]+:)?(?P<name>[A-Za-z0-9][A-Za-z0-9_-]*-[0-9a-f]{32})")
_POINT = re.compile(r"[0-9]{14}")


class RegisterReader:
    """Reads the tables of one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: DynamoDBClient = stack.client("dynamodb")

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, Claim]:
        """Many limitations at once; those that are not registered are left out."""
        items = self.limitations(limitation_ids).items()
        return {each: claim_of(item) for each, item in items if "status" in item}

    def limitations(self, limitation_ids: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """The whole items of many limitations, by id; those that are not registered are left out."""
        items = self._batch(self._stack.name("limitations"), _keys(limitation_ids), {"ConsistentRead": True})
        return {item["limitationId"]: item for item in items}

    def limitation(self, limitation_id: str) -> dict[str, Any]:
        """A limitation's whole item; empty where there is none."""
        return self._item("limitations", {"limitationId": limitation_id})

    def decision(self, limitation_id: str, order: str) -> dict[str, Any]:
        """The item of a decision about a limitation, as it is kept; empty where there is none."""
        return self._item("decisions", {"limitationId": limitation_id, "decidedAt": order})

    def limitations_by(self, attribute: str, value: str) -> Sequence[str]:
        """The ids of all limitations with a contract, point or customer, the closed ones too."""
        return sorted(item["limitationId"]["S"] for item in self._found("limitations", attribute, value))

    def limitations_named(self, name: str) -> Sequence[str]:
        """The ids of the limitations that the record knows by a payment, or by a case at Enedis."""
        return sorted(self._item("counters", key_of_name(name)).get("limitations", ()))

    def left_to_advisors(self) -> Sequence[Claim]:
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


@dataclass(frozen=True, slots=True)
class Named:
    """What was named, and the limitations that it means.

    Parameters
    ----------
    kind
        limitation, contract, point, customer or execution; a payment or a case at Enedis.
    """

    kind: str
    key: str
    limitation_ids: Sequence[str]


def find(stack: Stack, key: str) -> Named:
    """Find the limitations that a key names, the closed ones too: without blanks, then in capitals.

    Raises
    ------
    NothingFound
        When nothing has such a name.
    """
    key = "".join(key.split())  # people put blanks into numbers
    if not key:
        raise NothingFound(
            "An empty text names no case. Take a limitation, contract, point, customer or execution.",
            "Un texte vide ne nomme aucun dossier. Prenez une limitation, un contrat, un point, un client.",
        )
    register, execution = RegisterReader(stack), _EXECUTION.fullmatch(key)
    meant = Named("execution", execution["name"], [limitation_of(execution["name"])]) if execution else None
    # A payment's id may have the form of an execution's name, too.
    if meant and "status" in register.limitation(meant.limitation_ids[0]):
        return meant
    for typed in dict.fromkeys((key, key.upper())):
        if named := _named(register, typed):
            return named
    raise NothingFound(
        f"No limitation, contract, point or customer {key} is in the register: billing never sent a limitation,"
        " or it was closed more than 14 months ago. Payments of customers without one are counted, and no more.",
        f"Aucune limitation, aucun contrat, aucun point et aucun client {key} n'est au registre : la facturation n'a"
        " jamais envoyé de limitation, ou elle est close depuis plus de 14 mois.",
    )


def _named(register: RegisterReader, key: str) -> Named | None:
    """What the register and the record know by a key, letter by letter."""
    if "status" in register.limitation(key):
        return Named("limitation", key, [key])
    kinds = [("point", "pointId")] if _POINT.fullmatch(key) else []
    for kind, attribute in (*kinds, ("contract", "contractId"), ("customer", "customerId")):
        if found := register.limitations_by(attribute, key):
            return Named(kind, key, found)
    found = register.limitations_named(key)
    return Named("payment or case at Enedis", key, found) if found else None
