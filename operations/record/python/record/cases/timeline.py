"""One line of time: what happened to a limitation, from all that knows about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from record.cases.sentences import timed
from record.cases.standing import newest_order, situation_of
from record.cases.values import say
from record.cases.ways import Step, way_of
from record.codes import decided, in_words, said_of
from record.domain.course import Course
from record.domain.promises import TERMS, Terms
from record.words import Language, Texts, Words
from restoration.clock import from_text, moment_of
from restoration.domain.french import euro_in
from restoration.domain.look import CERTAINTY
from restoration.domain.message import BALANCES

_MOST_OF_A_VALUE = 160
_DECIDES = re.compile(r"Decide[A-Za-z]+")
TEXTS: Texts = {
    "registeredAt": ("la facturation a signalé la limitation", "billing reported the limitation"),
    "limitedSince": ("Enedis avait réduit la puissance", "Enedis had reduced the power"),
    "claimedAt": (
        "une exécution a pris le dossier en charge (prise {generation}, {mode})",
        "an execution took charge (claim {generation}, {mode})",
    ),
    "mode_on": ("ordres réels", "real orders"),
    "mode_shadow": ("à blanc", "no real orders"),
    "floorRaisedAt": ("nous avons relevé la limite", "we raised the limit"),
    "closedAt": ("nous avons clos la limitation", "we closed the limitation"),
    "question": (
        "les conseillers ont été interrogés, question {number} : {reason}",
        "advisors were asked, question {number}: {reason}",
    ),
    "advisor": ("un conseiller a décidé : {decision}", "an advisor decided: {decision}"),
    "noted": ("noté pour l'exécution qui agit : {fact}", "noted for the execution that acts: {fact}"),
    "started": ("commence : {trigger}", "started by {trigger}"),
    "ended": ("terminée :", "ended"),
    "failed": ("en échec :", "failed"),
    "timedout": ("délai dépassé :", "timedout"),
    "aborted": ("arrêtée :", "aborted"),
    "redriven": ("reprise", "redriven"),
    "times": ("({count} fois)", "({count} times)"),
    "rule": ("règle {rule}", "rule {rule}"),
    "case": ("affaire {case}", "case {case}"),
    "by": ("« {message} » par {channel}", "“{message}” by {channel}"),
    "sentAt": ("envoyé", "sent"),
    "failedAt": ("non envoyé : {error}", "not sent: {error}"),
    "unknownAt": ("peut-être envoyé : {error}", "perhaps sent: {error}"),
    "deliveryAt": ("{delivery} (selon le transporteur)", "{delivery} (the carrier's report)"),
    "reportedAt": ("l'échec a été publié", "its failure was published"),
    "role_CUSTOMER": ("client", "customer"),
    "role_ADVISOR": ("conseiller", "advisor"),
    "colon": (" : ", ": "),
    "sending": ("envoi en cours", "a worker sends it"),
}
_AMOUNT = re.compile(r"\d+\.\d\d")
_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATE = re.compile(r"…(?P<execution>[0-9a-f]{8}) (?P<state>[A-Z][A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened.

    Parameters
    ----------
    kind
        register, execution, decision, order, message, act.
    text
        What happened, with the codes of the rules, of Enedis and of events.
    said
        The same in words, without codes.
    """

    at: datetime
    kind: str
    text: str
    said: str = field(default="", compare=False)


def timeline(dossier: Dossier, language: Language = Language.ENGLISH, states: Texts | None = None) -> Sequence[Line]:
    """All that happened, oldest first; ``states`` are the names of states, which have their own without."""
    words, named = Words(language, TEXTS), Words(language, states or {})
    lines = [
        *_register(dossier.item, words),
        *_noted(dossier, words),
        *(line for each in dossier.executions for line in _execution(each, words, named)),
        *(_decision(each, words) for each in dossier.decisions),
        *(line for each in dossier.orders for line in _order(each, words)),
        *(line for each in dossier.messages for line in _message(dossier.limitation_id, each, words)),
        *(_act(each, words) for each in dossier.acts),
    ]
    told = (line if line.said else replace(line, said=in_words(line.text, language)) for line in lines)
    return _joined(sorted(told, key=lambda line: line.at))


