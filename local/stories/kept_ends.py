"""How a kept case ended, all of it, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from local.asl import RESTORATION, Machine
from local.stories.ending import BALANCE_MESSAGES, reason_in_french
from local.stories.saying import say
from local.stories.values import OUTCOMES
from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from record.domain.course import Course
from restoration.clock import from_text, moment_of
from restoration.domain.look import COVERAGE

BACK = frozenset({"RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"})
FAILED = "FAILED"
DECIDING = {state.name: state.decision for state in Machine.read(RESTORATION).states() if state.decision}
"""What each state decides that asks the rules."""
ASKING = frozenset({"MANUAL", "ASK_ADVISOR"})
_DID_NOTHING = frozenset({"JOINED", "NOT_LIMITED", "SUPERSEDED"})
_TOLD_OR_NOT = (
    ("AnnouncePending", "PAYMENT_PENDING", "le paiement reste attendu"),
    ("AnnounceVisit", "TECHNICIAN_VISIT", "la visite d'un technicien est prévue"),
    ("AnnounceDelay", "", "les opérations apprennent le retard"),
)
"""A state that publishes, the message that follows, and what to say where none was sent."""
_LOST = {
    "PaymentRejected": "la facturation apprend que le paiement qui a rétabli est rejeté",
    "PaymentPlanBroken": "la facturation apprend que l'échéancier qui a rétabli est rompu",
}


def outcome_of(execution: Course) -> str:
    """What an execution ended with; empty where it did nothing of its own."""
    outcome = FAILED if execution.end.error else execution.end.outcome or ""
    return "" if outcome in _DID_NOTHING else outcome


def ends_of(dossier: Dossier) -> Iterator[str]:
    """Outcomes, orders, messages, reminders, and what others heard."""
    ended = [it for it in dossier.executions if outcome_of(it)]
    yield from (_end(dossier, it) for it in ended)
    for order in dossier.orders:
        if order.get("status") == "ACCEPTED":
            yield say("Enedis accepte {ordre}", order["reference"].split("/")[1])
    sent = sorted((it for it in dossier.messages if "sentAt" in it), key=lambda it: str(it["sentAt"]))
    kinds = [it["messageId"].split("#")[1] for it in sent]
    if named := _without_passing(kinds, outcome_of(ended[-1]) if ended else ""):
        yield say("le client reçoit {messages}", named)
    if unsent := sum(it.get("state") == FAILED for it in dossier.messages):
        yield say("{nombre} message(s) ne peuvent pas partir", unsent)
    if dunning := [word for it in ended for word in _dunning(dossier, it)]:
        yield say("les relances sont {relances}", dunning)
    yield from _heard(dossier, ended, kinds)


def _end(dossier: Dossier, execution: Course) -> str:
    until = moment_of(execution.ended_at or execution.since)
    # A decision that equals the one before, of another execution, is not kept again.
    decided = [it for it in dossier.decisions if it.decision == COVERAGE and it.decided_at <= until]
    balance = decided[-1].value.get("balance") if decided else None
    match outcome_of(execution):
        case "BALANCE_DUE" if balance is not None:
            return say("il reste {montant} à payer", Decimal(str(balance)))
        case "FLOOR_RAISED":
            return say("la puissance est relevée à {puissance}", dossier.item["limitedPowerKva"])
        case outcome:
            words = {code: expression for expression, code in OUTCOMES.items()}
            return say(words[outcome]) if outcome in words else f"# une issue que rien ne dit : {outcome}"


def rejected_while_ordered(dossier: Dossier) -> int:
    """How many payments were returned while an execution followed its order at Enedis."""
    found = 0
    for execution in dossier.executions:
        accepted = [it.entered_at for it in execution.visits if it.state == "AnnounceOrder"]
        until = execution.ended_at
        for mark, noted in dossier.item.get("noted", {}).items():
            at = from_text(noted["at"])
            is_since = accepted and moment_of(accepted[0]) < at and (until is None or at < moment_of(until))
            found += bool(is_since and mark.startswith("PaymentRejected|"))
    return found


def _coverages(dossier: Dossier, execution: Course) -> list[KeptDecision]:
    """What an execution had decided of the debt, in order."""
    return [it for it in dossier.decisions if it.decision == COVERAGE and it.asked_by.startswith(execution.name)]


def _without_passing(kinds: Sequence[str], outcome: str) -> list[str]:
    """The messages without the balances that something followed: told or not, as the moment had it."""
    balances = [place for place, kind in enumerate(kinds) if kind in BALANCE_MESSAGES]
    left_out = balances[:-1] if outcome == "BALANCE_DUE" else balances
    return [kind for place, kind in enumerate(kinds) if place not in left_out]


def _dunning(dossier: Dossier, execution: Course) -> Iterator[str]:
    outcome = outcome_of(execution)
    suspended = any(it.state == "SuspendReminders" for it in execution.visits)
    if suspended:
        yield "Requested"
    if outcome == FAILED or not (suspended or outcome == "CANCELLED_BY_BILLING"):
        return
    values: list[Mapping[str, Any]] = [it.value for it in _coverages(dossier, execution)]
    has_ground = outcome in BACK and values and values[-1].get("basis")
    yield "Released" if not has_ground else "Extended" if values[-1].get("reviewOn") else "Stopped"


def _asked(dossier: Dossier, execution: Course) -> Iterator[str]:
    """Why an advisor was asked, each time: the reason of the last decision before it that leaves it to them."""
    decided: list[str] = []
    for visit in execution.visits:
        if visit.state in DECIDING:
            decided.append(DECIDING[visit.state])
        elif visit.state == "SendQuestion":
            before = moment_of(visit.entered_at)
            values = (_newest(dossier, decision, before) for decision in reversed(decided))
            yield reason_in_french(next(it["reason"] for it in values if not ASKING.isdisjoint(it.values())))


def _newest(dossier: Dossier, decision: str, before: datetime) -> Mapping[str, Any]:
    """What a decision gave last; one that equals the one before is not kept again."""
    kept = [it for it in dossier.decisions if it.decision == decision and it.decided_at <= before]
    value: Mapping[str, Any] = max(kept, key=lambda it: it.decided_at).value
    return value


def _heard(dossier: Dossier, ended: Sequence[Course], told: Sequence[str]) -> Iterator[str]:
    visits = [visit.state for it in dossier.executions for visit in it.visits]
    if asked := [reason for it in dossier.executions for reason in _asked(dossier, it)]:
        yield say("un conseiller est interrogé : {questions}", asked)
    settled, item = dossier.item.get("settlement", {}), dossier.item
    if settled.get("question") and settled.get("outcome") != "LEFT_TO_ADVISOR":
        yield say("la question au conseiller est retirée")
    last_back = [it for it in ended[-1:] if outcome_of(it) in BACK]
    if any(it.value.get("frozenPaid") for back in last_back for it in _coverages(dossier, back)):
        yield say("les conseillers apprennent que le client a payé une dette gelée")
    for state, kind, expression in _TOLD_OR_NOT:
        yield from [say(expression)] * (visits.count(state) - told.count(kind))
    last = [*item.get("facts", {}), ""][-2 if item.get("facts") else -1].partition("|")[0]
    crossed = rejected_while_ordered(dossier)
    yield from [say("les conseillers apprennent que le paiement est rejeté pendant l'ordre")] * crossed
    again = visits.count("OrderAtEnedis") - sum(it.get("status") in {"ACCEPTED", "REFUSED"} for it in dossier.orders)
    looked_again = crossed or any(mark.startswith("EnedisFlow|") for mark in item.get("noted", {}))
    again = again if looked_again else 0
    yield from [say("la facturation apprend une fois de plus que la puissance va revenir")] * again
    if settled.get("outcome") in BACK and last in _LOST and not crossed:
        yield say(_LOST[last])
    if item.get("status") == "CANCELLED" and settled.get("outcome") != "CANCELLED_BY_BILLING":
        yield say("la limitation est annulée")
    if "limitedSince" in item and any(it.startswith("PowerLimitationCancelled") for it in item.get("noted", {})):
        yield say("la facturation apprend qu'une limitation annulée a été exécutée")
    if "toldSince" in item:
        yield say("les services sociaux sont à prévenir")
    if any(outcome_of(it) == FAILED for it in ended[:-1]):
        yield say("les opérations apprennent qu'un autre traitement a pris la suite")
