"""Reads and writes of one item, in the one form that all adapters give them."""

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"#(\w+)")


def item_at(table: Any, **key: str) -> dict[str, Any]:
    """The item of a key, read consistently; empty where there is none."""
    return table.get_item(Key=key, ConsistentRead=True).get("Item") or {}


def on_condition(condition: str, values: Mapping[str, Any], update: str = "", **names: str) -> dict[str, Any]:
    """The part of a write's request that says on which condition it changes what.

    Parameters
    ----------
    names
        The attribute that a ``#name`` of the expressions stands for; any other stands for the one that it names.
    """
    parts = {
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {
            f"#{name}": names.get(name, name) for name in _NAME.findall(f"{update} {condition}")
        },
        "ExpressionAttributeValues": dict(values),
    }
    return {name: part for name, part in parts.items() if part}


def update_if(
    table: Any, key: Mapping[str, str], update: str, condition: str, values: Mapping[str, Any], **names: str
) -> dict[str, Any] | None:
    """Update an item as :func:`on_condition` says; the item after it, None where the condition did not hold."""
    request = on_condition(condition, values, update, **names)
    try:
        return dict(table.update_item(Key=key, ReturnValues="ALL_NEW", **request)["Attributes"])
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return None


def setting(**attributes: Any) -> tuple[str, dict[str, Any]]:
    """The expression that sets attributes, and removes those that are None; and its values."""
    sets = {name: value for name, value in attributes.items() if value is not None}
    verbs = {
        "SET": [f"#{name} = :{name}" for name in sets],
        "REMOVE": [f"#{name}" for name in attributes if name not in sets],
    }
    update = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in verbs.items() if parts)
    return update, {f":{name}": value for name, value in sets.items()}


def set_if(
    table: Any, key: Mapping[str, str], condition: str, values: Mapping[str, Any] | None = None, /, **attributes: Any
) -> bool:
    """Update an item as :func:`setting` says; the condition may name those values, and others that are given."""
    update, own = setting(**attributes)
    return update_if(table, key, update, condition, {**own, **(values or {})}) is not None


def put_if(table: Any, item: Mapping[str, Any], condition: str, values: Mapping[str, Any] | None = None) -> bool:
    """Put an item; False where the condition did not hold."""
    try:
        table.put_item(Item=dict(item), **on_condition(condition, values or {}))
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True
