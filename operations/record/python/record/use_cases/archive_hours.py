"""Packs the hours that are over, and writes the lines of their executions into the archive.

An hour into which somebody counts late is packed and written again: the same hour gives the same items and the same
object.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from record.ports import ExecutionArchive, HourBook

HOUR = timedelta(hours=1)


def archive_hours(
    book: HourBook, archive: ExecutionArchive, until: datetime, is_time_left: Callable[[], bool] = lambda: True
) -> int:
    """Archive the hours that grew since they were last, the oldest first; returns how many.

    Parameters
    ----------
    until
        Those that were over by then (aware), when most of them is counted.
    is_time_left
        Whether there is time for one more hour.
    """
    archived, grown = 0, book.grown()
    for hour in sorted(hour for hour in grown if hour + HOUR <= until):
        if not is_time_left():
            break
        book.pack(hour)
        archive.add(hour, book.lines(hour))
        # Last, so that an hour that was archived halfway is archived again.
        book.forget(hour, grown[hour])
        archived += 1
    return archived
