"""A message is sent at most once, and one that is not sent is reported: a worker may die at any step."""

import pytest

from restoration.contracts.contact import Contact
from restoration.contracts.notifications import parse_record
from restoration.domain.message import Channel
from restoration.domain.sending import SendingState
from restoration.errors import MessageNotSent, MessageOutcomeUnknown
from restoration.use_cases.notify_customer import LEASE
from tests.fakes.message_samples import HELD, by_the_table, dies_at, failed, no_email
from tests.fakes.message_world import MONDAY_NOON, REACHABLE, Crash, World, message_record, record

# ── At most once, and never silently not at all ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fate", ["lost", "failed"])
def test_a_message_that_was_perhaps_sent_is_reported_once_and_never_sent_again(fate: str) -> None:
    world = World(carrier_fate=lambda _: fate)
    assert world.notify("PowerRestored").status == "FAILED"
    world.carrier_fate = lambda _: ""
    assert world.notify("PowerRestored").status == "FAILED"
    assert len(world.sent) == (fate == "lost")
    assert failed(world) == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    ((body, error),) = world.aside
    assert body == record("PowerRestored")
    assert isinstance(error, MessageOutcomeUnknown)


def test_two_copies_of_one_event_never_both_take_the_claim_for_their_own() -> None:
    world = World()
    world.log.claim("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other copy's attempt", Channel.SMS, "{}")
    assert world.notify("PowerRestored").status == "KEPT"
    assert world.sent == []


@pytest.mark.parametrize(("noted", "then"), [("note_sent", ["ALREADY_SENT"]), ("note_failed", ["KEPT", "SENT"])])
def test_a_claim_by_another_that_is_noted_just_as_its_lease_ends_is_done_or_free(noted: str, then: list[str]) -> None:
    def note_it(step: str) -> str:
        if step == "note_unknown":
            getattr(world.log, noted)("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other", "")
        return ""

    world = World()
    world.log.claim("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other", Channel.SMS, "{}")
    world.now += LEASE
    world.steps.fate = note_it
    assert [world.notify("PowerRestored").status for _ in then] == then


def test_a_claim_by_another_that_is_not_sent_within_the_lease_is_reported_and_not_sent() -> None:
    world = World()
    world.log.claim("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other", Channel.SMS, "{}")
    world.notify("PowerRestored")
    assert world.until_told().status == "FAILED"
    assert world.now - MONDAY_NOON == LEASE
    assert failed(world) == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    assert world.sent == []


@pytest.mark.parametrize("step", ["publish", "put aside", "note_reported"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_attempt_that_dies_while_reporting_is_reported_again_with_the_same_id(step: str, when: str) -> None:
    world = World(carrier_fate=lambda _: "failed")
    world.steps.fate = dies_at(step, when)
    with pytest.raises(Crash):
        world.notify("PowerRestored")
    assert world.notify("PowerRestored").status == "FAILED"
    assert {event.id for event in world.published} == {"LIM-1:2:MessageFailed:LIM-1#POWER_RESTORED#LIM-1/R/1"}
    assert world.aside
    assert world.sent == []


# ── Giving up ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_that_a_carrier_kept_refusing_is_tried_over_the_other_channel() -> None:
    world = World(ruling=by_the_table)
    refused = MessageNotSent("LIM-1#POWER_RESTORED#LIM-1/R/1 by SMS: ConflictException", Channel.SMS)
    assert world.desk.give_up(message_record("PowerRestored"), refused).status == "OTHER_CHANNEL"
    assert world.until_told().status == "SENT"
    ((attempt, channel, *_),) = world.sent
    assert (attempt, channel) == ("LIM-1#POWER_RESTORED#LIM-1/R/1#EMAIL", Channel.EMAIL)


@pytest.mark.parametrize(
    "contact", [no_email(), REACHABLE.model_copy(update={"opt_out": frozenset({"EMAIL"})})], ids=["unknown", "refused"]
)
def test_where_the_other_channel_is_not_allowed_billing_is_asked_for_a_letter(contact: Contact) -> None:
    world = World(ruling=by_the_table, contact=contact)
    world.desk.give_up(message_record("PowerRestored"), MessageNotSent("refused", Channel.SMS))
    assert world.until_told().status == "SENT"
    assert [letter.kind for letter in world.letters] == ["POWER_RESTORED"]
    assert (failed(world), world.sent) == ([], [])


def test_where_the_other_channel_is_not_allowed_and_a_letter_comes_too_late_the_message_is_reported() -> None:
    world = World(ruling=by_the_table, contact=no_email(), cases={"LIM-1": HELD})
    world.desk.give_up(message_record("RestorationOrdered"), MessageNotSent("refused", Channel.SMS))
    assert world.until_told().status == "FAILED"
    assert failed(world) == [("ORDER_PLACED", "LIM-1#ORDER_PLACED#LIM-1/R/1")]
    assert (len(world.aside), world.sent, world.letters) == (1, [], [])


def test_a_message_that_could_not_be_sent_for_another_reason_is_reported_and_can_be_sent_from_the_dead_letters() -> (
    None
):
    world = World()
    assert world.desk.give_up(message_record("PowerRestored"), RuntimeError("billing is down")).status == "FAILED"
    assert failed(world) == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    ((body, error),) = world.aside
    assert str(error) == "billing is down"
    assert parse_record(body)
    assert world.log.items["LIM-1#POWER_RESTORED#LIM-1/R/1"].state is SendingState.FAILED
    assert world.notify("PowerRestored").status == "SENT"


def test_a_message_that_was_sent_and_could_not_be_noted_is_not_given_up_as_unsent() -> None:
    world = World()
    world.steps.fate = dies_at("note_sent", "before")
    with pytest.raises(Crash):
        world.notify("PowerRestored")
    assert world.desk.give_up(message_record("PowerRestored"), RuntimeError("the table is down")).status == "KEPT"
    assert world.until_told().status == "FAILED"
    assert world.log.items["LIM-1#POWER_RESTORED#LIM-1/R/1"].state is SendingState.UNKNOWN
