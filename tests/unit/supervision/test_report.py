"""The reports: what they say equals a recount, when they are made, and how they are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from record.domain.promises import TERMS
from record.domain.record import Completeness, Slice
from record.domain.tally import Count, Tally
from supervision.figures.report import Objectives
from supervision.periods import Kind, Reported
from supervision.reports.desk import Fate, KeptReport, ReportDesk
from supervision.reports.mail import Letter, letter
from supervision.reports.report import make_report
from supervision.reports.sheet import sheet
from supervision.sources import Sources
from tests.unit.ops.printing import are_as_kept
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.synthetic import NOW, measures, synthetic

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OBJECTIVES = Objectives(TERMS, {"Early": 0.99, "Remote": 0.99, "Technician": 0.95})
YESTERDAY = Reported(Kind.DAY, date(2026, 11, 24))


def sources(record: MemoryRecord | None = None, kept: Mapping[str, float] | None = None) -> Sources:
    """The made record; ``kept`` has counters of our own, all at noon of the day that is reported."""
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    own = {("demo", name): [(noon, value)] for name, value in (kept or {}).items()}
    found = MemoryMeasures({**measures(3).kept, **own})
    return Sources(record or synthetic(900, days=4), found, "demo")


def test_share_of_more_than_all_is_none() -> None:
    """Those began on the day before: 51 restored of 1 concerned were 5100 %."""
    counted = Tally({"ended": Count(51, {}, {"concerned": 1, "restored": 51})})
    record = MemoryRecord([Slice(YESTERDAY.range.since, HOUR, "RESTORED", "-", counted)])
    report = make_report(YESTERDAY, sources(record), OBJECTIVES, NOW)
    assert [each.value for each in report.lines if each.name == "restored_share"] == [None]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 24), 24), (date(2026, 10, 25), 25), (date(2026, 3, 29), 23)]
)
def test_a_day_is_one_of_paris_also_when_the_clock_changes(day: date, hours: int) -> None:
    assert Reported(Kind.DAY, day).range.length == hours * HOUR


def test_months_begin_and_end_in_paris() -> None:
    december = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # in Paris
    desk = ReportDesk(sources(MemoryRecord()), OBJECTIVES, MemoryArchive(), MemoryPost(), lambda: december)
    [(about, _), *_] = desk.run(Kind.MONTH)
    assert (about.name, about.before.name, about.after.name) == ("2026-11", "2026-10", "2026-12")
    assert about.range.since == datetime(2026, 10, 31, 23, tzinfo=UTC)


@dataclass
class MemoryArchive:
    """Keeps reports as the real one does: on the condition that nobody else kept one."""

    clock: datetime = NOW
    kept: dict[str, KeptReport] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def find(self, about: Reported) -> KeptReport | None:
        return self.kept.get(about.name)

    def keep(
        self, about: Reported, table: str, page: str, *, is_complete: bool, is_mailed: bool, instead_of: str | None
    ) -> str | None:
        before = self.kept.get(about.name)
        if (before.version if before else None) != instead_of:
            return None
        version = str(int(before.version) + 1 if before else 1)
        self.kept[about.name] = KeptReport(version, self.clock, is_complete, is_mailed)
        self.tables[about.name] = table
        assert page
        return version


@dataclass
class MemoryPost:
    sent: list[Letter] = field(default_factory=list)
    fails: bool = False

    def send(self, written: Letter) -> None:
        if self.fails:
            raise ConnectionError("SES")
        self.sent.append(written)


@dataclass
class Office:
    """A desk with its archive and post, whose clock a test sets."""

    record: MemoryRecord
    now: datetime
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    post: MemoryPost = field(default_factory=MemoryPost)

    @property
    def desk(self) -> ReportDesk:
        return ReportDesk(sources(self.record), OBJECTIVES, self.archive, self.post, lambda: self.now)

    def run(self, now: datetime | None = None) -> Fate:
        """What came of the report of yesterday, 24 November."""
        self.now = self.archive.clock = now or self.now
        return dict(self.desk.run(Kind.DAY))[YESTERDAY]

    def complete_to(self, moment: datetime, unreconciled: int = 0) -> None:
        self.record.kept_completeness = Completeness(moment, unreconciled)


@pytest.fixture
def office() -> Office:
    record = synthetic(200, days=2)
    record.kept_slices = [each for each in record.kept_slices if each.start >= YESTERDAY.range.since]
    found = Office(record, YESTERDAY.range.until + 5 * HOUR)
    found.complete_to(YESTERDAY.range.until)
    return found


def test_report_waits_for_the_record_then_says_what_is_missing_then_is_corrected(office: Office) -> None:
    until = YESTERDAY.range.until
    office.complete_to(until - 2 * HOUR)
    assert office.run(until + timedelta(hours=10) - HOUR) is Fate.WAITS
    assert office.post.sent == []
    assert office.run(until + timedelta(hours=10)) is Fate.INCOMPLETE
    assert office.run(until + timedelta(hours=10) + HOUR) is Fate.DONE
    (first,) = office.post.sent
    assert "(incomplet)" in first.subject
    assert "Incomplet : le relevé s'arrête au 24/11 22:00" in first.text
    office.complete_to(until + HOUR)
    assert office.run(until + timedelta(hours=10) + 2 * HOUR) is Fate.CORRECTED
    assert office.run(until + timedelta(hours=10) + 3 * HOUR) is Fate.DONE
    assert office.post.sent[1].subject.startswith("Corrigé : ")
    assert ",true\r\n" in office.archive.tables[YESTERDAY.name]


def test_cases_that_are_not_reconciled_make_a_report_incomplete(office: Office) -> None:
    office.complete_to(YESTERDAY.range.until + HOUR, unreconciled=3)
    assert office.run() is Fate.WAITS
    assert office.run(YESTERDAY.range.until + timedelta(hours=10)) is Fate.INCOMPLETE
    assert "il reste des dossiers à rapprocher (3)" in office.post.sent[0].html


def test_report_whose_mail_failed_is_mailed_by_a_later_run_and_not_while_one_may_be_at_work(office: Office) -> None:
    office.post.fails = True
    with pytest.raises(ConnectionError):
        office.run()
    office.post.fails = False
    assert office.run(office.now + timedelta(minutes=15) / 2) is Fate.ELSEWHERE
    assert office.run(office.now + timedelta(minutes=15)) is Fate.COMPLETE
    assert len(office.post.sent) == 1


def test_of_two_workers_one_makes_the_report(office: Office) -> None:
    class Overtaken(MemoryArchive):
        def find(self, about: Reported) -> KeptReport | None:
            seen = super().find(about)
            if seen is None and about == YESTERDAY:
                self.keep(about, "", "other", is_complete=True, is_mailed=False, instead_of=None)
            return seen

    office.archive = Overtaken()
    assert office.run() is Fate.ELSEWHERE
    assert office.post.sent == []


def test_days_of_which_nothing_is_known_get_no_late_report(office: Office) -> None:
    fates = {about.name: fate for about, fate in office.desk.run(Kind.DAY)}
    assert fates == {"2026-11-24": Fate.COMPLETE, "2026-11-23": Fate.NOTHING, "2026-11-22": Fate.NOTHING}


def test_day_that_nobody_reported_is_made_up_for(office: Office) -> None:
    office.record.kept_slices = [*office.record.kept_slices, replace(office.record.kept_slices[0], start=NOW - 3 * DAY)]
    assert dict(office.desk.run(Kind.DAY))[Reported(Kind.DAY, date(2026, 11, 22))] is Fate.COMPLETE


def test_report_that_somebody_asks_for_is_made_again(office: Office) -> None:
    assert [office.desk.make(YESTERDAY), office.desk.make(YESTERDAY)] == [Fate.COMPLETE, Fate.COMPLETE]
    assert len(office.post.sent) == 2


MONTH = Reported(Kind.MONTH, date(2026, 10, 1))
IN_MAILS = {"html", "head", "meta", "title", "body", "h1", "p", "table", "thead", "tbody", "tr", "th", "td", "div"}


def test_mails_and_tables_are_written_as_they_were_and_as_mail_programs_show_them() -> None:
    """A day with missed targets, whole and not, and a month, which says nothing of now."""
    counters = {"RemoteEnded": 200.0, "RemoteInTime": 180.0, "SettledStillLimited": 1.0}
    day = make_report(YESTERDAY, sources(kept=counters), OBJECTIVES, NOW)
    until = day.about.range.until
    states = (None, Completeness(until - HOUR, 0), Completeness(until, 3))
    reports = [day, *(replace(day, completeness=each, corrects=True) for each in states)]
    said = []
    for report in (*reports, make_report(MONTH, sources(synthetic(300, days=50)), OBJECTIVES, NOW)):
        written = letter(report, "demo")
        assert set(re.findall(r"<([a-z0-9]+)", written.html.casefold())) <= IN_MAILS
        assert "class=" not in written.html
        assert "var(--" not in written.html
        assert len(written.html) < 100_000  # Gmail clips what is longer
        page = re.sub("><", ">\n<", written.html) if report is reports[2] else written.subject
        said += [page, written.text, sheet(report)]
    are_as_kept("report.txt", ["\n\n".join(said)])


def test_share_in_a_mail_is_never_rounded_up_to_its_target() -> None:
    counters = {"RemoteEnded": 10_000.0, "RemoteInTime": 9_899.0, "EarlyEnded": 10_000.0, "EarlyInTime": 9_996.0}
    text = letter(make_report(YESTERDAY, sources(kept=counters), OBJECTIVES, NOW), "demo").text
    assert "(à distance) : valeur ▲ 98,9\N{NO-BREAK SPACE}% ; objectif ≥ 99\N{NO-BREAK SPACE}%" in text
    assert "(sans ordre) : valeur ✓ 99,9\N{NO-BREAK SPACE}%" in text
