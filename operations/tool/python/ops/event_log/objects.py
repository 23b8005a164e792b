"""What a case is in OCEL: a limitation, its executions, payments, orders, decisions, messages, and their events.

Each relation names an object that is in the file: an order or a message is written with its limitation, a decision with
the execution that asked for it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ops.decisions.summing_up import CODE
from ops.event_log.case import Case
from ops.event_log.names import MESSAGES, REGISTER, trigger_name
from ops.event_log.ocel import ALWAYS, LoggedEvent, Object, OcelFile, Related, Types, Value
from ops.event_log.pseudonyms import Pseudonyms
from ops.event_log.reading import Facts, text_of
from ops.event_log.table import Row, shown_trigger
from record.cases.kept_decisions import KeptDecision
from restoration.clock import from_text, to_text

OBJECT_TYPES: Types = {
    "limitation": {"status": "string"},
    "execution": {
        "trigger": "string",
        "status": "string",
        "outcome": "string",
        "redrives": "integer",
        "version": "string",
        "conforms": "string",
    },
    "payment": {"status": "string"},
    "order": {"intent": "string", "ordinal": "integer", "status": "string", "code": "string"},
    "decision": {"table": "string", "version": "string", "decidedAt": "time", "result": "string", "rules": "string"},
    "message": {"kind": "string", "channel": "string", "state": "string"},
}
EVENT_ATTRIBUTES: Mapping[str, str] = {
    "state": "string",
    "resource": "string",
    "left": "time",
    "attempts": "integer",
    "retries": "integer",
    "errors": "string",
    "redrive": "integer",
    "lifecycle": "string",
}
SHOWN = {table: CODE[table] for table in ("action", "progress", "refusal", "notification")}
"""The tables that look at nothing but Enedis, the order and the channel, with the part of their values that is shown.

