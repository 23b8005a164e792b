"""The table of sendings: an attempt knows its own claim, whose response was lost."""

from typing import Any

from restoration.adapters.dynamodb.sending_log import SendingLog
from restoration.domain.message import Channel


def test_a_claim_whose_response_was_lost_is_recognised_by_its_attempt(dynamodb: Any) -> None:
    """boto3 tries a write again whose response was lost, and meets its own."""
    log = SendingLog(dynamodb, "messages")
    assert [log.claim("LIM-1#POWER_RESTORED", "first", Channel.SMS, "{}") for _ in range(2)] == [None, None]


def test_a_sending_that_was_given_up_without_a_claim_has_no_record(dynamodb: Any) -> None:
    log = SendingLog(dynamodb, "messages")
    log.note_failed("LIM-1#REFUSED", "first", "UnknownContract")
    given_up = log.find("LIM-1#REFUSED")
    assert given_up
    assert (given_up.record, given_up.delivery, given_up.channel) == ("", "", Channel.NONE)
