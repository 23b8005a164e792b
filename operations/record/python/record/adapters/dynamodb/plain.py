"""Items as a client gives them, without DynamoDB's type letters, and writes of single attributes."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from restoration.adapters.dynamodb.writes import update_if

_READER = TypeDeserializer()


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _READER.deserialize(value) for name, value in item.items()}


def setting(**attributes: Any) -> tuple[str, dict[str, Any]]:
    """The expression that sets attributes, and removes those that are None; and its values."""
    sets = {name: value for name, value in attributes.items() if value is not None}
    removes = [f"#{name}" for name in attributes if name not in sets]
    expression = f"SET {', '.join(f'#{name} = :{name}' for name in sets)}"
    values = {f":{name}": value for name, value in sets.items()}
    return expression + (f" REMOVE {', '.join(removes)}" if removes else ""), values


def set_if(table: Any, key: Mapping[str, str], condition: str, **attributes: Any) -> Mapping[str, Any] | None:
    """Set attributes as :func:`setting` says; the item after it, None where the condition did not hold."""
    update, values = setting(**attributes)
    return update_if(table, key, update, condition, values)
