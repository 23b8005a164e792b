"""All that the message desk touches, in memory: the register, billing, the rules, the table, the carriers, the queue.

Each call of a port is a *step*, which a test may let die before or after its effect.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.dynamodb.sending_log import SendingLog
from restoration.clock import to_text
from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.contact import Contact
from restoration.contracts.notifications import DeliveryReport, MessageRecord, parse_record
from restoration.contracts.published import LetterRequested, MessageFailed
from restoration.domain.claim import Claim
from restoration.domain.decision import DecisionRequest
from restoration.domain.limitation import LimitationStatus
from restoration.domain.message import Channel, CustomerMessage, Text
from restoration.domain.sending import Sending
from restoration.errors import MessageNotSent, MessageOutcomeUnknown
from restoration.use_cases.notify_customer import MessageDesk, Notified
from restoration.use_cases.record_delivery import Outcome, record_report
from tests.explore.tables import MemoryTables
from tests.fakes.claims import free
from tests.fakes.samples import EVENTS, POINT

MONDAY_NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
REACHABLE = Contact(
    customer_id="CUS-1", language="fr", email="anne@example.org", mobile="+33612345678", opt_out=frozenset()
)
OPEN = free(generation=2)
HELD = replace(OPEN, holder="arn:me")
CLOSED = replace(OPEN, status=LimitationStatus.CLOSED)
NIGHT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)  # 23:30 in Paris
DECISIONS = Path(__file__).parents[2] / "functions" / "evaluate_decision" / "decisions"
TEN_MINUTES, ANSWER_TERM = timedelta(minutes=10), timedelta(days=7)

SHORT = {"LIM-000123": "LIM-1", "30000000000123": POINT, "A1B2C3D4": "A1", "A1B2C3D5": "A2"}
DIFFER: Mapping[str, Mapping[str, Any]] = {
    "AdvisorDecisionRequested": {},
    "BalanceDue": {"balance": "12.5"},
    "DunningHoldRequested": {"trigger": {"type": "PaymentReceived", "id": "PAY-1:CAPTURED"}},
    "PaymentPending": {"until": "2026-05-12"},
    "PowerFloorRaised": {"floorKva": 3, "raisedAt": "2026-05-04T11:59:00.000Z"},
    "PowerRestored": {},
    "RestorationDelayed": {"dueAt": "2026-05-04T22:30:00.000Z"},
    "RestorationLeftToAdvisor": {"reason": "DISPUTE"},
    "RestorationOrdered": {"dueAt": None},
    "RestorationRefused": {"advisorWord": "ADV-7"},
    "VisitPlanned": {"on": "2026-05-07", "slot": "08:00-12:00"},
}
"""In what the events that ask for a message differ from their samples in `events/published`."""


def _sample(kind: str) -> dict[str, Any]:
    """A sample without what may be left out."""
    text = (EVENTS / "published" / f"{kind}.json").read_text(encoding="utf-8")
    for name, ours in SHORT.items():
        text = text.replace(name, ours)
    detail = json.loads(text)["detail"]
    return {name: value for name, value in detail.items() if name not in {"demand", "rejectedMeans"}}


DETAILS = {kind: {**_sample(kind), **differs} for kind, differs in DIFFER.items()}
"""Each event that asks for a message, complete; a test changes the one field that it is about."""


def record(
    detail_type: str, *, at: datetime = MONDAY_NOON, limitation: str = "LIM-1", generation: int = 2, **changes: Any
) -> str:
    """The body of a record, as the bus puts it."""
    return json.dumps({
        "version": "0",
        "id": "9f1c",
        "source": "restoration",
        "detail-type": detail_type,
        "time": to_text(at),
        "detail": {
            **DETAILS[detail_type],
            "id": f"{limitation}:{generation}:{detail_type}:",
            "limitationId": limitation,
            "contractId": "CTR-0042",
            "generation": generation,
            **changes,
        },
    })  # fmt: skip


def incident(at: datetime = MONDAY_NOON, trigger: str = "PaymentReceived") -> str:
    """The body of a record of an execution that failed, as the default bus puts it."""
    reason = {"type": trigger, "id": "PAY-1:CAPTURED", "at": to_text(at), "eventId": "9f1c"}
    given = {"limitationId": "LIM-1", "contractId": "CTR-0042", "pointId": "01234567890123", "trigger": reason}
    detail = {"executionArn": "arn:me", "status": "FAILED", "input": json.dumps(given)}
    kind = "Step Functions Execution Status Change"
    return json.dumps({"source": "aws.states", "detail-type": kind, "time": to_text(at), "detail": detail})


def late_request(at: datetime) -> str:
    """The body of a record of a request that nobody has seen to, as the channels put it each night."""
    detail = {"limitationId": "LIM-1", "contractId": "CTR-0042", "dueBy": to_text(MONDAY_NOON)}
    return json.dumps({"source": "channels", "detail-type": "RequestOverdue", "time": to_text(at), "detail": detail})


def message_record(detail_type: str, **changes: Any) -> MessageRecord:
    parsed = parse_record(record(detail_type, **changes))
    assert isinstance(parsed, MessageRecord)
    return parsed


def by_the_table(inputs: Any) -> Any:
    """The rules as business wrote them."""
    return RuleBook(DECISIONS).evaluate(DecisionRequest("notification", "LIM-1", "test", inputs)).value


def no_email() -> Contact:
    return REACHABLE.model_copy(update={"email": None})


def dies_at(step: str, when: str) -> Any:
    """A process that dies once, at a step."""
    left = [f"dies {when}"]
    return lambda name: left.pop() if name == step and left else ""


class Crash(BaseException):
    """Raised where a test lets the process die; no code of ours catches it."""


@dataclass
class Steps:
    """Lets the test act at each call of a port: it may die, or another may come in between."""

    fate: Callable[[str], str] = lambda _: ""
    meanwhile: Callable[[], None] = lambda: None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        fate = self.fate(name)
        if fate == "dies before":
            raise Crash(name)
        if fate == "another comes first":
            self.meanwhile()
        if fate == "errs before":
            raise RuntimeError(name)
        yield
        if fate == "dies after":
            raise Crash(name)
        if fate == "errs after":
            raise RuntimeError(name)


class Log:
    """The real log, over a table in memory; each call is a step."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._tables = MemoryTables({"messages": "messageId"})
        self._log = SendingLog(cast("Any", self._tables), "messages", now=lambda: world.now)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._log, name)

        def step(*arguments: Any) -> Any:
            with self._world.steps.step(name):
                return call(*arguments)

        return step

    @property
    def items(self) -> Mapping[str, Sending]:
        """The sendings, without what is known of visits and of what was said."""
        kept = self._tables.items["messages"]
        return {each: known for each in kept if "state" in kept[each] and (known := self._log.find(each))}


