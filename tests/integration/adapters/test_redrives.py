"""What is kept of a redrive in S3: read as it was written, every version kept, nothing taken for there that is not."""

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


def test_what_was_found_comes_back_page_by_page_and_a_repeated_page_once(store: RedriveStore) -> None:
    for part, items in ((0, ITEMS[:2]), (1, []), (10, ITEMS[2:]), (0, ITEMS[:2])):
        store.add_found("freeze-1", part, items)
    store.add_found("freeze-2", 0, ITEMS)
    assert list(store.found("freeze-1")) == ITEMS


def test_manifest_is_found_by_its_hash_alone(store: RedriveStore) -> None:
    store.put_manifest(MANIFEST)
    assert store.manifest(ID, MANIFEST.hash) == MANIFEST
    with pytest.raises(InvalidManifest, match="was confirmed"):
        store.manifest(ID, "0" * 64)
    with pytest.raises(InvalidManifest, match="there is no manifest 0123456789ab"):
        store.manifest("0123456789ab", "0" * 64)


def test_where_a_redrive_is_comes_back_as_it_was_written(store: RedriveStore) -> None:
    assert store.progress(ID) is None
    assert store.step(ID, 1) is None
    progress = Progress(10).begun().with_step(2, has_redriven=True)
    attempts = [Attempt(0, End.ANNOUNCED, BEGIN), Attempt(1, End.LEFT_ALONE, BEGIN, why="elle court déjà")]
    store.put_progress(ID, progress)
    store.put_step(ID, 1, attempts)
    store.put_step(ID, 10, [])
    assert (store.progress(ID), store.step(ID, 1), store.step(ID, 10)) == (progress, attempts, [])


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
