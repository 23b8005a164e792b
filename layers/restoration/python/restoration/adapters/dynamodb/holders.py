"""Which executions hold their limitations, by the register, many at a time."""

from collections.abc import Collection, Iterable
from itertools import batched
from typing import TYPE_CHECKING, Any

from restoration.domain.course import StoppedCourse
from restoration.domain.limitation import OPEN_STATUSES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

AT_ONCE = 100
"""Keys that BatchGetItem takes."""


class HolderReader:
    """Reads the ``limitations`` table."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._client = dynamodb.meta.client
        self._table = table

    def holding(self, courses: Iterable[StoppedCourse]) -> Collection[str]:
        """Those executions (their ARNs) that hold a limitation which is open."""
        wanted = dict.fromkeys(course.limitation_id for course in courses)
        held: dict[str | None, str | None] = {}
        for ids in batched(wanted, AT_ONCE, strict=False):
            asked: dict[str, Any] = {
                self._table: {
                    "Keys": [{"limitationId": each} for each in ids],
                    "ProjectionExpression": "holder, #status",
                    "ExpressionAttributeNames": {"#status": "status"},
                    "ConsistentRead": True,
                }
            }
            while asked:
                response: Any = self._client.batch_get_item(RequestItems=asked)
                items = response["Responses"].get(self._table, [])
                held |= {item.get("holder"): item.get("status") for item in items}
                asked = response.get("UnprocessedKeys") or {}
        return {holder for holder, status in held.items() if holder and status in OPEN_STATUSES}