@dataclass
class CarrierFake:
    """Takes messages; a call may be throttled, lost or failed."""

    world: "World"
    channel: Channel

    def send(self, attempt_id: str, address: str, text: Text) -> str:
        fate = self.world.carrier_fate(attempt_id)
        if fate == "throttled":
            raise MessageNotSent(f"{attempt_id}: Throttling", self.channel)
        if fate == "failed":
            raise MessageOutcomeUnknown(f"{attempt_id}: 500")
        with self.world.steps.step("send"):
            self.world.sent.append((attempt_id, self.channel, address, text))
        if fate == "lost":
            raise MessageOutcomeUnknown(f"{attempt_id}: ReadTimeoutError")
        return f"carrier-{len(self.world.sent)}"


@dataclass(order=True)
class Waiting:
    """A record in the queue."""

    due: datetime
    number: int
    body: str = field(compare=False)
    receives: int = field(default=0, compare=False)


@dataclass
class World:
    """The world that a test acts on and looks at."""

    now: datetime = MONDAY_NOON
    contact: Contact = REACHABLE
    ruling: Mapping[str, Any] | Callable[[Mapping[str, Any]], Any] = field(
        default_factory=lambda: {"channel": "SMS", "defer": False}
    )
    cases: dict[str, Claim] = field(default_factory=lambda: {"LIM-1": OPEN})
    carrier_fate: Callable[[str], str] = lambda _: ""
    may_defer: bool = True
    steps: Steps = field(default_factory=Steps)
    sent: list[tuple[str, Channel, str, Text]] = field(default_factory=list)
    kept: list[Waiting] = field(default_factory=list)
    aside: list[tuple[str, Exception]] = field(default_factory=list)
    published: list[BusinessEvent] = field(default_factory=list)
    asked: list[DecisionRequest] = field(default_factory=list)
    written: list[CustomerMessage] = field(default_factory=list)
    redriven: set[str] = field(default_factory=set)
    fetched: int = 0

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self.log = Log(self)

    # ── The ports that need no state of their own ──

    def get(self, limitation_id: str) -> Claim | None:
        with self.steps.step("facts"):
            return self.cases.get(limitation_id)

    def fetch(self, customer_id: str) -> Contact:
        assert customer_id == "CUS-1"
        self.fetched += 1
        with self.steps.step("contact"):
            return self.contact

    def value(self, request: DecisionRequest, _look: object = None) -> Any:
        self.asked.append(request)
        return self.ruling(request.inputs) if callable(self.ruling) else self.ruling

    def text_of(self, message: CustomerMessage, channel: Channel, language: str) -> Text:
        self.written.append(message)
        return Text("", f"{message.kind} by {channel} in {language}")

    def keep(self, body: str, delay: timedelta) -> None:
        with self.steps.step("keep"):
            self.add(body, self.now + min(max(delay, timedelta()), TEN_MINUTES))

    def put(self, body: str, error: Exception, message_id: str) -> None:
        assert message_id
        with self.steps.step("put aside"):
            self.aside.append((body, error))

    def publish(self, events: Sequence[BusinessEvent]) -> None:
        with self.steps.step("publish"):
            self.published += events

    # ── Acting ──

    @property
    def desk(self) -> MessageDesk:
        return MessageDesk(
            claims=self,
            contact=self.fetch,
            rules=self,
            text_of=self.text_of,
            log=self.log,
            carriers={channel: CarrierFake(self, channel) for channel in (Channel.SMS, Channel.EMAIL)},
            keep=self.keep,
            put_aside=self.put,
            bus=self,
            now=lambda: self.now,
            is_at_work=lambda execution: execution in self.redriven,
            new_attempt=lambda: f"attempt-{next(self._numbers)}",
            may_defer=self.may_defer,
            balance_delay=TEN_MINUTES,
            answer_term=ANSWER_TERM,
        )

    def report(self, delivery: DeliveryReport) -> Outcome:
        return record_report(self.desk, delivery)

    def add(self, body: str, due: datetime | None = None, receives: int = 0) -> None:
        self.kept.append(Waiting(due or self.now, next(self._numbers), body, receives))

    def notify(self, detail_type: str, **changes: Any) -> Notified:
        return self.desk.notify(message_record(detail_type, **changes))

    def next_copy(self) -> Notified:
        """Let the clock run to the next copy that is kept, and look at it."""
        waiting = min(self.kept)
        self.kept.remove(waiting)
        self.now = max(self.now, waiting.due)
        copy = parse_record(waiting.body)
        assert isinstance(copy, MessageRecord)
        return self.desk.notify(copy)

    def until_told(self) -> Notified:
        """Look at copies until none is kept; return the outcome of the last."""
        while (notified := self.next_copy()).status == "KEPT":
            assert len(self.kept) == 1
        return notified

    @property
    def told(self) -> list[CustomerMessage]:
        """The messages that left."""
        return [each for each in self.written if each.message_id in self.sent_ids]

    @property
    def sent_ids(self) -> list[str]:
        return [attempt_id for attempt_id, *_ in self.sent]

    @property
    def letters(self) -> list[LetterRequested]:
        """The letters and calls that billing was asked for."""
        return [event for event in self.published if isinstance(event, LetterRequested)]

    @property
    def failed(self) -> list[tuple[str, str]]:
        """The messages that were reported as failed."""
        return [(event.kind, event.key) for event in self.published if isinstance(event, MessageFailed)]
