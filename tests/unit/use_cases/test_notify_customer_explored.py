"""In any order and repetition of events, and wherever an attempt dies: no message twice, and none lost silently."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.contracts.notifications import DeliveryReport, MessageRecord, Report, parse_record, tag_of
from restoration.contracts.published import MessageFailed
from restoration.domain.limitation import LimitationStatus
from restoration.domain.message import Channel
from restoration.domain.sending import SendingState
from restoration.use_cases.notify_customer import Notified
from tests.fakes.claims import BY_TECHNICIAN, order
from tests.fakes.message_world import DETAILS, OPEN, REACHABLE, Crash, Waiting, World, record

pytestmark = pytest.mark.explored

VISIBILITY = timedelta(seconds=360)
GIVE_UP_AT, RECEIVES = 5, 6
FATES = st.sampled_from(["dies before", "dies after", "errs before", "errs after", "another comes first"])

cases = st.builds(
    lambda **facts: replace(OPEN, **facts),
    status=st.sampled_from([LimitationStatus.LIMITED, LimitationStatus.CLOSED]),
    holder=st.sampled_from([None, "arn:me"]),
    open_order=st.sampled_from([None, order(), order(BY_TECHNICIAN, 2)]),
    generation=st.integers(1, 3),
)
contacts = st.sampled_from([
    REACHABLE,
    REACHABLE.model_copy(update={"email": None}),
    REACHABLE.model_copy(update={"mobile": None}),
    REACHABLE.model_copy(update={"opt_out": frozenset({"SMS", "EMAIL"})}),
])  # fmt: skip
records = st.builds(
    lambda kind, limitation, generation: record(kind, limitation=limitation, generation=generation),
    st.sampled_from(sorted(DETAILS)),
    st.sampled_from(["LIM-1", "LIM-2"]),
    st.integers(1, 3),
)


def ruling(inputs: Any) -> dict[str, Any]:
    """By SMS, else by e-mail, else by letter, of an order not at all; a balance waits for the morning once."""
    neither = "NONE" if inputs["kind"] == "ORDER_PLACED" else "POST"
    return {
        "channel": "SMS" if inputs["hasMobile"] else "EMAIL" if inputs["hasEmail"] else neither,
        "defer": inputs["kind"] == "BALANCE_DUE" and inputs["localHour"] > 12,
    }


class Course:
    """One course: SQS with its receives and dead letters around the desk, until nothing is left to do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ruled_out: set[str] = set()
        self.sqs_dead_letters: list[str] = []
        self._nested = False
        world.steps.meanwhile = self._another

    def run(self) -> None:
        world = self.world
        for _ in range(2000):
            if not world.kept:
                return
            waiting = min(world.kept)
            world.kept.remove(waiting)
            world.now = max(world.now, waiting.due)
            self._receive(replace(waiting, receives=waiting.receives + 1))
        raise AssertionError("it never ends")

    def _another(self) -> None:
        """Let another worker handle the record that is next, between two steps of this one."""
        due = [waiting for waiting in self.world.kept if waiting.due <= self.world.now]
        if due and not self._nested:
            self._nested = True
            self.world.kept.remove(min(due))
            self._receive(replace(min(due), receives=min(due).receives + 1))
            self._nested = False

    def _receive(self, waiting: Waiting) -> None:
        if waiting.receives > RECEIVES:
            self.sqs_dead_letters.append(waiting.body)
            return
        try:
            self._handle(waiting)
        except (Crash, Exception):  # noqa: BLE001 - a dead process and an error are the same to SQS
            self.world.add(waiting.body, self.world.now + VISIBILITY, waiting.receives)

    def _handle(self, waiting: Waiting) -> None:
        record = parse_record(waiting.body)
        if not isinstance(record, MessageRecord):
            return
        try:
            self._note(record, self.world.desk.notify(record))
        except Exception as error:
            if waiting.receives < GIVE_UP_AT:
                raise
            self._note(record, self.world.desk.give_up(record, error))

    def _note(self, record: MessageRecord, notified: Notified) -> None:
        if notified.status in {"DROPPED", "NO_CHANNEL"}:
            self.ruled_out.add(record.message.message_id)


