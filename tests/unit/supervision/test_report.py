"""The reports: what they say, and how they are written."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from record.domain.record import Completeness, Slice
from record.domain.tally import Count, Tally
from supervision.periods import Kind, Reported
from supervision.reports.mail import letter
from supervision.reports.report import make_report
from supervision.reports.sheet import sheet
from supervision.sources import Sources
from tests.unit.ops.printing import are_as_kept
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.synthetic import NOW, measures, synthetic

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_TIME = {"Early": 0.99, "Remote": 0.99, "Technician": 0.95}
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
    report = make_report(YESTERDAY, sources(record), IN_TIME, NOW)
    assert [each.value for each in report.lines if each.name == "restored_share"] == [None]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 24), 24), (date(2026, 10, 25), 25), (date(2026, 3, 29), 23)]
)
def test_a_day_is_one_of_paris_also_when_the_clock_changes(day: date, hours: int) -> None:
    assert Reported(Kind.DAY, day).range.length == hours * HOUR


MONTH = Reported(Kind.MONTH, date(2026, 10, 1))
IN_MAILS = {"html", "head", "meta", "title", "body", "h1", "p", "table", "thead", "tbody", "tr", "th", "td", "div"}


def test_mails_and_tables_are_written_as_they_were_and_as_mail_programs_show_them() -> None:
    """A day with missed targets, whole and not, and a month, which says nothing of now."""
    counters = {"RemoteEnded": 200.0, "RemoteInTime": 180.0, "SettledStillLimited": 1.0}
    day = make_report(YESTERDAY, sources(kept=counters), IN_TIME, NOW)
    until = day.about.range.until
    states = (None, Completeness(until - HOUR, 0), Completeness(until, 3))
    reports = [day, *(replace(day, completeness=each, corrects=True) for each in states)]
    said = []
    for report in (*reports, make_report(MONTH, sources(synthetic(300, days=50)), IN_TIME, NOW)):
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
    text = letter(make_report(YESTERDAY, sources(kept=counters), IN_TIME, NOW), "demo").text
    assert "(à distance) : valeur ▲ 98,9\N{NO-BREAK SPACE}% ; objectif ≥ 99\N{NO-BREAK SPACE}%" in text
    assert "(sans ordre) : valeur ✓ 99,9\N{NO-BREAK SPACE}%" in text
