"""Writes the event log of a time: two files with the same pseudonyms, and what was found on the way."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import IO

from ops.event_log.case import Case
from ops.event_log.conformance import Deviation
from ops.event_log.objects import EVENT_ATTRIBUTES, OBJECT_TYPES, Objects
from ops.event_log.ocel import OcelFile
from ops.event_log.pseudonyms import Pseudonyms
from ops.event_log.reading import AccountSource
from ops.event_log.table import COLUMNS, rows_of, with_pseudonyms
from restoration.clock import moment_of
from restoration.domain.limitation import limitation_of

TABLE, OCEL = "restoration.csv", "restoration.ocel.json"
BATCH = 50
"""Executions whose limitations are read together."""


@dataclass(slots=True)
class Exported:
    """What was written, and what was found.

    Parameters
    ----------
    conforming
        Executions of which all is known, and whose path is as their definition allows.
    partly
        Executions with events missing: what is known of their path is as it may be.
    unjudged
        Executions whose definition, or whose events, nobody knows.
    deviations
        What a definition does not allow: of each execution the first, since what comes after may follow from it.
    """

    table: Path
    ocel: Path
    executions: int = 0
    rows: int = 0
    events: int = 0
    objects: int = 0
    conforming: int = 0
    partly: int = 0
    unjudged: int = 0
    deviations: list[Deviation] = field(default_factory=list)


def export(source: AccountSource, pseudonyms: Pseudonyms, since: datetime, until: datetime, folder: Path) -> Exported:
    """Write the executions that began at or after ``since`` and before ``until``; files that are there are replaced.

    Neither the cases nor their events are held in memory: of each limitation, payment and order its pseudonym is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = Exported(folder / TABLE, folder / OCEL)
    with replacing(found.table) as table_file, replacing(found.ocel) as ocel_file:
        table, file = csv.DictWriter(table_file, COLUMNS), OcelFile(ocel_file)
        table.writeheader()
        objects = Objects(file, pseudonyms)
        for courses in batched(source.courses(since, until), BATCH, strict=False):
            facts = source.facts({limitation_of(each.execution) for each in courses})
            for course in courses:
                version = source.versions.of(course.execution, moment_of(course.started_at))
                case = Case(course, facts[limitation_of(course.execution)], version)
                rows = rows_of(case)
                table.writerows(with_pseudonyms(case, rows, pseudonyms.of))
                objects.add(case, rows)
                found.rows += len(rows)
                _judge(case, found)
        file.end(OBJECT_TYPES, EVENT_ATTRIBUTES)
    found.events, found.objects = file.counts["events"], file.counts["objects"]
    return found


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A file to write to, which is there when the context ends without an error."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _judge(case: Case, found: Exported) -> None:
    found.executions += 1
    if case.deviations is None:
        found.unjudged += 1
    elif case.deviations:
        found.deviations.append(case.deviations[0])
    elif case.course.missing or (case.course.ended_at is not None and not case.course.is_complete):
        found.partly += 1
    else:
        found.conforming += 1
