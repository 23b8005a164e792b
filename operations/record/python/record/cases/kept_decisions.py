"""Kept decisions: the items of the decisions table, with what is packed in them read.

``inputs`` and ``audit`` are kept for 90 days, the rest for five years.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from record.adapters.dynamodb.plain import plain
from record.cases.failures import BrokenRecord
from restoration.adapters.dynamodb.decision_log import LAST, WHOLE, unpacked
from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import from_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

PLACE_ATTRIBUTES = ("contractId", "pointId")
_PACKED_ATTRIBUTES = ("inputs", "audit", "value", "grounds")


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """One decision as it was kept.

    Parameters
    ----------
    decided_at
        The moment, aware.
    order
        The sort key: the moment, the decision and who asked; two decisions of one millisecond differ in it.
    asked_by
        The execution's name and the state that asked, ``<execution>/<state>``.
    version
        Hash of the decision file that decided.
    value
        What was decided.
    grounds
        The rules that matched (``decision``, ``rule``) with the values that they tested (``tested``).
    inputs
        What was given, by name; numbers are exact. Nothing once the whole of a decision is forgotten.
    audit
        The engine's account: value, warnings, and each decision of the graph with its inputs, rules and outputs.
        Nothing once the whole of a decision is forgotten.
    contract_id, point_id
        Of the limitation, where a file says them: the table does not.
    """

    limitation_id: str
    decided_at: datetime
    order: str
    decision: str
    asked_by: str
    version: str
    value: Any
    grounds: Sequence[Mapping[str, Any]]
    inputs: Mapping[str, Any] | None
    audit: Mapping[str, Any] | None
    contract_id: str
    point_id: str

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """The decisions of the graph, required ones first; none once the audit is forgotten."""
        return [] if self.audit is None else list(self.audit["decisions"])


def read_table(client: "DynamoDBClient", table: str, limitation_id: str | None = None) -> list[KeptDecision]:
    """Read the decisions of one limitation from the table, or all of them.

    Raises
    ------
    BrokenRecord
        An item is no kept decision.
    """
    items = found_items(client, table, limitation_id)
    kept = [kept_of(f"table {table}, {item['limitationId']} {item['decidedAt']}", whole, item) for item in items]
    return sorted(kept, key=lambda it: (it.limitation_id, it.order))


def found_items(client: "DynamoDBClient", table: str, limitation_id: str | None = None) -> list[dict[str, Any]]:
    """The items of one limitation, or all; what is kept for a short time is back in its record, while it is there."""
    records: list[dict[str, Any]] = []
    wholes: dict[tuple[str, str], dict[str, Any]] = {}
    for item in _found(client, table, limitation_id):
        order = item["decidedAt"]
        if order.startswith(WHOLE):
            wholes[item["limitationId"], order.removeprefix(WHOLE)] = item
        elif not order.startswith(LAST):
            records.append(item)
    found = (wholes.get((it["limitationId"], it["decidedAt"]), {}) | it for it in records)
    return [{name: value for name, value in it.items() if name != "expiresAt"} for it in found]


def exact(text: str) -> Any:
    """What JSON says; its numbers are exact."""
    return json.loads(text, parse_float=Decimal)


def whole(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item of the table with what is packed in it read."""
    return {**item, **{name: exact(unpacked(bytes(item[name]))) for name in _PACKED_ATTRIBUTES if name in item}}


def kept_of(where: str, read: Callable[[Any], Any], told: Any) -> KeptDecision:
    """What is read of a decision; :class:`BrokenRecord` names where it stands."""
    try:
        item = read(told)
        audit = item.get("audit")
        return KeptDecision(
            item["limitationId"],
            from_text(item["decidedAt"].partition("#")[0]),
            item["decidedAt"],
            item["decision"],
            item["askedBy"],
            item["version"],
            item["value"] if audit is None else audit["value"],
            item.get("grounds", []),
            item.get("inputs"),
            audit,
            *(str(item.get(name, "")) for name in PLACE_ATTRIBUTES),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrokenRecord(f"{where} : ce n'est pas une décision gardée ({error!r})") from error


def _found(client: "DynamoDBClient", table: str, limitation_id: str | None) -> Iterator[dict[str, Any]]:
    call: Any = client.scan
    asked, value = {"FilterExpression": "NOT begins_with(decidedAt, :it)"}, LAST
    if limitation_id is not None:
        call, asked, value = client.query, {"KeyConditionExpression": "limitationId = :it"}, limitation_id
    values = {":it": {"S": value}}
    found = items_found(call, TableName=table, ExpressionAttributeValues=values, ConsistentRead=True, **asked)
    return map(plain, found)
