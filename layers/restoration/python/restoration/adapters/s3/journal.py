"""The journal of operations: one S3 object for each entry, in a bucket with Object Lock.

An entry's key begins with its day, so the entries of some days are one list:
``journal/2026/11/26/101500.123-<id>-begun.json``. Nobody can change or delete an entry before its retention ends. An
entry is never written again under its key; with another tool it could be, and S3 would keep both versions.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.s3.operations_bucket import OperationsBucket, dated
from restoration.clock import from_text, to_text
from restoration.domain.operation import Operation, Stage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "journal/"


class OperationJournal:
    """Writes and reads the entries.

    Parameters
    ----------
    bucket
        The name of the bucket (``OperationsBucket`` in the template).
    """

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._entries = OperationsBucket(s3, bucket, PREFIX)

    def keep(self, operation: Operation) -> str:
        """Write an entry; returns its key.

        Raises
        ------
        botocore.exceptions.ClientError
            When S3 refuses it, such as ``PreconditionFailed`` when there is one under its key.
        """
        name = dated(operation.at, f"{operation.id}-{operation.stage.value}")
        self._entries.put_entry(name, _content(operation), IfNoneMatch="*")
        return f"{PREFIX}{name}"

    def between(self, first: date, last: date) -> Iterator[Operation]:
        """All entries of some days (UTC), oldest first; both days are included."""
        day = first
        while day <= last:
            for key in self._entries.keys(f"{day:%Y/%m/%d}/"):
                yield _operation(json.loads(self._entries.read(key)))
            day += timedelta(days=1)


def _content(operation: Operation) -> dict[str, Any]:
    return {
        "id": operation.id,
        "command": operation.command,
        "by": operation.by,
        "at": to_text(operation.at),
        "reason": operation.reason,
        "parameters": dict(operation.parameters),
        "stage": operation.stage.value,
        "outcome": operation.outcome,
    }


def _operation(content: dict[str, Any]) -> Operation:
    at: datetime = from_text(content["at"])
    return Operation(
        content["id"],
        content["command"],
        content["by"],
        at,
        content["reason"],
        content["parameters"],
        Stage(content["stage"]),
        content["outcome"],
    )