def said(dossier: Dossier, now: datetime, terms: Terms = TERMS) -> str:
    """The sentence that an advisor can say, which the customer's page and the desk say, too."""
    pending = [each.value.get("pendingUntil") for each in dossier.decisions if each.decision == CERTAINTY]
    return timed(situation_of(dossier.item, dossier.orders, dossier.holder, (pending or [None])[-1]), terms, now)


def case_at_enedis(dossier: Dossier) -> str | None:
    """The number of the newest case at Enedis (affaire)."""
    case = newest_order(dossier.orders).get("caseId")
    return str(case) if case else None


def _act(act: Mapping[str, Any], words: Words) -> Line:
    """What somebody did, in which role and by which channel; what they wrote is for the desk alone."""
    kind, channel = (said_of(act[name], words.language) for name in ("kind", "channel"))
    told = f"{kind} ({words.either(f'role_{act["role"]}', act['role'])}, {channel})"
    return Line(from_text(act["at"]), "act", f"{act['kind']} ({act['role']}, {act['channel']})", told)


_REGISTER = ("registeredAt", "limitedSince", "claimedAt", "floorRaisedAt", "closedAt")


def _register(item: Mapping[str, Any], words: Words) -> Iterator[Line]:
    mode = str(item.get("claimMode", "?"))
    claim = {"generation": item.get("generation", "?"), "mode": words.either(f"mode_{mode}", mode)}
    for name in _REGISTER:
        if name in item:
            yield Line(from_text(item[name]), "register", words(name, **claim))
    questions = item.get("decidedQuestion"), item.get("settlement", {}).get("question"), item.get("question")
    for question in {each["askedAt"]: each for each in questions if each}.values():
        asked = words("question", number=question["number"], reason=question["reason"])
        yield Line(moment_of(question["askedAt"]), "register", asked)
    if word := item.get("advisorWord"):
        yield Line(from_text(word["at"]), "register", words("advisor", decision=word["decision"]))


def _noted(dossier: Dossier, words: Words) -> Iterator[Line]:
    """The facts that started no execution; a registration and an advisor's decision have lines of their own."""
    started = {each.origin for each in dossier.executions}
    for mark, noted in dossier.item.get("noted", {}).items():
        kind, _, name = mark.partition("|")
        if kind not in {"LimitationRegistered", "AdvisorDecided"} and mark not in started:
            told = (words("noted", fact=each) for each in (f"{kind} {name}", _fact(f"{kind} {name}", words)))
            yield Line(from_text(noted["at"]), "register", *told)


def _fact(fact: str, words: Words) -> str:
    """A fact, ``type id``, in words, with the id of the payment or of the limitation alone; forms have none to read."""
    kind, _, name = fact.partition(" ")
    shown = "" if _FORM.fullmatch(name) else re.split("[:@]", name)[0]
    return f"{said_of(kind, words.language)} {shown}".strip()


def _execution(execution: Course, words: Words, named: Words) -> Iterator[Line]:
    short, trigger = execution.name[-8:], execution.origin.replace("|", " ", 1) or "?"
    started = (f"…{short} {words('started', trigger=each)}" for each in (trigger, _fact(trigger, words)))
    yield Line(moment_of(execution.started_at), "execution", *started)
    for step in way_of(execution):
        # What was decided has a line of its own, with the rule.
        if not _DECIDES.fullmatch(" ".join(step.states)):
            text = ": ".join(filter(None, (_told(step, words, Words(words.language, {})), step.cause)))
            said = _told(step, words, named) if step.states else end_said(step, words.language)
            yield Line(step.at, "execution", f"…{short} {text}", f"…{short} {said}")


def end_said(step: Step, language: Language) -> str:
    """A redrive or an end of an execution in words, without the cause of a failure."""
    return in_words(_told(step, Words(language, TEXTS), Words(language, {})), language)


