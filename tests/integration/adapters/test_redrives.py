"""What is kept of a redrive in S3: found by its hash alone, every version of what was wanted, and its report."""

from dataclasses import replace
from typing import Any

import pytest

from record.adapters.s3.redrives import RedriveStore
from record.domain.failure import Choice
from record.domain.redrive import Item, Manifest
from record.domain.redrive_attempt import Attempt, End
from record.domain.redrive_report import Report
from record.domain.redrive_run import Control, Outcome, Progress
from record.errors import InvalidManifest
from tests.fakes.redrives import BEGIN, failure, holding
from tests.integration.adapters.conftest import BUCKET

ITEMS = [Item.of(each, holding(each)) for each in map(failure, (1, 2, 3))]
MANIFEST = Manifest.freeze(BEGIN, Choice(error="InvalidResponse"), ITEMS)
ID = MANIFEST.redrive_id


@pytest.fixture
def store(s3: Any) -> RedriveStore:
    return RedriveStore(s3, BUCKET)


def test_manifest_is_found_by_its_hash_alone(store: RedriveStore) -> None:
    store.put_manifest(MANIFEST)
    assert store.manifest(ID, MANIFEST.hash) == MANIFEST
    with pytest.raises(InvalidManifest, match="was confirmed"):
        store.manifest(ID, "0" * 64)
    with pytest.raises(InvalidManifest, match="there is no manifest 0123456789ab"):
        store.manifest("0123456789ab", "0" * 64)


def test_redrive_runs_until_somebody_says_otherwise_and_who_said_so_is_kept(store: RedriveStore, s3: Any) -> None:
    assert store.control(ID) is Control.RUN
    for control in (Control.PAUSE, Control.RUN, Control.CANCEL):
        store.put_control(ID, control, "arn:somebody", "appel de la facturation")
        assert store.control(ID) is control
    versions = s3.list_object_versions(Bucket=BUCKET, Prefix=f"redrives/{ID}/control.json")["Versions"]
    assert len(versions) == len(Control)


def test_report_has_the_numbers_and_each_item(store: RedriveStore) -> None:
    assert store.report(ID) is None
    passed = Attempt(0, End.PASSED, BEGIN, is_redriven=True, outcome="RESTORED")
    progress = replace(Progress(10).begun(), outcome=Outcome.CANCELLED)
    store.put_report(Report.of(MANIFEST, [passed], progress))
    found = store.report(ID)
    assert found is not None
    numbers, items = found
    assert (numbers["items"], numbers["ends"]) == (3, {"PASSED": 1, "NOT_REACHED": 2})
    assert [(item["limitationId"], item["end"], item["outcome"]) for item in items] == [
        ("LIM-00001", "PASSED", "RESTORED"),
        ("LIM-00002", "NOT_REACHED", ""),
        ("LIM-00003", "NOT_REACHED", ""),
    ]
