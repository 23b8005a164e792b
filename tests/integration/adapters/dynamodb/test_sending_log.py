"""The table of sendings: claimed by an attempt, noted by its claimer alone, without an address or a text."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from restoration.adapters.dynamodb.sending_log import SendingLog
from restoration.clock import from_text
from restoration.domain.message import Channel, LastSaid
from restoration.domain.sending import Sending, SendingState

ID = "LIM-1#POWER_RESTORED"


@pytest.fixture
def log(dynamodb: Any) -> SendingLog:
    return SendingLog(dynamodb, "messages")


def item(dynamodb: Any, message_id: str = ID) -> dict[str, Any]:
    return dict(dynamodb.Table("messages").get_item(Key={"messageId": message_id}).get("Item") or {})


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


def test_a_claim_outlives_the_longest_execution_with_its_redrive(log: SendingLog, dynamodb: Any) -> None:
    claim(log, "first")
    kept = item(dynamodb)
    assert (
        float(kept["expiresAt"]) - from_text(kept["claimedAt"]).timestamp() > timedelta(days=365 + 14).total_seconds()
    )


def test_a_sent_message_is_kept_with_ids_and_times_only(log: SendingLog, dynamodb: Any) -> None:
    claim(log, "first")
    log.note_sent(ID, "first", "ses-1")
    kept = item(dynamodb)
    assert (kept["state"], kept["channel"], kept["carrierId"]) == ("SENT", "SMS", "ses-1")
    assert set(kept) == {
        "messageId", "limitationId", "state", "claimedBy", "claimedAt", "channel", "record", "expiresAt", "sentAt",
        "carrierId",
    }  # fmt: skip


NOTES: list[Callable[[SendingLog], object]] = [
    lambda log: log.note_sent(ID, "first", "late"),
    lambda log: log.note_failed(ID, "first", "late"),
    lambda log: log.note_unknown(ID, "first", "late"),
]


@pytest.mark.parametrize("note", NOTES, ids=["sent", "failed", "unknown"])
def test_an_attempt_that_no_longer_has_the_claim_notes_nothing(
    log: SendingLog, note: Callable[[SendingLog], object]
) -> None:
    claim(log, "first")
    log.note_failed(ID, "first", "Throttling")
    claim(log, "second")
    note(log)
    known = log.find(ID)
    assert known is not None
    assert (known.state, known.by) == (SendingState.CLAIMED, "second")


def test_a_sending_that_was_noted_as_unknown_and_was_sent_is_noted_as_sent_and_stays_so(log: SendingLog) -> None:
    claim(log, "first")
    assert log.note_unknown(ID, "first", "the lease ended") is None
    log.note_sent(ID, "first", "ses-1")
    known = log.note_unknown(ID, "first", "the lease ended")
    assert known is not None
    assert known.state is SendingState.SENT


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


@pytest.mark.parametrize("note", [lambda log: log.note_reported(ID), lambda log: log.note_delivery(ID, "BOUNCED")])
def test_a_note_makes_no_item_of_its_own(log: SendingLog, dynamodb: Any, note: Callable[[SendingLog], object]) -> None:
    note(log)
    assert item(dynamodb) == {}


def test_the_newest_visit_of_a_case_is_known_by_generation_and_number(log: SendingLog) -> None:
    def plan(case: str, generation: int, number: int) -> tuple[int, int]:
        return log.newest_visit("LIM-1", case, generation, number)

    assert plan("LIM-1/T/2", 1, 1) == (1, 1)
    assert plan("LIM-1/T/2", 1, 2) == (1, 2)
    assert plan("LIM-1/T/2", 1, 1) == (1, 2)
    assert plan("LIM-1/T/2", 2, 1) == (2, 1)
    assert plan("LIM-1/T/2", 1, 9) == (2, 1)
    assert plan("LIM-1/T/3", 1, 1) == (1, 1), "another case has visits of its own"


def test_the_last_thing_that_was_said_on_a_topic_is_that_of_the_newest_claim(log: SendingLog) -> None:
    older, newer = (
        LastSaid(f"BALANCE_DUE#{each}", each, from_text("2026-05-04T10:00:00.000Z")) for each in ("60.00", "20.00")
    )
    assert log.last_said("LIM-1", "") is None
    log.note_said("LIM-1", "", 1, older)
    assert log.last_said("LIM-1", "") == older
    log.note_said("LIM-1", "", 2, newer)
    log.note_said("LIM-1", "", 1, older)
    assert log.last_said("LIM-1", "") == newer
    assert log.last_said("LIM-2", "") is None
    assert log.last_said("LIM-1", "TECHNICIAN_VISIT#A1") is None
