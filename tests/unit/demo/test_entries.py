"""Somebody else's file, good lines and bad ones."""

import json
from pathlib import Path

import pytest

from local.demo.entries import read_lines

GOOD = {"Source": "billing", "DetailType": "PaymentReceived", "Detail": {"paymentId": "P-1"}, "EventBusName": "any"}


def write(tmp_path: Path, *lines: bytes | str) -> Path:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return path


def test_a_detail_may_be_an_object_or_text(tmp_path: Path) -> None:
    text = json.dumps(GOOD["Detail"])
    lines = read_lines(write(tmp_path, json.dumps(GOOD), json.dumps({**GOOD, "Detail": text})))
    assert [line.entry for line in lines] == [
        {"Source": "billing", "DetailType": "PaymentReceived", "Detail": text}
    ] * 2


def test_empty_lines_count_and_are_left_out(tmp_path: Path) -> None:
    lines = read_lines(write(tmp_path, "", json.dumps(GOOD), "   ", json.dumps(GOOD)))
    assert [line.number for line in lines] == [2, 4]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "not JSON: Expecting value, column 1"),
        ('{"Source": billing}', "not JSON: Expecting value, column 12"),
        ("[1]", "a JSON object is expected, this is a list"),
        ('"text"', "this is text"),
        ("3", "this is a number"),
        ("null", "this is missing"),
        (json.dumps({**GOOD, "Source": ""}), "Source must be text, but it is empty: text"),
        (json.dumps({**GOOD, "DetailType": 3}), "DetailType must be text, but it is a number"),
        (json.dumps({**GOOD, "Detail": None}), "Detail must be an object or JSON text, but it is missing"),
        (json.dumps({**GOOD, "Detail": [1]}), "but it is a list"),
        (b'{"Source": "\xff"}', "not UTF-8: byte 13"),
    ],
)
def test_a_bad_line_says_what_is_wrong_with_it(tmp_path: Path, line: bytes | str, says: str) -> None:
    (found,) = read_lines(write(tmp_path, line))
    assert found.entry is None
    assert says in found.problem


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read_lines(tmp_path / "nothing.jsonl")
