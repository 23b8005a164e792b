"""The archive of executions: JSON Lines by day and hour, which Athena reads.

The key is ``executions/day=2026-11-26/10.jsonl.gz``. An hour is written as a whole: what is there already is read first
and kept, since a course is forgotten after some weeks.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from record.adapters.s3.operations_bucket import OperationsBucket


class ExecutionLines(OperationsBucket):
    """Keeps the lines of executions in a bucket."""

    prefix = "executions/"

    def add(self, hour: datetime, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add the lines of an hour to those that are kept; of the same end the newer one stands."""
        kept = {(line["execution"], line["redrives"]): line for line in chain(self.of(hour), lines)}
        text = "".join(f"{json.dumps(kept[key], ensure_ascii=False, separators=(',', ':'))}\n" for key in sorted(kept))
        # Without the moment of packing, equal lines are equal bytes.
        self.put(key_of(hour), gzip.compress(text.encode(), mtime=0), ContentType="application/gzip")

    def of(self, hour: datetime) -> list[Mapping[str, Any]]:
        """The lines of an hour, as far as it was written."""
        try:
            found = self.read(key_of(hour))
        except self._s3.exceptions.NoSuchKey:
            return []
        return [json.loads(line) for line in gzip.decompress(found).splitlines()]


def key_of(hour: datetime) -> str:
    """The key of the object of an hour (UTC), below the prefix."""
    return f"day={hour:%Y-%m-%d/%H}.jsonl.gz"
