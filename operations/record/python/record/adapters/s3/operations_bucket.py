"""The operations' bucket, and that of the record: what is written below one prefix of it, and read again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class OperationsBucket:
    """One prefix of the bucket, that of a class. Keys are given and returned without it.

    Parameters
    ----------
    bucket
        The name of the bucket (``OperationsBucket`` in the template).
    """

    prefix: ClassVar[str]

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put(self, key: str, content: bytes, **how: Any) -> None:
        """Write an object. A bucket with Object Lock takes none without a checksum."""
        self._s3.put_object(
            Bucket=self._bucket, Key=f"{self.prefix}{key}", Body=content, ChecksumAlgorithm="SHA256", **how
        )

    def put_entry(self, key: str, content: Any, **how: Any) -> None:
        """Write a JSON document."""
        self.put(key, json.dumps(content, ensure_ascii=False).encode(), ContentType="application/json", **how)

    def read(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=f"{self.prefix}{key}")["Body"].read()

    def keys(self, beginning: str) -> Iterator[str]:
        """The keys that begin so, in their order."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{self.prefix}{beginning}"
        )
        for page in pages:
            for found in page.get("Contents", []):
                yield found["Key"].removeprefix(self.prefix)


def dated(at: datetime, name: str) -> str:
    """The key of an entry, which begins with its day (UTC): ``2026/11/26/101500.123-<name>.json``."""
    moment = at.astimezone(UTC)
    return f"{moment:%Y/%m/%d/%H%M%S}.{moment.microsecond // 1000:03d}-{name}.json"
