"""The table of sendings: claimed by an attempt, noted by its claimer alone, without an address or a text."""

from typing import Any

import pytest

from restoration.adapters.dynamodb.sending_log import SendingLog
from restoration.domain.message import Channel
from restoration.domain.sending import Sending, SendingState

ID = "LIM-1#POWER_RESTORED"


@pytest.fixture
def log(dynamodb: Any) -> SendingLog:
    return SendingLog(dynamodb, "messages")


def claim(log: SendingLog, by: str) -> Any:
    return log.claim(ID, by, Channel.SMS, '{"detail": {}}')


def test_a_sending_is_claimed_by_one_attempt(log: SendingLog) -> None:
    assert claim(log, "first") is None
    log.note_delivery(ID, "BOUNCED")
    known = claim(log, "second")
    at, record = known.claimed_at, '{"detail": {}}'
    assert known == Sending(SendingState.CLAIMED, "first", at, channel=Channel.SMS, record=record, delivery="BOUNCED")


def test_a_claim_whose_response_was_lost_is_recognised_by_its_attempt(log: SendingLog) -> None:
    """boto3 tries a write again whose response was lost, and meets its own."""
    assert [claim(log, "first") for _ in range(2)] == [None, None]


def test_a_message_is_given_up_that_was_never_claimed(log: SendingLog) -> None:
    log.note_failed(ID, "nobody", "billing is down")
    log.note_reported(ID)
    known = log.find(ID)
    assert known is not None
    assert known == Sending(SendingState.FAILED, "nobody", known.claimed_at, "billing is down", reported=True)
    claim(log, "first")
    again = log.find(ID)
    assert again is not None
    assert again.reported is False, "a new try is a new story"
