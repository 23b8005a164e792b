"""Writes of one item on a condition, in the one form that all adapters give them."""

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"#(\w+)")


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
