"""Reports are kept in S3 on a condition, and leave by SES as HTML with a text."""

from datetime import date
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from supervision.adapters.report_archive import ReportArchive
from supervision.adapters.report_post import ReportPost
from supervision.periods import Kind, Reported
from supervision.reports.mail import Letter
from tests.fakes.tables import put_bucket

DAY = Reported(Kind.DAY, date(2026, 11, 24))
SENDER = "ne-pas-repondre@fournisseur.example"
LETTER = Letter("Rétablissements", "<p>é</p>", "é")


@pytest.fixture
def archive() -> ReportArchive:
    return ReportArchive(put_bucket("record"), "record")


def keep(archive: ReportArchive, table: str, *, mailed: bool = False, instead_of: str | None = None) -> str | None:
    return archive.keep(DAY, table, f"<p>{table}</p>", is_complete=True, is_mailed=mailed, instead_of=instead_of)


def test_report_is_found_with_what_came_of_it(archive: ReportArchive) -> None:
    assert archive.find(DAY) is None
    version = keep(archive, "é,1")
    found = archive.find(DAY)
    assert found is not None
    assert (found.version, found.is_complete, found.is_mailed) == (version, True, False)
    keep(archive, "é,1", mailed=True, instead_of=version)
    again = archive.find(DAY)
    assert again is not None
    assert again.is_mailed
    s3 = boto3.client("s3")
    for ending, content in (("csv", "é,1"), ("html", "<p>é,1</p>")):
        kept = s3.get_object(Bucket="record", Key=f"reports/day/2026-11-24.{ending}")
        assert (kept["ContentType"], kept["Body"].read().decode()) == (f"text/{ending}; charset=utf-8", content)
    assert archive.find(Reported(Kind.MONTH, date(2026, 11, 1))) is None


def test_second_worker_keeps_nothing(archive: ReportArchive) -> None:
    first = keep(archive, "1")
    assert keep(archive, "2") is None
    assert keep(archive, "2", instead_of=first) is not None
    assert keep(archive, "3", instead_of=first) is None
    page = boto3.client("s3").get_object(Bucket="record", Key="reports/day/2026-11-24.html")
    assert page["Body"].read() == b"<p>2</p>"


def test_of_two_workers_at_the_same_moment_one_keeps_it() -> None:
    client: Any = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_object", "ConditionalRequestConflict")
        assert keep(ReportArchive(client, "record"), "1") is None


def test_without_recipients_nothing_is_sent() -> None:
    ReportPost(lambda: pytest.fail("no client is made"), SENDER, []).send(LETTER)


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
        ReportPost(lambda: client, SENDER, ["a@b.example", "c@d.example"]).send(LETTER)
        stubber.assert_no_pending_responses()
