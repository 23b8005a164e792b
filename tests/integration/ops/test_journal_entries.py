"""The journal in S3: an entry is found by its day, and nobody writes it again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from record.adapters.s3.journal import OperationJournal
from record.domain.journal import Operation, Stage

BUCKET = "restoration-operations-123456789012"
BEGUN = Operation(
    "3f2a",
    "switch",
    "arn:aws:sts::123456789012:assumed-role/operations/somebody",
    datetime(2026, 11, 26, 10, 15, 0, 123_000, UTC),
    "panne chez Enedis",
    {"to": "off 10 %"},
)
ENDED = replace(BEGUN, stage=Stage.ENDED, at=datetime(2026, 11, 26, 10, 15, 1, tzinfo=UTC), outcome="the switch is off")


@pytest.fixture
def journal(s3: Any) -> OperationJournal:
    return OperationJournal(s3, BUCKET)


def test_entries_of_some_days_are_read_as_they_were_written(journal: OperationJournal) -> None:
    earlier = replace(BEGUN, id="0001", at=datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
    for entry in (ENDED, BEGUN, earlier):
        journal.keep(entry)
    assert list(journal.between(date(2026, 11, 25), date(2026, 11, 26))) == [BEGUN, ENDED]
    assert list(journal.between(date(2026, 11, 24), date(2026, 11, 24))) == [earlier]


def test_key_begins_with_the_day(journal: OperationJournal, s3: Any) -> None:
    key = journal.keep(BEGUN)
    assert key == "journal/2026/11/26/101500.123-3f2a-begun.json"
    assert s3.head_object(Bucket=BUCKET, Key=key)["ContentType"] == "application/json"


def test_entry_is_not_written_again(journal: OperationJournal) -> None:
    journal.keep(BEGUN)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        journal.keep(replace(BEGUN, reason="another"))
    assert [each.reason for each in journal.between(date(2026, 11, 26), date(2026, 11, 26))] == [BEGUN.reason]
