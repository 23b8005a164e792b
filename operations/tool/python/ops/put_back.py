"""``ops put-back``: the items of a restored table are put back into the live one, so that no order can be sent twice.

DynamoDB restores a table under another name, and the functions know the live one only. What happened after the moment
of the restored table is known to Enedis, to billing and to the executions that run, and to this table no more:

- A limitation's generation and trigger count jump, so that each execution that runs looks again before it acts, and no
  event that was published since has the id of a new one. The number of its next order never goes back.
- An order that its limitation has open, and of which the orders table knows nothing any more, counts as sent with an
  unknown outcome: it is looked for at Enedis before anything is sent.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from ops.account import Account
from ops.failures import WrongRequest
from ops.screen import counted
from ops.switch import position
from ops.tools import Changing
from record.cases.failures import NothingFound
from restoration.adapters.dynamodb.claims import POINT_KEY
from restoration.adapters.dynamodb.pages import items_found
from restoration.clock import to_text
from restoration.domain.order import OrderStatus
from restoration.domain.switch import Mode

type Item = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB's API has it: each value under its type."""


class Table(StrEnum):
    """The tables that can be put back, by the end of their names."""

    LIMITATIONS = "limitations"
    CONTRACTS = "limited-contracts"
    ORDERS = "orders"


KEYS = {Table.LIMITATIONS: "limitationId", Table.CONTRACTS: "contractId", Table.ORDERS: "reference"}
JUMP = 1_000
"""More than a limitation is ever claimed, and than triggers of it ever come."""


def of_the_register(
    restored: Mapping[str, Item], live: Mapping[str, Item], ordinals: Mapping[str, int]
) -> Iterator[Item]:
    """The limitations as they were, each with a generation, a trigger count and an order's number of its own.

    Parameters
    ----------
    restored, live
        The items by key.
    ordinals
        The highest number of an order, by limitation, as the orders table has it.
    """
    for key, item in restored.items():
        both = item, live.get(key, {})
        yield {
            **item,
            "generation": {"N": str(_highest("generation", *both) + JUMP)},
            "triggerCount": {"N": str(_highest("triggerCount", *both) + JUMP)},
            "orderOrdinal": {"N": str(max(_highest("orderOrdinal", *both), ordinals.get(key, 0)))},
        }


def of_the_orders(
    restored: Mapping[str, Item], live: Mapping[str, Item], limitations: Mapping[str, Item], now: datetime
) -> Iterator[Item]:
    """The orders that the live table lacks; those that only their limitation knows were perhaps sent."""
    known = dict(live)
    for key, item in restored.items():
        if key not in live:
            known[key] = item
            yield item
    for limitation_id, limitation in limitations.items():
        order = limitation.get("openOrder", {}).get("M", {})
        reference = order.get("reference", {}).get("S", "")
        if not reference or "status" in known.get(reference, {}):
            continue
        yield {
            **known.get(reference, {}),
            "reference": {"S": reference},
            "limitationId": {"S": limitation_id},
            "intent": order["intent"],
            "ordinal": {"N": reference.rpartition("/")[2]},
            "status": {"S": OrderStatus.UNKNOWN.value},
            "reads": {"N": "0"},
            "lookAt": {"S": to_text(now)},
        }
        # Billing may have moved the limitation since: the order keeps the point that it is for.
        lock = {"reference": {"S": POINT_KEY.format(order["pointId"]["S"])}, "limitationId": {"S": limitation_id}}
        if lock["reference"]["S"] not in known:
            yield {**lock, "order": {"S": reference}}


def came_since(table: Table, restored: Mapping[str, Item], live: Mapping[str, Item]) -> list[Item]:
    """The keys of what the archive brings again, and is not to be half there; it brings no order."""
    return [{KEYS[table]: {"S": name}} for name in live if name not in restored and table is not Table.ORDERS]


def _highest(name: str, *items: Item) -> int:
    return max(int(item.get(name, {}).get("N", 0)) for item in items)


