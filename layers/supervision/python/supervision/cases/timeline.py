"""One line of time: what happened to a limitation, from all that knows about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from restoration.clock import from_text, moment_of
from supervision.cases.dossier import Dossier, Execution
from supervision.cases.kept_decisions import KeptDecision
from supervision.cases.sentences import Situation, sentence
from supervision.cases.values import say

_MOST_OF_A_VALUE = 160
_DECIDES = re.compile(r"Decide[A-Za-z]+")
_STATE = re.compile(r"…(?P<execution>[0-9a-f]{8}) (?P<state>[A-Z][A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened.

    Parameters
    ----------
    kind
        register, execution, decision, order, message.
    """

    at: datetime
    kind: str
    text: str


def timeline(dossier: Dossier) -> Sequence[Line]:
    """All that happened, oldest first."""
    lines = [
        *_register(dossier.item),
        *(line for each in dossier.executions for line in _execution(each)),
        *(_decision(each) for each in dossier.decisions),
        *(line for each in dossier.orders for line in _order(each)),
        *(line for each in dossier.messages for line in _message(dossier.limitation_id, each)),
    ]
    return list(_joined(sorted(lines, key=lambda line: line.at)))


def said(dossier: Dossier) -> str:
    """The sentence that an advisor can say."""
    holder, settlement = dossier.holder, dossier.item.get("settlement", {})
    facts = {"case": case_at_enedis(dossier), "balance": settlement.get("balance"), "floor": settlement.get("floorKva")}
    return sentence(
        Situation(
            is_open=dossier.is_open,
            acts="holder" in dossier.item,
            failed=holder is None or not holder.is_running,
            state=holder.end.state if holder else None,
            outcome=settlement.get("outcome") or dossier.item.get("outcome"),
            facts={name: say(value) for name, value in facts.items() if value is not None},
        )
    )


def case_at_enedis(dossier: Dossier) -> str | None:
    """The number of the newest case at Enedis (affaire)."""
    cases = [each for each in dossier.orders if "caseId" in each]
    return str(max(cases, key=lambda each: int(each.get("ordinal", 0)))["caseId"]) if cases else None


_REGISTER = {
    "registeredAt": "billing reported the limitation",
    "limitedSince": "Enedis had reduced the power",
    "claimedAt": "an execution took charge (claim {generation}, mode {claimMode})",
    "floorRaisedAt": "we raised the limit",
    "closedAt": "we closed the limitation",
}


def _register(item: Mapping[str, Any]) -> Iterator[Line]:
    words = {"generation": item.get("generation", "?"), "claimMode": item.get("claimMode", "?")}
    for name, text in _REGISTER.items():
        if name in item:
            yield Line(from_text(item[name]), "register", text.format(**words))
    if question := item.get("question"):
        asked = f"advisors were asked, question {question['number']}: {question['reason']}"
        yield Line(moment_of(question["askedAt"]), "register", asked)
    if word := item.get("advisorWord"):
        yield Line(from_text(word["at"]), "register", f"an advisor decided {word['decision']}")


def _execution(execution: Execution) -> Iterator[Line]:
    short = execution.name[-8:]
    yield Line(execution.started_at, "execution", f"…{short} started by {execution.trigger}")
    for step in execution.way:
        # What was decided has a line of its own, with the rule.
        if not _DECIDES.fullmatch(step.what):
            yield Line(step.at, "execution", f"…{short} {step.what}")


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Put the states that an execution went through one after the other into one line, at the moment of the first."""
    kept: Line | None = None
    for line in lines:
        state = _STATE.fullmatch(line.text) if line.kind == "execution" else None
        if kept and state and kept.text.startswith(f"…{state['execution']} "):
            kept = Line(kept.at, kept.kind, f"{kept.text} → {state['state']}")
            continue
        if kept:
            yield kept
        kept = line if state else None
        if state is None:
            yield line
    if kept:
        yield kept


def _decision(decision: KeptDecision) -> Line:
    value = " ".join(say(_telling(decision.value)).split())
    shown = value if len(value) <= _MOST_OF_A_VALUE else value[:_MOST_OF_A_VALUE] + "…"
    why = "; ".join(dict.fromkeys(_annotations(decision)))
    return Line(decision.decided_at, "decision", f"{decision.decision}: {shown}{f' ({why})' if why else ''}")


def _telling(value: Any) -> Any:
    """A decision's value without what says nothing: zeros, what is false, empty lists."""
    return {name: each for name, each in value.items() if each} if isinstance(value, Mapping) else value


def _annotations(decision: KeptDecision) -> Iterator[str]:
    """The annotations of the rules that gave the reason; rules' ids once the audit is forgotten."""
    if step := _deciding(decision):
        for rule in step["matchedRules"]:
            yield from (text for text in rule["annotations"].values() if text)
        return
    yield from (f"rule {ground['rule']}" for ground in decision.grounds if ground["decision"] == decision.decision)


def _deciding(decision: KeptDecision) -> Mapping[str, Any] | None:
    """The step that gave the decision's reason: its own table, or the one of its graph that has the reason."""
    reason = decision.value.get("reason") if isinstance(decision.value, Mapping) else None
    step: Mapping[str, Any]
    for step in reversed(decision.steps) if reason else decision.steps[-1:]:
        outputs = step["outputs"]
        values = outputs.values() if isinstance(outputs, Mapping) else (outputs,)
        if step["matchedRules"] and (not reason or reason in values):
            return step
    return None


def _order(order: Mapping[str, Any]) -> Iterator[Line]:
    if "status" not in order:  # the item of the point, which only names the order at work there
        return
    details = [f"case {order['caseId']}"] if "caseId" in order else []
    details += [f"{order['code']} {order.get('label', '')}".strip()] if "code" in order else []
    about = f"{order['reference']} {order['status']}{f' ({", ".join(details)})' if details else ''}"
    yield Line(from_text(order.get("tokenEnteredAt") or order["lookAt"]), "order", about)


_NOTED = {
    "sentAt": "sent",
    "failedAt": "not sent: {error}",
    "unknownAt": "perhaps sent: {error}",
    "deliveryAt": "{delivery} (the carrier's report)",
    "reportedAt": "its failure was published",
}


def _message(limitation_id: str, message: Mapping[str, Any]) -> Iterator[Line]:
    name = message["messageId"].removeprefix(f"{limitation_id}#")
    about = f"{name} by {message.get('channel', '?')}"
    words = {"error": message.get("error", "?"), "delivery": message.get("delivery", "?")}
    noted = [(message[key], text.format(**words)) for key, text in _NOTED.items() if key in message]
    if not noted and "claimedAt" in message:
        noted = [(message["claimedAt"], "a worker sends it")]
    for at, what in noted:
        yield Line(from_text(at), "message", f"{about}: {what}")
