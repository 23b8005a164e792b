"""Items as a client gives them, without DynamoDB's type letters."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

_READER = TypeDeserializer()


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _READER.deserialize(value) for name, value in item.items()}
