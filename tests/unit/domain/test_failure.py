"""A failure's words and signature, and the choice of failures."""

import json
from datetime import timedelta

import pytest

from record.domain.failure import signature_of, words_of
from record.domain.redrive_choice import Choice
from tests.fakes.redrives import BEGIN, failure

LAMBDA = json.dumps({"errorMessage": "billing does not know\n contract CTR-7", "errorType": "X", "stackTrace": ["…"]})


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (LAMBDA, "billing does not know contract CTR-7"),
        ("plain words,\n  two lines", "plain words, two lines"),
        ('{"errorType": "X"}', '{"errorType": "X"}'),
        ("[1]", "[1]"),
        ("", ""),
    ],
)
def test_cause_is_read_as_one_line_without_its_json(cause: str, words: str) -> None:
    assert words_of(cause) == words


def test_causes_that_differ_by_customer_have_one_signature() -> None:
    causes = [f"billing does not know contract CTR-{number} of LIM-{number} (12.5 s)" for number in (7, 123456)]
    assert {signature_of(cause) for cause in causes} == {"billing does not know contract … of … s)"}


@pytest.mark.parametrize(
    ("choice", "is_taken"),
    [
        (Choice(error="InvalidResponse"), True),
        (Choice(error="UnknownContract"), False),
        (Choice(state="CheckPayment"), True),
        (Choice(state="ReadPoint"), False),
        (Choice(cause="HAS NO DEBT"), True),
        (Choice(cause="about … has"), True),
        (Choice(cause="no balance"), False),
        (Choice(since=BEGIN + timedelta(minutes=1), until=BEGIN + timedelta(minutes=1)), True),
        (Choice(since=BEGIN + timedelta(minutes=2)), False),
        (Choice(until=BEGIN), False),
    ],
    ids=lambda value: str(value) if isinstance(value, bool) else repr(value)[7:60],
)
def test_choice_takes_what_equals_it(choice: Choice, *, is_taken: bool) -> None:
    assert choice.takes(failure()) is is_taken
    assert Choice.of_json(json.loads(json.dumps(choice.to_json()))) == choice