Of others nothing is: amounts, protections, and an urgency, which on a limited point says that somebody is ill.
"""
_REFERENCE = re.compile(r"[^#]+/[RTFC]/\d+")


class Objects:
    """Writes cases as objects and events."""

    def __init__(self, file: OcelFile, pseudonyms: Pseudonyms) -> None:
        self._file = file
        self._of = pseudonyms.of

    def add(self, case: Case, rows: Sequence[Row]) -> None:
        """Write a case, and with the first of a limitation the limitation itself."""
        limitation = self._of("limitation", case.limitation_id)
        for order in case.facts.orders:
            self._add_order(order, limitation)
        if not self._file.has(limitation):
            self._add_limitation(limitation, case.facts)
        execution = self._add_execution(case, limitation)
        decided = self._add_decisions(case, execution, limitation)
        self._add_start(case, execution, limitation)
        for number, row in enumerate(rows, start=1):
            reference = row.get("order", "")
            related = [Related(execution, "happens in"), Related(limitation, "is for")]
            if reference:
                related.append(Related(self._of("order", reference), "is about"))
            related += [
                Related(self._of("decision", _name(each)), "decides")
                for each in decided
                if each.asked_by == f"{case.name}/{row.get('state')}" and _is_within(each, row)
            ]
            self._file.add_event(
                LoggedEvent(f"{execution}.{number}", row["activity"], row["start_timestamp"], _said(row), related)
            )

    # ── A limitation ──

    def _add_limitation(self, limitation: str, facts: Facts) -> None:
        moments = [(facts.item[name], *REGISTER[name]) for name in REGISTER if name in facts.item]
        moments.sort(key=lambda each: each[0])
        values = [Value("status", status, at) for at, _, status in moments]
        status = str(facts.item.get("status", ""))
        if status and (not values or values[-1].value != status):
            values.append(Value("status", status, facts.item.get("lastEventAt", ALWAYS) if values else ALWAYS))
        self._file.add_object(Object(limitation, "limitation", values), shared=True)
        here = Related(limitation, "is for")
        for number, (at, activity, _) in enumerate(moments, start=1):
            self._file.add_event(LoggedEvent(f"{limitation}.{number}", activity, at, related=[here]))
        for message in facts.messages:
            self._add_message(message, limitation, facts.decisions)

    def _add_order(self, order: Mapping[str, Any], limitation: str) -> None:
        values = [
            Value("intent", str(order.get("intent", ""))),
            Value("ordinal", str(order.get("ordinal", ""))),
            Value("status", str(order["status"])),
            Value("code", str(order.get("code", ""))),
        ]
        name = self._of("order", str(order["reference"]))
        self._file.add_object(Object(name, "order", values, [Related(limitation, "restores")]), shared=True)

    def _add_message(self, message: Mapping[str, Any], limitation: str, decisions: Sequence[KeptDecision]) -> None:
        name = str(message["messageId"])
        _, kind, *rest = name.split("#")
        told = self._of("message", name)
        related = [Related(limitation, "is sent for")]
        if rest and _REFERENCE.fullmatch(rest[0]) and self._file.has(order := self._of("order", rest[0])):
            related.append(Related(order, "tells about"))
        values = [
            Value("kind", kind),
            Value("channel", str(message.get("channel", ""))),
            Value("state", str(message["state"])),
        ]
        self._file.add_object(Object(told, "message", values, related))
        chosen = [each for each in decisions if each.asked_by == f"notify_customer/{name}"]
        for each in chosen:
            self._file.add_object(self._decision(each, [Related(told, "decides"), Related(limitation, "is for")]))
        about = [Related(told, "sends"), Related(limitation, "is for")]
        about += [Related(self._of("decision", _name(each)), "decides") for each in chosen]
        for moment, activity in MESSAGES.items():
            if moment in message:
                event = LoggedEvent(f"{told}.{moment}", activity, to_text(from_text(message[moment])), related=about)
                self._file.add_event(event)

    # ── An execution ──

    def _add_execution(self, case: Case, limitation: str) -> str:
        course, name = case.course, self._of("execution", case.name)
        started_at, ended_at = text_of(course.started_at), text_of(course.ended_at)
        values = [
            Value("trigger", shown_trigger(case.trigger_type)),
            Value("redrives", str(course.redrives)),
            Value("version", case.version),
            Value("conforms", case.conforms),
            Value("status", "RUNNING", started_at),
        ]
        if ended_at:
            values += [Value("status", course.end.status, ended_at), Value("outcome", course.end.outcome, ended_at)]
        related = [Related(limitation, "acts for")]
        if case.payment:
            payment, status = self._of("payment", case.payment[0]), case.payment[1]
            self._file.add_object(Object(payment, "payment", [Value("status", status, started_at)]), shared=True)
            related.append(Related(payment, "is started by"))
        related += [Related(self._of("order", each), "places") for each in dict.fromkeys(case.orders) if each]
        self._file.add_object(Object(name, "execution", values, related))
        return name

    def _add_start(self, case: Case, execution: str, limitation: str) -> None:
        related = [Related(execution, "starts"), Related(limitation, "is for")]
        if case.payment:
            related.append(Related(self._of("payment", case.payment[0]), "comes by"))
        started_at = text_of(case.course.started_at)
        self._file.add_event(
            LoggedEvent(f"{execution}.0", trigger_name(case.trigger_type), started_at, related=related)
        )

    def _add_decisions(self, case: Case, execution: str, limitation: str) -> Sequence[KeptDecision]:
        for each in case.decisions:
            related = [Related(execution, "is asked by"), Related(limitation, "is for")]
            self._file.add_object(self._decision(each, related))
        return case.decisions

    def _decision(self, decision: KeptDecision, related: Sequence[Related]) -> Object:
        at = to_text(decision.decided_at)
        values = [
            Value("table", decision.decision),
            Value("version", decision.version[:12]),
            Value("decidedAt", at),
            Value("result", _result(decision)),
            Value("rules", " ".join(_rules(decision))),
        ]
        return Object(self._of("decision", _name(decision)), "decision", values, related)


def _name(decision: KeptDecision) -> str:
    return f"{decision.limitation_id}|{decision.order}"


def _result(decision: KeptDecision) -> str:
    shown, value = SHOWN.get(decision.decision), decision.value
    return str(value.get(shown) or "") if shown and isinstance(value, Mapping) else ""


def _rules(decision: KeptDecision) -> Iterator[str]:
    if decision.decision in SHOWN:
        for ground in decision.grounds:
            yield f"{ground['decision']}#{ground['rule']}"


def _is_within(decision: KeptDecision, row: Mapping[str, str]) -> bool:
    at = to_text(decision.decided_at)
    return row["start_timestamp"] <= at and (not row["complete_timestamp"] or at <= row["complete_timestamp"])


def _said(row: Mapping[str, str]) -> Mapping[str, str]:
    said = {name: row.get(name, "") for name in EVENT_ATTRIBUTES if name != "left"}
    return said | {"left": row["complete_timestamp"] if "state" in row else ""}
