"""The journal's entries: what a person changed by the operations' tool or at the desk, and why.

Each is an S3 object under Object Lock.

An entry's key begins with its day, so the entries of some days are one list:
``journal/2026/11/26/101500.123-<id>-begun.json``. Nobody can change or delete an entry before its retention ends. An
entry is never written again under its key; with another tool it could be, and S3 would keep both versions.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from record.adapters.s3.operations_bucket import OperationsBucket, dated
from record.domain.journal import Change, Operation, Stage


class OperationJournal(OperationsBucket):
    """Writes and reads the entries."""

    prefix = "journal/"

    def keep(self, operation: Operation) -> None:
        """Write an entry.

        Raises
        ------
        botocore.exceptions.ClientError
            When S3 refuses it, such as ``PreconditionFailed`` when there is one under its key.
        """
        name = dated(operation.at, f"{operation.id}-{operation.stage.value}")
        self.put_entry(name, operation.to_json(), IfNoneMatch="*")

    @contextmanager
    def changing(
        self, change: Change, command: str, parameters: Mapping[str, str], clock: Callable[[], datetime]
    ) -> Iterator[Change]:
        """Keep an entry before a change and one after it: nothing is changed that the journal does not have."""

        def keep(stage: Stage, outcome: str = "") -> None:
            self.keep(Operation(change.id, command, change.by, clock(), change.reason, parameters, stage, outcome))

        keep(Stage.BEGUN)
        try:
            yield change
        except BaseException as error:
            keep(Stage.ENDED, f"failed: {type(error).__name__}: {error}"[:2000])
            raise
        keep(Stage.ENDED, change.outcome)

    def between(self, first: date, last: date) -> Iterator[Operation]:
        """All entries of some days (UTC), oldest first; both days are included."""
        for number in range((last - first).days + 1):
            for key in self.keys(f"{first + timedelta(number):%Y/%m/%d}/"):
                yield Operation.of_json(json.loads(self.read(key)))