def at_steps(fates: dict[int, str]) -> Callable[[str], str]:
    steps = count()
    return lambda _: fates.get(next(steps), "")


def list_of(fates: list[str]) -> Callable[[str], str]:
    left = list(fates)
    return lambda _: left.pop() if left else ""


def messages_of(bodies: Iterable[str]) -> set[str]:
    """The messages that records ask for."""
    records = map(parse_record, bodies)
    return {record.message.message_id for record in records if isinstance(record, MessageRecord)}


def check(course: Course, bodies: list[str]) -> None:
    world = course.world
    assert max(Counter(world.sent_ids).values(), default=0) <= 1, "sent twice"
    letters = {letter.key: letter.id for letter in world.letters}
    assert len(letters) == len({(letter.key, letter.id) for letter in world.letters}), "asked for twice, under two ids"
    reported = {event.key for event in world.published if isinstance(event, MessageFailed)}
    lost = messages_of(course.sqs_dead_letters)
    assert reported <= messages_of(body for body, _ in world.aside), "a failed message lies in the dead letters"
    for message_id in messages_of(bodies):
        sent = {message_id, f"{message_id}#EMAIL", f"{message_id}#SMS"} & {*world.sent_ids}
        known = course.ruled_out | reported | lost | letters.keys()
        assert sent or message_id in known, f"{message_id}: silently not at all"
    for attempt_id, sending in world.log.items.items():
        if sending.state is SendingState.SENT and sending.channel is Channel.POST:
            assert attempt_id.removesuffix("#EMAIL").removesuffix("#SMS") in letters, "said to be asked for"
        elif sending.state is SendingState.SENT:
            assert attempt_id in world.sent_ids, "said to be sent"
        if sending.state is SendingState.UNKNOWN and not lost:
            assert sending.reported, "unknown to nobody"
            assert any(attempt_id.startswith(key) for key in reported), "said to be reported"
        assert sending.state is not SendingState.CLAIMED or lost, "left in somebody's hands"


@settings(max_examples=400, deadline=None)
@given(
    bodies=st.lists(records, min_size=1, max_size=5),
    case=cases,
    contact=contacts,
    fates=st.dictionaries(st.integers(0, 40), FATES, max_size=6),
    carrier_fates=st.lists(st.sampled_from(["throttled", "failed", "lost"]), max_size=12),
    data=st.data(),
)
def test_each_message_is_sent_at_most_once_and_sent_or_ruled_out_or_reported(
    bodies: list[str], case: Any, contact: Any, fates: dict[int, str], carrier_fates: list[str], data: st.DataObject
) -> None:
    world = World(contact=contact, ruling=ruling, cases={"LIM-1": case, "LIM-2": case})
    world.steps.fate = at_steps(fates)
    world.carrier_fate = list_of(carrier_fates)
    repeated = bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=3))
    for body in data.draw(st.permutations(repeated)):
        world.add(body)
    course = Course(world)
    course.run()
    check(course, bodies)


@settings(max_examples=100, deadline=None)
@given(
    contact=contacts,
    reports=st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(Report))), max_size=6),
    fates=st.dictionaries(st.integers(0, 30), FATES, max_size=4),
)
def test_a_message_that_did_not_arrive_is_tried_once_by_each_channel_however_often_it_is_reported(
    contact: Any, reports: list[tuple[bool, Report]], fates: dict[int, str]
) -> None:
    world = World(contact=contact, ruling=ruling)
    world.add(record("PowerRestored"))
    course = Course(world)
    course.run()
    world.steps.fate = at_steps(fates)
    for second, report in reports:
        attempt_id = "LIM-1#POWER_RESTORED#LIM-1/R/1" + (f"#{report.channel}" if second else "")
        try:
            world.report(DeliveryReport(tag=tag_of(attempt_id), report=report, status="INVALID", at=world.now))
        except (Crash, RuntimeError):
            continue
        course.run()
    by_channel = Counter(channel for _, channel, *_ in world.sent)
    assert max(by_channel.values(), default=0) <= 1
    assert set(by_channel) <= {Channel.SMS, Channel.EMAIL}
