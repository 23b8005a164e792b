"""The journal in S3: an entry is found by its day, and nobody writes it again; cases.txt has what ops prints of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from record.adapters.s3.journal import OperationJournal
from record.domain.journal import Operation

BUCKET = "restoration-operations-123456789012"
BEGUN = Operation(
    "3f2a",
    "switch",
    "arn:aws:sts::123456789012:assumed-role/operations/somebody",
    datetime(2026, 11, 26, 10, 15, 0, 123_000, UTC),
    "panne chez Enedis",
    {"to": "off 10 %"},
)


def test_entry_is_kept_under_its_day_and_not_written_again(s3: Any) -> None:
    journal = OperationJournal(s3, BUCKET)
    journal.keep(BEGUN)
    key = "journal/2026/11/26/101500.123-3f2a-begun.json"
    assert s3.head_object(Bucket=BUCKET, Key=key)["ContentType"] == "application/json"
    with pytest.raises(ClientError, match="PreconditionFailed"):
        journal.keep(replace(BEGUN, reason="another"))
    assert list(journal.between(date(2026, 11, 26), date(2026, 11, 26))) == [BEGUN]