def ordinals_of(orders: Mapping[str, Item]) -> Mapping[str, int]:
    """The highest number of an order, by limitation."""
    found: dict[str, int] = {}
    for item in orders.values():
        if "ordinal" in item:
            limitation = item["limitationId"]["S"]
            found[limitation] = max(found.get(limitation, 0), _highest("ordinal", item))
    return found


def require(account: Account, table: Table, name: str) -> None:
    """Insist that a table is there, and a copy of the one that is put back.

    Raises
    ------
    NothingFound
        When there is no such table, or it is not restored yet.
    WrongRequest
        When it is another table's copy: all items of the live one would be deleted.
    """
    dynamodb = account.client("dynamodb")
    try:
        found = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException as error:
        raise NothingFound(
            f"Nothing was written: there is no table {name} in account {account.id}, {account.region}."
            " Look at its name, and at --stack and --region."
        ) from error
    if found["TableStatus"] != "ACTIVE":
        raise NothingFound(f"Nothing was written: {name} is {found['TableStatus']}. Wait until it is ACTIVE.")
    key = found["KeySchema"][0]["AttributeName"]
    if key != KEYS[table]:
        raise WrongRequest(f"Nothing was written: the key of {name} is {key}, so it is no copy of {table}.")


def items_of(account: Account, table: Table, name: str | None = None) -> dict[str, Item]:
    """All items of a table by key: the live one, or one of another name."""
    found = items_found(account.client("dynamodb").scan, TableName=name or account.name(table), ConsistentRead=True)
    return {item[KEYS[table]]["S"]: item for item in found}


def changes_of(account: Account, table: Table, restored_name: str, now: datetime) -> tuple[list[Item], list[Item]]:
    """What putting a table back writes: the items that are put, and the keys of those that are deleted."""
    restored, live = items_of(account, table, restored_name), items_of(account, table)
    match table:
        case Table.LIMITATIONS:
            put = of_the_register(restored, live, ordinals_of(items_of(account, Table.ORDERS)))
        case Table.CONTRACTS:
            put = iter(restored.values())
        case Table.ORDERS:
            put = of_the_orders(restored, live, items_of(account, Table.LIMITATIONS), now)
    return list(put), came_since(table, restored, live)


def put_back(
    tools: Changing,
    table: Annotated[Table, typer.Argument(help="The table that is damaged.")],
    restored: Annotated[str, typer.Argument(help="The whole name of the restored table.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
) -> None:
    """Put a table that was restored to a point in time back into the live one, so that no order is sent twice."""
    screen, account, name = tools.screen, tools.account, tools.account.name(table)
    if restored == name:
        raise WrongRequest(f"Nothing was written: {name} is the live table. Name the restored one.")
    for each in (name, restored):
        require(account, table, each)
    put, delete = changes_of(account, table, restored, tools.clock())
    figures = f"{counted(len(put), 'item')} to put, {len(delete)} to delete"
    if dry_run:
        screen.say(f"{name}: {figures}. Nothing was written.")
        screen.next(f"Without --dry-run it is done: ops put-back {table} {restored}")
        return
    if position(account).mode is not Mode.OFF:
        raise WrongRequest(
            "Nothing was written: the switch is not off, and what is claimed meanwhile would be lost. Before this:"
            " ops switch off"
        )
    saying = [
        f"This writes the live table {name}, as {restored} has it: {figures}.",
        "The function place-order has to be stopped, or what it writes meanwhile is lost.",
    ]
    asked = {"table": name, "restored": restored}
    with tools.changing("put-back", asked, saying=saying, confirm_with=name) as change:
        dynamodb = account.client("dynamodb")
        for item in put:
            dynamodb.put_item(TableName=name, Item=item)
        for key in delete:
            dynamodb.delete_item(TableName=name, Key=key)
        change.outcome = figures
    screen.next("The events that came since: docs/runbook.md, A table was restored to a point in time")
