"""Puts the items of a restored table back into the live one, so that no order can be sent twice.

DynamoDB restores a table under another name, and the functions know the live one only. What happened after the moment
of the restored table is known to Enedis, to billing and to the executions that run, and to this table no more:

- A limitation's generation and trigger count jump, so that each execution that runs looks again before it acts, and no
  event that was published since has the id of a new one. The number of its next order never goes back.
- An order that its limitation has open, and of which the orders table knows nothing any more, counts as sent with an
  unknown outcome: it is looked for at Enedis before anything is sent.

Run it while the switch is off and place_order is stopped: docs/runbook.md, "A table was restored to a point in time".
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from restoration.adapters.dynamodb.claims import POINT_KEY
from restoration.clock import to_text, utc_now
from restoration.domain.order import OrderStatus

type Item = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB's API has it: each value under its type."""

KEYS = {"limitations": "limitationId", "limited-contracts": "contractId", "orders": "reference"}
"""The tables that can be put back, by the end of their names, and the key of each."""
JUMP = 1_000
"""More than a limitation is ever claimed, and than triggers of it ever come."""


@dataclass(frozen=True)
class Change:
    """One write to the live table: an item that is put, or the key of one that is deleted."""

    put: Item | None = None
    delete: Item | None = None


def of_the_register(
    restored: Mapping[str, Item], live: Mapping[str, Item], ordinals: Mapping[str, int]
) -> Iterator[Change]:
    """The limitations as they were, each with a generation, a trigger count and an order's number of its own.

    Parameters
    ----------
    restored, live
        The items by key.
    ordinals
        The highest number of an order, by limitation, as the orders table has it.
    """
    for key, item in restored.items():
        known = [_number(item, "orderOrdinal"), _number(live.get(key, {}), "orderOrdinal"), ordinals.get(key, 0)]
        yield Change(
            put={
                **item,
                "generation": {"N": str(_number(item, "generation") + JUMP)},
                "triggerCount": {"N": str(_number(item, "triggerCount") + JUMP)},
                "orderOrdinal": {"N": str(max(known))},
            }
        )
    yield from _of_what_came_since("limitationId", restored, live)


def of_the_contracts(restored: Mapping[str, Item], live: Mapping[str, Item]) -> Iterator[Change]:
    """The contracts as they were."""
    yield from (Change(put=item) for item in restored.values())
    yield from _of_what_came_since("contractId", restored, live)


def of_the_orders(
    restored: Mapping[str, Item], live: Mapping[str, Item], limitations: Mapping[str, Item], now: datetime
) -> Iterator[Change]:
    """The orders that the live table lacks; those that only their limitation knows were perhaps sent."""
    known = dict(live)
    for key, item in restored.items():
        if key not in live:
            known[key] = item
            yield Change(put=item)
    for limitation_id, limitation in limitations.items():
        order = limitation.get("openOrder", {}).get("M", {})
        reference = order.get("reference", {}).get("S", "")
        if not reference or "status" in known.get(reference, {}):
            continue
        yield Change(
            put={
                **known.get(reference, {}),
                "reference": {"S": reference},
                "limitationId": {"S": limitation_id},
                "intent": order["intent"],
                "ordinal": {"N": reference.rpartition("/")[2]},
                "status": {"S": OrderStatus.UNKNOWN.value},
                "reads": {"N": "0"},
                "lookAt": {"S": to_text(now)},
            }
        )
        lock = {"reference": {"S": POINT_KEY.format(limitation["pointId"]["S"])}, "limitationId": {"S": limitation_id}}
        if lock["reference"]["S"] not in known:
            yield Change(put={**lock, "order": {"S": reference}})


def _of_what_came_since(key: str, restored: Mapping[str, Item], live: Mapping[str, Item]) -> Iterator[Change]:
    """What the archive brings again is not to be half there."""
    yield from (Change(delete={key: {"S": name}}) for name in live if name not in restored)


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def ordinals_of(orders: Mapping[str, Item]) -> Mapping[str, int]:
    """The highest number of an order, by limitation."""
    found: dict[str, int] = {}
    for item in orders.values():
        if "ordinal" in item:
            limitation = item["limitationId"]["S"]
            found[limitation] = max(found.get(limitation, 0), _number(item, "ordinal"))
    return found


class Tables:
    """The tables of a stack."""

    def __init__(self, dynamodb: Any, stack_name: str) -> None:
        self._dynamodb = dynamodb
        self._stack_name = stack_name

    def items(self, table: str, name: str | None = None) -> dict[str, Item]:
        """All items of a table by key: the live one, or one of another name."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=name or f"{self._stack_name}-{table}", ConsistentRead=True
        )
        return {item[KEYS[table]]["S"]: item for page in pages for item in page["Items"]}

    def changes(self, table: str, restored_name: str) -> list[Change]:
        """What putting a table back writes."""
        restored, live = self.items(table, restored_name), self.items(table)
        if table == "limitations":
            return list(of_the_register(restored, live, ordinals_of(self.items("orders"))))
        if table == "limited-contracts":
            return list(of_the_contracts(restored, live))
        return list(of_the_orders(restored, live, self.items("limitations"), utc_now()))

    def write(self, table: str, changes: list[Change]) -> None:
        """Write the changes."""
        name = f"{self._stack_name}-{table}"
        for change in changes:
            if change.put is not None:
                self._dynamodb.put_item(TableName=name, Item=dict(change.put))
            elif change.delete is not None:
                self._dynamodb.delete_item(TableName=name, Key=dict(change.delete))


def main(arguments: list[str] | None = None) -> int:
    """Show what would be written; write it with ``--yes``."""
    parser = argparse.ArgumentParser(prog="put_back", description=str(__doc__).splitlines()[0])
    parser.add_argument("--stack-name", required=True)
    parser.add_argument("--table", required=True, choices=sorted(KEYS), help="the end of the live table's name")
    parser.add_argument("--restored", required=True, help="the name of the restored table")
    parser.add_argument("--yes", action="store_true", help="write; without it nothing is changed")
    given = parser.parse_args(arguments)
    tables = Tables(boto3.client("dynamodb"), given.stack_name)
    try:
        changes = tables.changes(given.table, given.restored)
        put = sum(change.put is not None for change in changes)
        print(f"{given.stack_name}-{given.table}: to put {put}, to delete {len(changes) - put}")  # noqa: T201
        if given.yes:
            tables.write(given.table, changes)
            print("Written. Next: the events that came since (docs/runbook.md)")  # noqa: T201
        else:
            print("Nothing was written. Again with --yes to write it")  # noqa: T201
    except (BotoCoreError, ClientError) as error:
        print(f"{error}. Is {given.restored} there, and ACTIVE?", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
