"""Makes the reports that are due, keeps each and mails it once; a later one corrects one that was not complete."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from restoration.clock import paris_date
from supervision.periods import Kind, Reported
from supervision.reports.archive import KeptReport, ReportArchive
from supervision.reports.mail import letter
from supervision.reports.post import ReportPost
from supervision.reports.report import is_complete, make_report
from supervision.reports.sheet import sheet
from supervision.sources import Sources

PATIENCE = timedelta(hours=10)
"""How long after the end of its period a report waits for the record to be complete; then it says what is missing."""
LOOKS_BACK = 3
"""How many periods back a report may be made or corrected."""
AT_WORK = timedelta(minutes=15)
"""A report that was kept and not mailed for longer was given up: its worker died. It is longer than a worker lives."""


class Fate(StrEnum):
    """What came of a report."""

    WAITS = "waits"
    """The record is not complete, and there is time."""
    DONE = "done"
    """It was made before, and there is nothing to correct."""
    ELSEWHERE = "elsewhere"
    """Another worker makes it."""
    NOTHING = "nothing"
    """There is nothing to report of a period that long ago."""
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Makes reports; ``in_time`` is the share (0 to 1) of cases that should end in time, by their kind."""

    sources: Sources
    in_time: Mapping[str, float]
    archive: ReportArchive
    post: ReportPost
    clock: Callable[[], datetime]

    def run(self, kind: Kind) -> Sequence[tuple[Reported, Fate]]:
        """Make the report of the last day or month, and what is missing or not complete of those before."""
        about = Reported.of(kind, paris_date(self.clock())).before
        found = []
        for back in range(LOOKS_BACK):
            found.append((about, self._look(about, is_last=back == 0)))
            about = about.before
        return found

    def make(self, about: Reported) -> Fate:
        """Make a report whatever was before, as somebody asks for it."""
        return self._make(about, self.archive.find(about))

    def _look(self, about: Reported, *, is_last: bool) -> Fate:
        kept, now, span = self.archive.find(about), self.clock(), about.range
        if kept is not None and not kept.is_mailed:
            return Fate.ELSEWHERE if now - kept.kept_at < AT_WORK else self._make(about, kept)
        complete = is_complete(span, self.sources.record.completeness())
        if kept is not None:
            return self._make(about, kept) if complete and not kept.is_complete else Fate.DONE
        if not complete and now < span.until + PATIENCE:
            return Fate.WAITS
        if not is_last and not self.sources.record.slices(span.since, span.until):
            return Fate.NOTHING
        return self._make(about, None)

    def _make(self, about: Reported, kept: KeptReport | None) -> Fate:
        corrects = kept is not None and kept.is_mailed and not kept.is_complete
        report = make_report(about, self.sources, self.in_time, self.clock(), corrects=corrects)
        written, table = letter(report, self.sources.stack), sheet(report)
        keep = partial(self.archive.keep, about, table, written.html, is_complete=report.is_complete)
        version = keep(is_mailed=False, instead_of=kept.version if kept else None)
        if version is None:
            return Fate.ELSEWHERE
        self.post.send(written)
        keep(is_mailed=True, instead_of=version)
        if corrects:
            return Fate.CORRECTED
        return Fate.COMPLETE if report.is_complete else Fate.INCOMPLETE
