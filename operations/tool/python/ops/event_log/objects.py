"""What a case is in OCEL: a limitation, its executions, payments, orders, decisions, messages, and their events.

Each relation names an object that is in the file: an order or a message is written with its limitation, a decision with
the execution that asked for it.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from ops.event_log.case import Case
from ops.event_log.names import MESSAGES, REGISTER, trigger_name
from ops.event_log.ocel import ALWAYS, Attributes, OcelFile, Related
from ops.event_log.pseudonyms import Pseudonyms
from ops.event_log.reading import text_of
from ops.event_log.table import Row
from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from restoration.clock import from_text, to_text

OBJECT_TYPES: Mapping[str, Attributes] = {
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
EVENT_ATTRIBUTES: Attributes = {
    "state": "string",
    "resource": "string",
    "left": "time",
    "attempts": "integer",
    "retries": "integer",
    "errors": "string",
    "redrive": "integer",
    "lifecycle": "string",
}
SHOWN = {"action": "action", "progress": "next", "refusal": "next", "notification": "channel"}
"""The tables that look at nothing but Enedis, the order and the channel, with the part of their values that is shown.

Of others nothing is: amounts, protections, and an urgency, which on a limited point says that somebody is ill.
"""


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
        for each in case.decisions:
            self._add_decision(each, [(execution, "is asked by"), (limitation, "is for")])
        for number, row in enumerate(rows, start=1):
            reference = row.get("order", "")
            related = [(execution, "happens in"), (limitation, "is for")]
            if reference:
                related.append((self._of("order", reference), "is about"))
            related += [
                (self._of("decision", _name(each)), "decides")
                for each in case.decisions
                if each.asked_by == f"{case.course.name}/{row.get('state')}" and _is_within(each, row)
            ]
            self._file.add_event(f"{execution}.{number}", row["activity"], row["start_timestamp"], related, _said(row))

    # ── A limitation ──

    def _add_limitation(self, limitation: str, facts: Dossier) -> None:
        found = [(facts.item[name], *REGISTER[name]) for name in REGISTER if name in facts.item]
        moments = sorted(found, key=itemgetter(0))
        values = [("status", status, at) for at, _, status in moments]
        status = str(facts.item.get("status", ""))
        if status and (not values or values[-1][1] != status):
            values.append(("status", status, facts.item.get("lastEventAt", ALWAYS) if values else ALWAYS))
        self._file.add_object(limitation, "limitation", values, shared=True)
        for number, (at, activity, _) in enumerate(moments, start=1):
            self._file.add_event(f"{limitation}.{number}", activity, at, [(limitation, "is for")])
        for message in facts.messages:
            self._add_message(message, limitation, facts.decisions)

    def _add_order(self, order: Mapping[str, Any], limitation: str) -> None:
        name = self._of("order", str(order["reference"]))
        values = _always(order, "intent", "ordinal", "status", "code")
        self._file.add_object(name, "order", values, [(limitation, "restores")], shared=True)

    def _add_message(self, message: Mapping[str, Any], limitation: str, decisions: Sequence[KeptDecision]) -> None:
        name = str(message["messageId"])
        _, kind, *rest = name.split("#")
        told = self._of("message", name)
        related = [(limitation, "is sent for")]
        if rest and self._file.has(order := self._of("order", rest[0])):
            related.append((order, "tells about"))
        values = _always({**message, "kind": kind}, "kind", "channel", "state")
        self._file.add_object(told, "message", values, related)
        about = [(told, "sends"), (limitation, "is for")]
        for each in decisions:
            if each.asked_by == f"notify_customer/{name}":
                self._add_decision(each, [(told, "decides"), (limitation, "is for")])
                about.append((self._of("decision", _name(each)), "decides"))
        for moment, activity in MESSAGES.items():
            if moment in message:
                self._file.add_event(f"{told}.{moment}", activity, to_text(from_text(message[moment])), about)

    # ── An execution ──

    def _add_execution(self, case: Case, limitation: str) -> str:
        course, name = case.course, self._of("execution", case.course.name)
        started_at, ended_at = text_of(course.started_at), text_of(course.ended_at)
        known = {"trigger": case.trigger, "redrives": course.redrives}
        known |= {"version": case.version, "conforms": case.conforms}
        values = [*_always(known, *known), ("status", "RUNNING", started_at)]
        if ended_at:
            values += [("status", course.end.status, ended_at), ("outcome", course.end.outcome, ended_at)]
        related, start = [(limitation, "acts for")], [(name, "starts"), (limitation, "is for")]
        if case.payment:
            payment, status = self._of("payment", case.payment[0]), case.payment[1]
            self._file.add_object(payment, "payment", [("status", status, started_at)], shared=True)
            related.append((payment, "is started by"))
            start.append((payment, "comes by"))
        related += [(self._of("order", each), "places") for each in dict.fromkeys(case.orders) if each]
        self._file.add_object(name, "execution", values, related)
        self._file.add_event(f"{name}.0", trigger_name(case.trigger), started_at, start)
        return name

    def _add_decision(self, decision: KeptDecision, related: Related) -> None:
        grounds = decision.grounds if decision.decision in SHOWN else ()
        known = {
            "table": decision.decision,
            "version": decision.version[:12],
            "decidedAt": to_text(decision.decided_at),
            "result": _result(decision),
            "rules": " ".join(f"{each['decision']}#{each['rule']}" for each in grounds),
        }
        self._file.add_object(self._of("decision", _name(decision)), "decision", _always(known, *known), related)


def _always(known: Mapping[str, Any], *names: str) -> list[tuple[str, str, str]]:
    """The values that never change, by their names."""
    return [(name, str(known.get(name, "")), ALWAYS) for name in names]


def _name(decision: KeptDecision) -> str:
    return f"{decision.limitation_id}|{decision.order}"


def _result(decision: KeptDecision) -> str:
    shown, value = SHOWN.get(decision.decision), decision.value
    return str(value.get(shown) or "") if shown and isinstance(value, Mapping) else ""


def _is_within(decision: KeptDecision, row: Mapping[str, str]) -> bool:
    at = to_text(decision.decided_at)
    return row["start_timestamp"] <= at and (not row["complete_timestamp"] or at <= row["complete_timestamp"])


def _said(row: Mapping[str, str]) -> Mapping[str, str]:
    said = {name: row.get(name, "") for name in EVENT_ATTRIBUTES if name != "left"}
    return said | {"left": row["complete_timestamp"] if "state" in row else ""}
