"""Packs the hours that are over, and writes the lines of their executions into the archive.

An hour into which somebody counts late is packed and written again: the same hour gives the same items and the same
object.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from record.ports import ExecutionArchive, HourBook

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Archivist:
    """Archives hours.

    Parameters
    ----------
    grace
        How long after an hour most of it is counted.
    is_time_left
        Whether there is time for one more hour.
    """

    book: HourBook
    archive: ExecutionArchive
    clock: Callable[[], datetime]
    grace: timedelta
    is_time_left: Callable[[], bool] = lambda: True

    def archive_hours(self) -> int:
        """Archive the hours that are over and grew since they were last, the oldest first; returns how many."""
        over, archived = self.clock() - HOUR - self.grace, 0
        grown = self.book.grown()
        for hour in sorted(hour for hour in grown if hour <= over):
            if not self.is_time_left():
                break
            self.book.pack(hour)
            self.archive.add(hour, self.book.lines(hour))
            # Last, so that an hour that was archived halfway is archived again.
            self.book.forget(hour, grown[hour])
            archived += 1
        return archived
