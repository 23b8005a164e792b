"""Hours that are over are packed and archived, the oldest first, and again where somebody counts late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from record.domain.archive import CountedEnd
from record.domain.course import Course
from record.use_cases.archive_hours import Archivist
from tests.fakes.courses import WHOLE

NOW = datetime(2026, 11, 26, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAST = datetime(2026, 11, 26, 1, tzinfo=UTC)
"""The last hour that is over for longer than the grace."""
GRACE = timedelta(minutes=2)


@dataclass
class Book:
    """Hours that grew, and what was done with them in which order."""

    marks: dict[datetime, int] = field(default_factory=dict)
    done: list[tuple[str, object]] = field(default_factory=list)

    def grown(self) -> Mapping[datetime, int]:
        return dict(self.marks)

    def pack(self, hour: datetime) -> None:
        self.done.append(("pack", hour))

    def pack_day(self, day: datetime) -> None:
        self.done.append(("pack day", day))

    def ends(self, hour: datetime) -> Iterable[CountedEnd]:
        self.done.append(("ends", hour))
        return [CountedEnd(WHOLE, 1, "-")]

    def forget(self, hour: datetime, changes: int) -> None:
        self.done.append(("forget", (hour, changes)))


@dataclass
class Archive:
    """Lines in memory."""

    kept: dict[datetime, list[Course]] = field(default_factory=dict)
    is_down: bool = False

    def add(self, hour: datetime, ends: Iterable[CountedEnd]) -> None:
        if self.is_down:
            raise ConnectionError
        self.kept[hour] = [end.course for end in ends]


def archivist(book: Book, archive: Archive, hours: int = 100) -> Archivist:
    left = iter([True] * hours + [False] * 100)
    return Archivist(book, archive, lambda: NOW, GRACE, lambda: next(left))


def test_hour_is_packed_with_its_day_and_archived_before_its_mark_is_forgotten() -> None:
    book, archive = Book({LAST: 2}), Archive()
    assert archivist(book, archive).archive_hours() == 1
    day = datetime(2026, 11, 26, tzinfo=UTC)
    assert book.done == [("pack", LAST), ("pack day", day), ("ends", LAST), ("forget", (LAST, 2))]
    assert archive.kept == {LAST: [WHOLE]}


def test_hour_that_is_not_over_or_only_just_is_left() -> None:
    book = Book({LAST + HOUR: 1, LAST + 2 * HOUR: 1})
    assert archivist(book, Archive()).archive_hours() == 0
    assert book.done == []


def test_oldest_hours_come_first_and_the_others_with_the_next_reconciliation() -> None:
    book, archive = Book({LAST: 1, LAST - 5 * HOUR: 1}), Archive()
    assert archivist(book, archive, hours=1).archive_hours() == 1
    assert list(archive.kept) == [LAST - 5 * HOUR]


def test_hour_whose_lines_could_not_be_written_is_archived_again() -> None:
    book = Book({LAST: 1})
    with pytest.raises(ConnectionError):
        archivist(book, Archive(is_down=True)).archive_hours()
    assert "forget" not in dict(book.done)
