"""Somebody else's file, good lines and bad ones."""

import json
from pathlib import Path

import pytest

from local.asl import ROOT
from local.demo.entries import read_lines
from local.demo.event_outcomes import fact_of

GOOD = {"Source": "billing", "DetailType": "PaymentReceived", "Detail": {"paymentId": "P-1"}, "EventBusName": "any"}
DELIVERED = {"source": "billing", "detail-type": "PaymentReceived", "detail": {"paymentId": "P-1"}, "version": "0"}


def write(tmp_path: Path, *lines: bytes | str) -> Path:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return path


def test_event_that_a_bus_delivered_is_an_event_like_its_entry_whose_detail_may_be_text(tmp_path: Path) -> None:
    text = json.dumps(GOOD["Detail"])
    lines = read_lines(write(tmp_path, *map(json.dumps, (GOOD, {**GOOD, "Detail": text}, DELIVERED))))
    entry = {"Source": "billing", "DetailType": "PaymentReceived", "Detail": text}
    assert [line.entry for line in lines] == [entry] * 3


def test_file_may_be_one_document_over_many_lines(tmp_path: Path) -> None:
    one = read_lines(write(tmp_path, json.dumps(DELIVERED, indent=2)))
    many = read_lines(write(tmp_path, json.dumps([DELIVERED, GOOD, 3], indent=2)))
    assert [line.type for line in one] == ["PaymentReceived"]
    assert [(line.number, line.type, line.problem) for line in many] == [
        (1, "PaymentReceived", ""),
        (2, "PaymentReceived", ""),
        (3, "", "no event: Input should be a valid dictionary or instance of Event"),
    ]


@pytest.mark.parametrize("sample", sorted((ROOT / "events").glob("*.json*")), ids=lambda path: path.stem)
def test_each_sample_of_an_event_can_be_played(sample: Path) -> None:
    lines = read_lines(sample)
    assert {line.type for line in lines} == {sample.stem} or sample.suffix == ".jsonl"
    assert all(map(fact_of, lines))


def test_empty_lines_count_and_are_left_out(tmp_path: Path) -> None:
    lines = read_lines(write(tmp_path, "", json.dumps(GOOD), "   ", json.dumps(GOOD)))
    assert [line.number for line in lines] == [2, 4]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "not JSON: expected ident, column 2"),
        ("[[1]]", "no event: Input should be a valid dictionary"),
        (json.dumps({**GOOD, "Source": ""}), "no event: Source: String should have at least 1 character"),
        (json.dumps({"source": "billing"}), "no event: DetailType: Field required"),
        (b'{"Source": "\xff"}', "not JSON: invalid unicode code point, column 13"),
        pytest.param("[" * 200_000, "not JSON: recursion limit exceeded", id="deep"),
    ],
)
def test_a_bad_line_says_what_is_wrong_with_it(tmp_path: Path, line: bytes | str, says: str) -> None:
    (found,) = read_lines(write(tmp_path, line))
    assert found.entry is None
    assert says in found.problem
