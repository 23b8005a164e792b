"""Reports are made once in time, kept in S3 on a condition, and leave by SES as HTML with a text."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from record.domain.record import Completeness
from supervision.periods import Kind, Reported
from supervision.reports.archive import KeptReport, ReportArchive
from supervision.reports.desk import Fate, ReportDesk
from supervision.reports.mail import Letter
from supervision.reports.post import ReportPost
from tests.fakes.tables import put_bucket
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.synthetic import NOW, synthetic
from tests.unit.supervision.test_report import DAY, HOUR, IN_TIME, YESTERDAY, sources

SENDER = "ne-pas-repondre@fournisseur.example"
LETTER = Letter("Rétablissements", "<p>é</p>", "é")
UNTIL = YESTERDAY.range.until


@pytest.fixture
def archive() -> ReportArchive:
    return ReportArchive(put_bucket("record"), "record")


def keep(archive: ReportArchive, table: str, instead_of: str | None = None) -> str | None:
    return archive.keep(YESTERDAY, table, f"<p>{table}</p>", is_complete=True, is_mailed=False, instead_of=instead_of)


def kept(ending: str) -> tuple[str, str]:
    found = boto3.client("s3").get_object(Bucket="record", Key=f"reports/day/2026-11-24.{ending}")
    return found["ContentType"], found["Body"].read().decode()


def test_second_worker_keeps_nothing(archive: ReportArchive) -> None:
    first = keep(archive, "1")
    assert keep(archive, "2") is None
    assert keep(archive, "é", first) is not None
    assert keep(archive, "3", first) is None
    assert kept("csv") == ("text/csv; charset=utf-8", "é")
    assert kept("html") == ("text/html; charset=utf-8", "<p>é</p>")


def test_of_two_workers_at_the_same_moment_one_keeps_it() -> None:
    client: Any = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_object", "ConditionalRequestConflict")
        assert keep(ReportArchive(client, "record"), "1") is None


def test_without_recipients_nothing_is_sent() -> None:
    client: Any = None
    ReportPost(client, SENDER, []).send(LETTER)


def test_both_forms_of_a_report_are_in_one_mail_to_all() -> None:
    client = boto3.client("sesv2")
    expected = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": ["a@b.example", "c@d.example"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Rétablissements", "Charset": "UTF-8"},
                "Body": {"Html": {"Data": "<p>é</p>", "Charset": "UTF-8"}, "Text": {"Data": "é", "Charset": "UTF-8"}},
            }
        },
    }
    with Stubber(client) as stubber:
        stubber.add_response("send_email", {"MessageId": "1"}, expected)
        ReportPost(client, SENDER, ["a@b.example", "c@d.example"]).send(LETTER)
        stubber.assert_no_pending_responses()


# ── The desk ──


@dataclass
class Office:
    """A desk whose clock a test sets, with the real archive; its mails are kept here."""

    record: MemoryRecord
    archive: ReportArchive
    now: datetime = UNTIL + 5 * HOUR
    sent: list[Any] = field(default_factory=list)
    ses_fails: bool = False

    def send_email(self, *, Content: Any, **_: object) -> None:  # noqa: N803 - as SES has it
        if self.ses_fails:
            raise ConnectionError("SES")
        self.sent.append(Content["Simple"])

    @property
    def desk(self) -> ReportDesk:
        ses: Any = self
        post = ReportPost(ses, SENDER, ["a@b.example"])
        return ReportDesk(sources(self.record), IN_TIME, self.archive, post, lambda: self.now)

    def run(self, now: datetime | None = None) -> Fate:
        """What came of the report of yesterday, 24 November."""
        self.now = now or self.now
        return dict(self.desk.run(Kind.DAY))[YESTERDAY]

    def complete_to(self, moment: datetime, unreconciled: int = 0) -> None:
        self.record.kept_completeness = Completeness(moment, unreconciled)


@pytest.fixture
def office(archive: ReportArchive, monkeypatch: pytest.MonkeyPatch) -> Office:
    record = synthetic(200, days=2)
    record.kept_slices = [each for each in record.kept_slices if each.start >= YESTERDAY.range.since]
    found = Office(record, archive)
    found.complete_to(UNTIL)
    monkeypatch.setattr("moto.s3.models.utcnow", lambda: found.now.replace(tzinfo=None))
    return found


def test_report_waits_for_the_record_then_says_what_is_missing_then_is_corrected(office: Office) -> None:
    office.complete_to(UNTIL - 2 * HOUR)
    assert office.run(UNTIL + 9 * HOUR) is Fate.WAITS
    assert office.sent == []
    assert office.run(UNTIL + 10 * HOUR) is Fate.INCOMPLETE
    assert office.run(UNTIL + 11 * HOUR) is Fate.DONE
    (first,) = office.sent
    assert "(incomplet)" in first["Subject"]["Data"]
    assert "Incomplet : le relevé s'arrête au 24/11 22:00" in first["Body"]["Text"]["Data"]
    office.complete_to(UNTIL + HOUR)
    assert office.run(UNTIL + 12 * HOUR) is Fate.CORRECTED
    assert office.run(UNTIL + 13 * HOUR) is Fate.DONE
    assert office.sent[1]["Subject"]["Data"].startswith("Corrigé : ")
    assert ",true\r\n" in kept("csv")[1]


def test_cases_that_are_not_reconciled_make_a_report_incomplete(office: Office) -> None:
    office.complete_to(UNTIL + HOUR, unreconciled=3)
    assert office.run() is Fate.WAITS
    assert office.run(UNTIL + 10 * HOUR) is Fate.INCOMPLETE
    assert "il reste des dossiers à rapprocher (3)" in office.sent[0]["Body"]["Html"]["Data"]


def test_report_whose_mail_failed_is_mailed_by_a_later_run_and_not_while_one_may_be_at_work(office: Office) -> None:
    office.ses_fails = True
    with pytest.raises(ConnectionError):
        office.run()
    office.ses_fails = False
    kept_at = office.now
    assert office.run(kept_at + timedelta(minutes=15) - timedelta(seconds=1)) is Fate.ELSEWHERE
    assert office.run(kept_at + timedelta(minutes=15)) is Fate.COMPLETE
    assert len(office.sent) == 1


def test_of_two_workers_one_makes_the_report(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    find = office.archive.find

    def overtaken(about: Reported) -> KeptReport | None:
        seen = find(about)
        if about == YESTERDAY:
            keep(office.archive, "of the other worker")
        return seen

    monkeypatch.setattr(office.archive, "find", overtaken)
    assert office.run() is Fate.ELSEWHERE
    assert office.sent == []


def test_days_of_which_nothing_is_known_get_no_late_report(office: Office) -> None:
    fates = {about.name: fate for about, fate in office.desk.run(Kind.DAY)}
    assert fates == {"2026-11-24": Fate.COMPLETE, "2026-11-23": Fate.NOTHING, "2026-11-22": Fate.NOTHING}


def test_day_that_nobody_reported_is_made_up_for(office: Office) -> None:
    office.record.kept_slices = [*office.record.kept_slices, replace(office.record.kept_slices[0], start=NOW - 3 * DAY)]
    assert dict(office.desk.run(Kind.DAY))[Reported(Kind.DAY, date(2026, 11, 22))] is Fate.COMPLETE


def test_report_that_somebody_asks_for_is_made_again(office: Office) -> None:
    assert [office.desk.make(YESTERDAY), office.desk.make(YESTERDAY)] == [Fate.COMPLETE, Fate.COMPLETE]
    assert len(office.sent) == 2


def test_months_begin_and_end_in_paris(office: Office) -> None:
    office.now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # in Paris it is December
    [(about, _), *_] = office.desk.run(Kind.MONTH)
    assert (about.name, about.before.name, about.after.name) == ("2026-11", "2026-10", "2026-12")
    assert about.range.since == datetime(2026, 10, 31, 23, tzinfo=UTC)
