"""The ports of the record of executions; :mod:`restoration.ports` has those of the process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from restoration.domain.archive import CountedEnd
    from restoration.domain.course import Course, OpenCourse, Recorded, Revision, StoppedCourse
    from restoration.domain.record import CaseFacts
    from restoration.domain.service_level import Underway


class Courses(Protocol):
    """Keeps what is known of executions."""

    def add(self, course: Course) -> Recorded: ...
    def say_where(self, recorded: Recorded) -> None: ...


class CasesUnderWay(Protocol):
    """Says which cases run, and what tells by when they should end."""

    def under_way(self) -> Iterable[Underway]: ...


class OpenCourses(Courses, Protocol):
    """Says which executions are open."""

    def open(self) -> Iterable[OpenCourse]: ...
    def stopped(self) -> Iterable[StoppedCourse]: ...
    def release(self, execution: str) -> None: ...
    def find(self, execution: str) -> Recorded | None: ...
    def note(self, execution: str) -> None: ...
    def forget(self, execution: str) -> None: ...


class Counters(Protocol):
    """Counts executions that ended, once for each end."""

    def count(self, course: Course, redrives: int, facts: CaseFacts) -> bool: ...


class FactReader(Protocol):
    """Reads what our tables say of a part of an execution, to be counted with it."""

    def of(self, course: Course, redrives: int) -> CaseFacts: ...
    def coverage(self, course: Course) -> str: ...


class RecordKeeping(Protocol):
    """Keeps up to when all is recorded, and the revisions of the state machine."""

    def complete_to(self) -> tuple[datetime, int] | None: ...
    def say_complete_to(self, moment: datetime, unreconciled: int) -> None: ...
    def revisions(self) -> Mapping[str, datetime]: ...
    def note_revision(self, revision: str, deployed_at: datetime) -> None: ...


class Holders(Protocol):
    """Says which executions hold their limitations, by the register."""

    def holding(self, courses: Iterable[StoppedCourse]) -> Collection[str]: ...


class Histories(Protocol):
    """Reads the executions that Step Functions knows, and their histories."""

    def running(self) -> Mapping[str, int]: ...
    def started_since(self, moment: datetime) -> Iterable[str]: ...
    def course(self, execution: str) -> Course | None: ...
    def revision(self) -> Revision | None: ...


class HourBook(Protocol):
    """Packs the hours and days in which something was counted."""

    def grown(self) -> Mapping[datetime, Mapping[str, int]]: ...
    def pack(self, hour: datetime) -> None: ...
    def pack_day(self, day: datetime) -> None: ...
    def ends(self, hour: datetime) -> Iterable[CountedEnd]: ...
    def forget(self, marks: Mapping[str, int]) -> None: ...


class ExecutionArchive(Protocol):
    """Keeps the lines of executions for good."""

    def add(self, hour: datetime, ends: Iterable[CountedEnd]) -> None: ...
