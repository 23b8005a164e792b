"""What a query or a scan finds, page after page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any


def items_found(call: Callable[..., Any], **request: Any) -> Iterator[Mapping[str, Any]]:
    """The items that a query or a scan finds; ``call`` is a client's or a table's."""
    while True:
        page = call(**request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
