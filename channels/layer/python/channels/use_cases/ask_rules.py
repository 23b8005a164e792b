"""What the core's rules say of questions, declarations and requests: three tables that business owns."""

from collections.abc import Mapping, Sequence
from typing import Any

from channels.contracts.asking import PaymentDeclaration
from channels.domain.of_case import Act
from channels.domain.work import Offer, Reply, WorkKind
from channels.ports import Core, RulesUnavailable
from record.cases.standing import Standing
from restoration.contracts.received_details import AdvisorDecision

_EFFECTS = {
    AdvisorDecision.RESTORE: "restore",
    AdvisorDecision.SEND_TECHNICIAN: "technician",
    AdvisorDecision.REFUSE: "refuse",
}
"""The part of the value that has a decision's effect: empty where it is not offered."""
_LABELS = {AdvisorDecision.SEND_TECHNICIAN: "Envoyer un technicien", AdvisorDecision.REFUSE: "Refuser"}


def offer_on(core: Core, limitation_id: str, asked_by: str, reason: str) -> Offer:
    """What may be decided on a question of the process.

    Parameters
    ----------
    reason
        The process's own: on a refusal of Enedis, its code comes before the reason.

    Raises
    ------
    RulesUnavailable
    """
    value = core.value("question", limitation_id, asked_by, {"reason": reason.rpartition(":")[2]})
    replies = [
        Reply(decision.value, _LABELS.get(decision, value["label"]), value[part])
        for decision, part in _EFFECTS.items()
        if value[part]
    ]
    return Offer(sorted(replies, key=lambda each: each.decision != value["first"]), value["proof"])


def attention_for(core: Core, limitation_id: str, asked_by: str, kind: WorkKind) -> tuple[int, bool]:
    """In how many working days a person looks, and whether it needs the group ``health``; raises RulesUnavailable."""
    value = core.value("attention", limitation_id, asked_by, {"kind": kind.value})
    return int(value["workingDays"]), value["health"]


def worth_of(
    core: Core, standing: Standing, asked_by: str, asked: PaymentDeclaration, earlier: Sequence[Act]
) -> Mapping[str, Any]:
    """What a payment is worth that is declared after others; while the rules are silent, reminders pause once.

    For how many days reminders pause, whether a ``person`` looks for it, and why. It never restores anything.
    """
    has_paused = any("paused" in each.content for each in earlier)
    inputs = {
        "means": asked.means.value,
        "amount": float(asked.amount),
        "remains": None if standing.balance is None else float(standing.balance),
        "earlier": len(earlier),
        "paused": has_paused,
    }
    try:
        value: Mapping[str, Any] = core.value("declaredPayment", standing.limitation_id, asked_by, inputs)
    except RulesUnavailable:
        return {"pausedDays": 0 if has_paused else 3, "person": False, "reason": "DECLARED"}
    return value
