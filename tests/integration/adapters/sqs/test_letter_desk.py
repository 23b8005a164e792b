"""Dead letters in SQS are looked at without harm, and replayed without loss: only those that a person saw."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from record.adapters.s3.letter_archive import LetterArchive
from record.adapters.sqs.letter_boxes import HIDDEN_SECONDS, WAIT_SECONDS, LetterBoxes
from record.contracts.letter_request import HandleRequest, LetterChoice
from record.domain.dead_letter import Action, DeadLetter, Family, Fate
from record.use_cases.handle_dead_letters import LetterDesk
from restoration.adapters.sqs.dead_letters import DeadLetters
from restoration.clock import to_text
from restoration.errors import InvalidEvent
from restoration.tracing import record
from tests.fakes.letters import NOW, judge_with
from tests.fakes.samples import body, payment
from tests.fakes.tables import put_bucket
from tests.integration.adapters.recording import Front

PAYMENTS, QUEUE, ASIDE = Family.PAYMENTS, "payments", "payments-dead-letters"
JOURNAL, BODIES = "operations", "record"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
REPLAY, DISCARD = (
    HandleRequest.model_construct(
        action=action, family=PAYMENTS, letters=(), operation="operation-1", by="arn:somebody", reason=why
    )
    for action, why in ((Action.REPLAY, "billing has mended it"), (Action.DISCARD, "a test of billing's"))
)
GOOD = [payment(f"PAY-{number}") for number in range(23)]
BAD = body("PaymentReceived", amount="-1")


@dataclass
class Room:
    """A desk with its queues and its archive.

    ``steps`` is how many more letters there is time for; what ``lost`` names is done once without a response.
    """

    sqs: Any
    s3: Any
    steps: int = 1000
    lost: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.urls = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in (QUEUE, ASIDE)}
        calls: dict[str, Callable[..., Any]] = {name: self._losing(name) for name in ("send_message", "delete_message")}
        front: Any = Front(self.sqs, receive_message=self._at_once, **calls)
        self.front, self.boxes = front, LetterBoxes(front, self.urls[QUEUE].removesuffix(QUEUE))
        self.archive = LetterArchive(self.s3, JOURNAL, BODIES)

    def _at_once(self, **asked: Any) -> Any:
        if "receive_message" in self.lost and len(self.front.calls) > 2:
            raise ConnectionError("the third look is lost")
        found = self.sqs.receive_message(**asked | {"WaitTimeSeconds": 0}).get("Messages", [])
        return {"Messages": [*found, *found[:1]]}  # SQS may give one twice

    def _losing(self, name: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            done = getattr(self.sqs, name)(**asked)
            if name in self.lost:
                self.lost.discard(name)
                raise ConnectionError("the response was lost")
            return done

        return call

    @property
    def desk(self) -> LetterDesk:
        return LetterDesk(self.boxes, judge_with(), self.archive, lambda: NOW, self._is_time_left)

    def _is_time_left(self) -> bool:
        self.steps -= 1
        return self.steps >= 0

    def put_aside(self, *bodies: str) -> list[DeadLetter]:
        """Put records aside as a function does; gives them as they are looked at."""
        letters = DeadLetters(self.sqs, self.urls[ASIDE])
        with record(TRACE):
            for each in bodies:
                letters.put(each, InvalidEvent("detail.amount: too small"), "message-1")
        found = [letter for letter, _ in self.desk.seen(PAYMENTS, 1000)[0]]
        self.front.calls.clear()
        return found

    def handle(self, asked: HandleRequest, *letters: DeadLetter, digest: str = "") -> list[Fate]:
        chosen = tuple(LetterChoice(id=each.id, sha256=digest or each.digest) for each in letters)
        return [each.fate for each in self.desk.handle(asked.model_copy(update={"letters": chosen}))]

    def visible(self, queue: str = ASIDE) -> int:
        asked = {"QueueUrl": self.urls[queue], "AttributeNames": ["ApproximateNumberOfMessages"]}
        return int(self.sqs.get_queue_attributes(**asked)["Attributes"]["ApproximateNumberOfMessages"])

    def kept(self, bucket: str) -> dict[str, str]:
        """The texts in a bucket, by key."""
        keys = [each["Key"] for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}

    @property
    def did_nothing(self) -> bool:
        return (self.visible(QUEUE), self.kept(JOURNAL)) == (0, {})


@pytest.fixture
def room(sqs: Any) -> Room:
    put_bucket(BODIES)
    return Room(sqs, put_bucket(JOURNAL))


def test_look_sees_every_letter_beyond_the_ten_of_one_receive_and_hides_none_afterwards(room: Room) -> None:
    letters = room.put_aside(*GOOD)
    seen, is_all = room.desk.seen(PAYMENTS, 1000)
    assert (sorted(one.body for one, _ in seen), is_all) == (sorted(GOOD), True)
    _, asked = room.front.calls[0]
    assert (asked["VisibilityTimeout"], asked["WaitTimeSeconds"]) == (HIDDEN_SECONDS, WAIT_SECONDS)
    assert room.visible() == 23
    some, is_all = room.desk.seen(PAYMENTS, 12)
    assert (len(some), is_all, room.visible()) == (12, False, 23)
    named, _ = room.desk.seen(PAYMENTS, 1000, frozenset({letters[3].id, letters[5].id}))
    assert {one.body for one, _ in named} == {GOOD[3], GOOD[5]}


def test_look_that_fails_gives_back_what_it_held(room: Room) -> None:
    room.put_aside(*GOOD)
    room.lost.add("receive_message")
    with pytest.raises(ConnectionError):
        room.desk.seen(PAYMENTS, 1000)
    assert room.visible() == 23


def test_chosen_letters_are_sent_once_and_leave_and_the_others_stay(room: Room) -> None:
    letters = room.put_aside(*GOOD, BAD)
    assert room.handle(REPLAY, letters[0], letters[22]) == [Fate.REPLAYED] * 2
    assert (room.visible(QUEUE), room.visible(), len(room.kept(JOURNAL))) == (2, 22, 2)
    sent = room.sqs.receive_message(QueueUrl=room.urls[QUEUE], MaxNumberOfMessages=10)["Messages"]
    assert {each["Body"] for each in sent} == {GOOD[0], GOOD[22]}


def test_copy_has_body_trace_and_foreign_attributes_and_not_the_reason(room: Room) -> None:
    text = {"ErrorType": "ClientError", "RULE_ARN": "arn"}
    given = {name: {"DataType": "String", "StringValue": value} for name, value in text.items()}
    given["Tenant"] = {"DataType": "Number", "StringValue": "7"}
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    sent = {"MessageBody": GOOD[0], "MessageAttributes": given, "MessageSystemAttributes": trace}
    room.sqs.send_message(QueueUrl=room.urls[ASIDE], **sent)
    [letter] = room.put_aside()
    room.handle(REPLAY, letter)
    asked = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
    (copy,) = room.sqs.receive_message(QueueUrl=room.urls[QUEUE], **asked)["Messages"]
    assert (copy["Body"], copy["Attributes"]["AWSTraceHeader"]) == (GOOD[0], TRACE)
    assert {name: (one["DataType"], one["StringValue"]) for name, one in copy["MessageAttributes"].items()} == {
        "Tenant": ("Number", "7"),
        "ReplayedMessageId": ("String", letter.id),
    }


def test_letter_that_would_come_back_is_refused_and_stays(room: Room) -> None:
    assert room.handle(REPLAY, *room.put_aside(BAD)) == [Fate.REFUSED]
    assert (room.did_nothing, room.visible()) == (True, 1)


@pytest.mark.parametrize("asked", [REPLAY, DISCARD])
def test_letter_with_another_body_than_was_looked_at_is_left_alone(room: Room, asked: HandleRequest) -> None:
    assert room.handle(asked, *room.put_aside(GOOD[0]), digest="0" * 64) == [Fate.CHANGED]
    assert (room.did_nothing, room.visible()) == (True, 1)


def test_letter_that_somebody_else_looks_at_is_not_found_and_not_handled_twice(room: Room) -> None:
    letters = room.put_aside(GOOD[0])
    next(room.boxes.look(PAYMENTS))
    assert room.handle(REPLAY, *letters) == [Fate.NOT_FOUND]
    assert (room.did_nothing, room.visible()) == (True, 0)


@pytest.mark.parametrize(("lost", "copies"), [("send_message", 2), ("delete_message", 1)])
def test_lost_response_loses_no_letter(room: Room, lost: str, copies: int) -> None:
    """After a lost send the letter is sent again: its consumer recognises the second copy."""
    letters = room.put_aside(GOOD[0])
    room.lost.add(lost)
    with pytest.raises(ConnectionError):
        room.handle(REPLAY, *letters)
    room.handle(REPLAY, *letters)
    assert (room.visible(QUEUE), room.visible()) == (copies, 0)


@pytest.mark.parametrize("asked", [REPLAY, DISCARD])
def test_nothing_is_done_that_the_archive_does_not_have(room: Room, asked: HandleRequest) -> None:
    letters = room.put_aside(GOOD[0])
    room.archive = LetterArchive(room.s3, "out-of-reach", BODIES)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        room.handle(asked, *letters)
    assert (room.did_nothing, room.visible()) == (True, 1)


@pytest.mark.parametrize("asked", [REPLAY, DISCARD])
def test_what_was_done_is_kept_and_what_a_discarded_letter_contained_lies_elsewhere(
    room: Room, asked: HandleRequest
) -> None:
    letter, _ = room.put_aside(GOOD[0], BAD)
    action, key = asked.action, f"letters/{NOW:%Y/%m/%d/%H%M%S}.000-{letter.id}-{asked.action.lower()}.json"
    assert room.handle(asked, letter) == [Fate.DISCARDED if action is Action.DISCARD else Fate.REPLAYED]
    [(name, entry)] = room.kept(JOURNAL).items()
    about = {"operation": asked.operation, "by": "arn:somebody", "reason": asked.reason, "at": to_text(NOW)}
    about |= {"letter": letter.id, "sha256": letter.digest, "family": "payments", "action": action.value}
    about |= {"sentAt": to_text(letter.sent_at), "error": "InvalidEvent", "why": "detail.amount: too small"}
    assert (name, json.loads(entry)) == (key, about), "without its body: nobody could erase it there"
    lies = {key: {"body": GOOD[0], "attributes": dict(letter.attributes)}} if action is Action.DISCARD else {}
    assert {name: json.loads(text) for name, text in room.kept(BODIES).items()} == lies
    assert (room.visible(QUEUE), room.visible()) == (int(action is Action.REPLAY), 1)
    assert [name for name, _ in room.front.calls].count("delete_message") == 1, "deleted, and not only hidden"


def test_replay_that_runs_out_of_time_leaves_the_rest_where_it_is(room: Room) -> None:
    letters = room.put_aside(*GOOD)
    room.steps = 2
    fates = room.handle(REPLAY, *letters)
    assert (fates.count(Fate.REPLAYED), fates.count(Fate.NOT_REACHED), room.visible()) == (2, 21, 21)


def test_record_that_sqs_moved_is_told_from_others(room: Room) -> None:
    arn = room.sqs.get_queue_attributes(QueueUrl=room.urls[ASIDE], AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    given = {"RedrivePolicy": policy, "VisibilityTimeout": "0"}
    room.sqs.set_queue_attributes(QueueUrl=room.urls[QUEUE], Attributes=given)
    room.sqs.send_message(QueueUrl=room.urls[QUEUE], MessageBody="body")
    for _ in range(2):
        room.sqs.receive_message(QueueUrl=room.urls[QUEUE])
    [(letter, _)], _ = room.desk.seen(PAYMENTS, 1000)
    assert (letter.body, letter.was_moved_by_sqs, letter.error) == ("body", True, "FunctionDied")
