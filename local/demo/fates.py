"""What became of each event of somebody else's file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from local.demo.entries import Line
from local.demo.report import PASSIVE, Fate, Run
from local.demo.stage import Sent
from restoration.errors import InvalidEvent
from restoration.events import (
    ANSWER_EVENTS,
    LIMITATION_EVENTS,
    PAYMENT_EVENTS,
    AdvisorDecided,
    ContractEnded,
    PowerLimitation,
    PowerLimitationCancelled,
    parse_event,
)
from restoration.limitation import Trigger, execution_name

PAYMENT_TYPES = frozenset(
    {"PaymentReceived", "PaymentPlanAgreed", "HousingAidFiled", "HousingAidGranted", "ProtectionGranted"}
)
LIMITATION_TYPES = frozenset({"PowerLimitationRequested", "PowerLimited", "PowerLimitationCancelled", "ContractEnded"})
ANSWER_TYPES = frozenset({"PaymentCleared", "PaymentRejected", "AdvisorDecided"})
NOT_LIMITED = "not limited: nothing started"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a valid event says: which contracts or limitation it is about, and the trigger that it is."""

    trigger: Trigger
    contract_ids: tuple[str, ...] = ()
    limitation_id: str | None = None
    point_id: str | None = None


def fact_of(line: Line) -> Fact | None:
    """What an event says; None when it breaks its contract or has no type that we know."""
    if line.entry is None:
        return None
    try:
        envelope = {
            "id": str(line.number),
            "source": line.entry["Source"],
            "time": datetime.now(UTC).isoformat(),
            "detail-type": line.type,
            "detail": json.loads(line.entry["Detail"]),
        }
        return _fact(line.type, json.dumps(envelope))
    except (ValueError, InvalidEvent):
        return None


def _fact(detail_type: str, body: str) -> Fact | None:
    if detail_type in PAYMENT_TYPES:
        payment = parse_event(body, PAYMENT_EVENTS)
        return Fact(Trigger(detail_type, payment.trigger_id, payment.detail.at, payment.event_id), payment.contract_ids)
    if detail_type in ANSWER_TYPES:
        answer = parse_event(body, ANSWER_EVENTS)
        trigger = Trigger(detail_type, answer.trigger_id, answer.detail.at, answer.event_id)
        if isinstance(answer, AdvisorDecided):
            return Fact(trigger, limitation_id=answer.detail.limitation_id)
        return Fact(trigger, tuple(answer.detail.contract_ids))
    if detail_type in LIMITATION_TYPES:
        return _limitation_fact(parse_event(body, LIMITATION_EVENTS))
    return None


def _limitation_fact(event: PowerLimitation | PowerLimitationCancelled | ContractEnded) -> Fact:
    detail = event.detail
    if isinstance(event, PowerLimitation):
        trigger = Trigger("LimitationRegistered", event.detail.limitation_id, detail.at, event.event_id)
        return Fact(trigger, (detail.contract_id,), event.detail.limitation_id, event.detail.point_id)
    if isinstance(event, PowerLimitationCancelled):
        limitation_id = event.detail.limitation_id
        trigger = Trigger(event.detail_type, f"{limitation_id}:{event.detail_type}", detail.at, event.event_id)
        return Fact(trigger, (detail.contract_id,), limitation_id)
    return Fact(Trigger(event.detail_type, "", detail.at, event.event_id), (detail.contract_id,))


class Clerk:
    """Tells each event's fate.

    Parameters
    ----------
    limitations
        Of each contract, the ids of its limitations.
    runs
        Executions by their names.
    letters
        What was put aside, by event id: the queue and the reason.
    """

    def __init__(
        self,
        limitations: Mapping[str, Sequence[str]],
        runs: Mapping[str, Run],
        letters: Mapping[str, tuple[str, str]],
    ) -> None:
        self._limitations = limitations
        self._runs = runs
        self._letters = letters
        self._met: set[tuple[str, str]] = set()

    def fate(self, line: Line, sent: Sent | None) -> Fate:
        """What became of one line; lines are to be asked about in their order."""
        if line.entry is None:
            return Fate(line.number, line.type, f"left out: {line.problem}")
        if stopped := self._stopped(line, line.entry["Source"], sent):
            return Fate(line.number, line.type, stopped)
        fact = fact_of(line)
        if fact is None:
            return Fate(line.number, line.type, "lost: it breaks its contract, and was not put aside", is_lost=True)
        return Fate(line.number, line.type, self._fate_of(line.type, fact))

    def _stopped(self, line: Line, source: str, sent: Sent | None) -> str:
        """Why an event reached no function, or was put aside by one; empty when neither."""
        if sent is None or sent.event_id is None:
            return f"refused by the bus: {sent.refusal if sent else 'never put'}"
        if letter := self._letters.get(sent.event_id):
            queue, reason = letter
            return f"put aside in {queue}: {reason or f'no rule knows the type {line.type!r}'}"
        if not _has_rule(source, line.type):
            return f"dropped by the bus: no rule takes {line.type!r} of source {source!r}"
        return ""

    def _fate_of(self, detail_type: str, fact: Fact) -> str:
        known = (fact.trigger.type, fact.trigger.id) in self._met and bool(fact.trigger.id)
        self._met.add((fact.trigger.type, fact.trigger.id))
        limitations = (
            [fact.limitation_id]
            if fact.limitation_id
            else [it for contract_id in fact.contract_ids for it in self._limitations.get(contract_id, ())]
        )
        found = [(it, run) for it in limitations if (run := self._runs.get(self._name(it, fact.trigger)))]
        if found and known:
            failed = any(run.seen.status not in {"RUNNING", "SUCCEEDED"} for _, run in found)
            return "duplicate: noted on the failed execution" if failed else "duplicate absorbed"
        if found:
            verb = "registered and checked" if fact.trigger.type == "LimitationRegistered" else "started"
            return "; ".join(f"{verb} → {_ended(run)} ({limitation_id})" for limitation_id, run in found)
        if detail_type in ANSWER_TYPES and limitations:
            return "handed on to the execution that waited, if one did"
        return NOT_LIMITED if detail_type in PAYMENT_TYPES else "no open limitation: nothing started"

    def _name(self, limitation_id: str, trigger: Trigger) -> str:
        if trigger.type == "ContractEnded":  # named after each limitation that it ends
            trigger = replace(trigger, id=f"{limitation_id}:{trigger.type}")
        return execution_name(limitation_id, trigger)


def _has_rule(source: str, detail_type: str) -> bool:
    """Whether template.yaml's rules take such an event somewhere; unknown types of ours are kept."""
    if detail_type in PAYMENT_TYPES | LIMITATION_TYPES:
        return source == "billing"
    return source in {"billing", "advisors"}


def _ended(run: Run) -> str:
    if run.outcome == "RUNNING":
        return f"still in {run.path[-1]}" if run.path else "still running"
    if run.outcome in PASSIVE or not run.failure:
        return run.outcome
    return f"{run.outcome}: {run.failure}"
