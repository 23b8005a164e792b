"""What became of each event of somebody else's file."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from embedded_cloud import Execution
from local.demo.entries import Line
from local.demo.report import EventOutcome, failure_of
from local.stage import Sent, outcome_of
from record.contracts.reminders import RemindersSuppressed
from restoration.clock import utc_now
from restoration.contracts.envelope import parse_event
from restoration.contracts.received import PaymentEvent, ResumingEvent
from restoration.contracts.received_limitations import LimitationEvent
from restoration.errors import InvalidEvent

LIMITATION_TYPES = frozenset({"PowerLimitationRequested", "PowerLimited", "PowerLimitationCancelled", "ContractEnded"})
ANSWER_TYPES = frozenset({"PaymentCleared", "PaymentRejected", "AdvisorDecided", "PaymentDeclared", "PowerMissing"})
CONFIRMATION = "RemindersSuppressed"
"""What supervision alone hears."""
REGISTERING = frozenset({"PowerLimitationRequested", "PowerLimited"})
ABSORBED = "duplicate absorbed"
MET = {
    "RESUMED": "handed on to the execution that waited",
    "NOTED": "noted: the execution that goes on looks at it",
    "STARTED": "started an execution, which another one took in",
    "ABSORBED": ABSORBED,
    "INCIDENT": "its execution failed: a redrive goes on with it",
    "OUTDATED": "older than the decision that counts: nothing started",
    "LOST_GROUND": "power was back already: published that the payment was returned",
}
"""In words, what the functions say of a limitation that an event met."""
ELSEWHERE = {**dict.fromkeys(REGISTERING, "registered"), CONFIRMATION: "counted by supervision: nothing started"}
"""What becomes of an event that asks for no execution."""
OURS = "restoration"
NOT_LIMITED = "not limited: nothing started"
type _Event = PaymentEvent | LimitationEvent | ResumingEvent | RemindersSuppressed
_EVENTS: TypeAdapter[_Event] = TypeAdapter(Annotated[_Event, Field(discriminator="detail_type")])


@dataclass(frozen=True, slots=True)
class Fact:
    """What a valid event says: a fact that has a name of its own, and which contracts or limitation it is about."""

    name: str
    contract_ids: tuple[str, ...] = ()
    limitation_id: str | None = None


def kind_of(line: Line) -> str:
    if line.type in LIMITATION_TYPES:
        return "limitations"
    return "results" if line.type in ANSWER_TYPES else "payments"


def fact_of(line: Line) -> Fact | None:
    """What an event says; None when it breaks its contract or has no type that we know."""
    if line.entry is None:
        return None
    now = utc_now()
    try:
        envelope = {
            "id": str(line.number),
            "source": line.entry["Source"],
            "time": now.isoformat(),
            "detail-type": line.type,
            "detail": json.loads(line.entry["Detail"]),
        }
        event = parse_event(json.dumps(envelope), _EVENTS, now)
    except (ValueError, InvalidEvent):
        return None
    if isinstance(event, RemindersSuppressed):
        return Fact(event.detail.suppression_id)
    said = event.detail.model_dump()
    limitation, contract = said.get("limitation_id"), said.get("contract_id")
    contracts = getattr(event, "contract_ids", said.get("contract_ids", [contract]))
    return Fact(str(getattr(event, "trigger_id", limitation or contract)), tuple(filter(None, contracts)), limitation)


class EventOutcomes:
    """Finds each event's outcome.

    Parameters
    ----------
    limited
        The contracts that have a limitation.
    runs
        All executions; each knows the event that started it.
    letters
        What was put aside, by event id: the queue and the reason.
    met
        What became of events, by event id: for each limitation that one met, the function's outcome.
    """

    def __init__(
        self,
        limited: Collection[str],
        runs: Sequence[Execution],
        letters: Mapping[str, tuple[str, str]],
        met: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._met = met or {}
        self._limited = limited
        self._letters = letters
        self._started: dict[str, list[Execution]] = {}
        for run in runs:
            self._started.setdefault(run.input.get("trigger", {}).get("eventId", ""), []).append(run)
        self._known: dict[tuple[str, str], list[Execution]] = {}
        self._first: dict[tuple[str, str], Line] = {}

    def outcome(self, line: Line, sent: Sent | None) -> EventOutcome:
        """What became of one line; lines are to be asked about in their order."""
        if line.entry is None:
            return EventOutcome(line.number, line.type, f"left out: {line.problem}")
        if stopped := self._stopped(line, line.entry["Source"], sent):
            return EventOutcome(line.number, line.type, stopped)
        fact = fact_of(line)
        if fact is None:
            return EventOutcome(
                line.number, line.type, "lost: it breaks its contract, and was not put aside", is_lost=True
            )
        first = self._first.setdefault((line.type, fact.name), line)
        text = self._outcome_of(line.type, fact, sent)
        if text == ABSORBED and _content(first) != _content(line):
            text = f"the limitation was closed before: nobody compared it with line {first.number}, which differs"
        return EventOutcome(line.number, line.type, text)

    def _stopped(self, line: Line, source: str, sent: Sent | None) -> str:
        """Why an event reached no function, or was put aside by one; empty when neither."""
        if sent is None or sent.event_id is None:
            return f"refused by the bus: {sent.refusal if sent else 'never put'}"
        if letter := self._letters.get(sent.event_id):
            queue, reason = letter
            return f"put aside in {queue}: {reason or f'no rule knows the type {line.type!r} of source {source!r}'}"
        if source == OURS:
            return f"not ours: events of source {source!r} are our own"
        return ""

    def _outcome_of(self, detail_type: str, fact: Fact, sent: Sent | None) -> str:
        started = self._started.get((sent and sent.event_id) or "", [])
        before = self._known.setdefault((detail_type, fact.name), [])
        known = list(before)
        before += started
        if started:
            return "; ".join(f"started: {_ended(run)} ({run.input['limitationId']})" for run in started)
        if known:
            failed = any(run.status not in {"RUNNING", "SUCCEEDED"} for run in known)
            return "duplicate: its execution failed, a redrive goes on with it" if failed else ABSORBED
        if detail_type in ELSEWHERE:
            return ELSEWHERE[detail_type]
        if met := self._met.get((sent and sent.event_id) or ""):
            return "; ".join(f"{MET.get(outcome, outcome)} ({each})" for each, outcome in sorted(met.items()))
        known_here = fact.limitation_id or any(it in self._limited for it in fact.contract_ids)
        if detail_type in ANSWER_TYPES and known_here:
            return "the limitation was closed before: nothing started"
        return "no open limitation: nothing started" if detail_type in ANSWER_TYPES | LIMITATION_TYPES else NOT_LIMITED


def _content(line: Line) -> object:
    return json.loads(line.entry["Detail"]) if line.entry else None


def _ended(run: Execution) -> str:
    if run.is_running:
        return "waits for a payment to clear" if "WaitForBank" in run.path else "still running"
    return ": ".join(filter(None, (outcome_of(run), failure_of(run))))
