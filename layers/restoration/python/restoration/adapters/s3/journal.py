"""The journal of operations: one S3 object for each entry, in a bucket with Object Lock.

An entry's key begins with its day, so the entries of some days are one list:
``journal/2026/11/26/101500.123-<id>-begun.json``. Nobody can change or delete an entry before its retention ends. An
entry is never written again under its key; with another tool it could be, and S3 would keep both versions.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

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
        self._s3 = s3
        self._bucket = bucket

    def keep(self, operation: Operation) -> str:
        """Write an entry; returns its key.

        Raises
        ------
        botocore.exceptions.ClientError
            When S3 refuses it, such as ``PreconditionFailed`` when there is one under its key.
        """
        key = key_of(operation)
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=json.dumps(_content(operation), ensure_ascii=False).encode(),
            ContentType="application/json",
            ChecksumAlgorithm="SHA256",
            IfNoneMatch="*",
        )
        return key

    def between(self, first: date, last: date) -> Iterator[Operation]:
        """All entries of some days (UTC), oldest first; both days are included."""
        day = first
        while day <= last:
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{PREFIX}{day:%Y/%m/%d}/"
            )
            for page in pages:
                for found in page.get("Contents", []):
                    body = self._s3.get_object(Bucket=self._bucket, Key=found["Key"])["Body"].read()
                    yield _operation(json.loads(body))
            day += timedelta(days=1)


def key_of(operation: Operation) -> str:
    """The key of an entry."""
    at = operation.at.astimezone(UTC)
    milliseconds = at.microsecond // 1000
    return f"{PREFIX}{at:%Y/%m/%d/%H%M%S}.{milliseconds:03d}-{operation.id}-{operation.stage.value}.json"


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