def _told(step: Step, words: Words, named: Words) -> str:
    """A step in the language of the words, without its cause; errors keep their names, and states those they have."""
    names = " → ".join(named.either(each, each) for each in step.states)
    told = names or f"{words(step.what)} {step.rest}".strip()
    return f"{told} {words('times', count=step.times)}" if step.times > 1 else told


def _joined(lines: Iterable[Line]) -> Sequence[Line]:
    """Put the states that an execution went through one after the other into one line, at the moment of the first."""
    found, is_state = list[Line](), False
    for line in lines:
        state = _STATE.fullmatch(line.text) if line.kind == "execution" else None
        if state and is_state and found[-1].text.startswith(f"…{state['execution']} "):
            first = found[-1]
            told = f"{first.said} → {line.said.partition(' ')[2]}"
            found[-1] = Line(first.at, first.kind, f"{first.text} → {state['state']}", told)
        else:
            found.append(line)
        is_state = state is not None
    return found


def _decision(decision: KeptDecision, words: Words) -> Line:
    given = decision.value
    # Zeros, what is false and empty lists say nothing.
    told = {name: each for name, each in given.items() if each} if isinstance(given, Mapping) else given
    value = " ".join(say(told).split())
    shown = value if len(value) <= _MOST_OF_A_VALUE else value[:_MOST_OF_A_VALUE] + "…"
    why = "; ".join(dict.fromkeys(_annotations(decision, words)))
    said = decided(decision.decision, decision.value, words.language)
    return Line(decision.decided_at, "decision", f"{decision.decision}: {shown}{f' ({why})' if why else ''}", said)


def _annotations(decision: KeptDecision, words: Words) -> Iterator[str]:
    """The annotations of the rules that gave the reason; rules' ids once the audit is forgotten."""
    if step := _deciding(decision):
        for rule in step["matchedRules"]:
            yield from (text for text in rule["annotations"].values() if text)
        return
    yield from (
        words("rule", rule=ground["rule"]) for ground in decision.grounds if ground["decision"] == decision.decision
    )


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


def _order(order: Mapping[str, Any], words: Words) -> Iterator[Line]:
    if "status" not in order:  # the item of the point, which only names the order at work there
        return
    details = [words("case", case=order["caseId"])] if "caseId" in order else []
    details += [f"{order['code']} {order.get('label', '')}".strip()] if "code" in order else []
    about = f"{order['reference']} {order['status']}{f' ({", ".join(details)})' if details else ''}"
    parts = [in_words(str(order[name]), words.language) for name in ("intent", "status", "code") if name in order]
    said = ", ".join([*dict.fromkeys(parts), *details[: "caseId" in order]])
    yield Line(from_text(order.get("tokenEnteredAt") or order["lookAt"]), "order", about, said)


_NOTED = ("sentAt", "failedAt", "unknownAt", "deliveryAt", "reportedAt")


def _message(limitation_id: str, message: Mapping[str, Any], words: Words) -> Iterator[Line]:
    name = message["messageId"].removeprefix(f"{limitation_id}#")
    fields = {key: str(message.get(key, "?")) for key in ("channel", "error", "delivery")}
    shown = {key: said_of(value, words.language) for key, value in fields.items()}
    about = words("by", message=name, channel=fields["channel"])
    said = words("by", message=message_said(name, words.language), channel=shown["channel"])
    noted = [key for key in _NOTED if key in message]
    for key in noted or ["claimedAt"] * ("claimedAt" in message):
        what, told = (words(key if noted else "sending", **each) for each in (fields, shown))
        yield Line(from_text(message[key]), "message", f"{about}: {what}", f"{said}{words('colon')}{told}")


def message_said(name: str, language: Language) -> str:
    """A message by its id within its limitation (``BALANCE_DUE#1#120.00``): its kind, and the amount that it names."""
    kind, *facts = name.split("#")
    amounts = (euro_in(each, language) for each in facts if kind in BALANCES and _AMOUNT.fullmatch(each))
    return ", ".join([said_of(kind, language), *amounts])
