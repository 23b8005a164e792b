"""The sentence about a case, in French, by where it stands: what an advisor says, what the customer reads.

It says no reason that is not the customer's, and always a time: by when something happens, or since when it is so.
Those of a state are with the state; a test sees to it that each outcome has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from record.domain.promises import Promised, Terms
from record.domain.waiting import Party, state_of
from restoration.clock import PARIS
from restoration.domain.message import MessageKind

_NO_CURRENT = " S'il n'y a pas de courant, appuyez quelques secondes sur la touche + du compteur Linky."

BY_OUTCOME = {
    "RESTORED": f"Votre puissance est rétablie.{_NO_CURRENT}",
    "ALREADY_RESTORED": f"Enedis indique que votre puissance est complète.{_NO_CURRENT}",
    "LIMITATION_CANCELLED": "La limitation a été annulée avant d'être faite : votre puissance n'a pas été réduite.",
    "FLOOR_RAISED": "Votre puissance a été relevée{floor} au titre d'une protection. La dette reste à régler.",
    "BALANCE_DUE": "Nous n'avons reçu aucun paiement qui compte pour cette dette.{balance}",
    "BALANCE_DUE.PAID": "Votre paiement est arrivé, mais il ne couvre pas la dette.{balance}",
    "PAYMENT_REJECTED": "La banque a rejeté votre paiement, ou l'a repris : nous n'avons pas cet argent.{balance}",
    "PAYMENT_REJECTED.PAID": "La banque a rejeté ou repris un de vos paiements. Les autres sont déduits.{balance}",
    "REFUSED": "La puissance ne peut pas être rétablie pour le moment. Un conseiller peut revoir cette décision.",
    "CONTRACT_ENDED": "Le contrat de ce logement est terminé : il n'y a plus de puissance à rétablir.",
    "NO_ORDER": "Enedis indique que ce compteur n'est plus rattaché à un contrat chez nous : il est à vérifier.",
    "CANCELLED_BY_BILLING": "La demande de limitation a été annulée chez nous.",
    "LEFT_TO_ADVISOR": "Votre dossier est confié à un conseiller, qui décide de la suite.",
    "SHADOW": "Votre dossier n'est pas traité automatiquement : un conseiller le traite par la procédure habituelle.",
    "JOINED": state_of(None).said,
    "SUPERSEDED": state_of(None).said,
    "NOT_LIMITED": "Aucune limitation n'est en cours pour ce contrat.",
    "OFF": "Le rétablissement automatique est arrêté : un conseiller traite votre dossier par la procédure habituelle.",
}
"""When nobody acts for the limitation, by how the last look at it ended; a balance by its message and its variant."""

WITH_ADVISORS = frozenset({"LEFT_TO_ADVISOR", "NO_ORDER"})
TO_PAY = frozenset({"BALANCE_DUE", "FLOOR_RAISED", None})
"""The outcomes after which the customer's payment is what is missing; None before the first look."""

FAILED = (
    "Un incident technique de notre côté retient votre dossier. Nos équipes le reprennent ; vous n'avez rien à faire."
)
NEVER_LOOKED_AT = "Votre puissance est limitée, et aucun paiement ne nous est encore parvenu."
CLOSED_BY_BILLING = "La limitation n'est plus en cours dans nos systèmes."


@dataclass(frozen=True, slots=True)
class Situation:
    """What a sentence depends on.

    Parameters
    ----------
    acts
        Whether an execution holds the limitation; ``state`` is then the one it is in.
    failed
        Whether that execution has ended without letting go.
    outcome
        How the last look ended; None before the first.
    paid, rejected
        Whether that look saw a payment that counts, whenever it came, and one that the bank returned since the last.
    """

    is_open: bool
    acts: bool
    failed: bool
    state: str | None
    outcome: str | None
    facts: Mapping[str, str]
    paid: bool = False
    rejected: bool = False
    moments: Mapping[str, datetime] = field(default_factory=dict)
    """``claimedAt``, ``waitsSince``, ``askedAt``, ``orderDue``, ``pendingUntil``, ``closedAt``, ``registeredAt``, as
    far as known. The claim is older than the wait where the case waited for others before."""
    by_technician: bool = False

    @property
    def awaits_visit(self) -> bool:
        """Whether a technician's order is followed at Enedis, so that people may agree when they come."""
        follows = state_of(self.state).said in {state_of(each).said for each in ("WaitForEnedis", "AnnounceVisit")}
        return self.acts and not self.failed and follows and self.by_technician and "orderDue" in self.moments


def due_by(situation: Situation, terms: Terms) -> datetime | None:
    """By when something happens that is not the customer's to do; None where nothing is awaited of us.

    It counts from the wait's own beginning, or from the claim where nobody knows that: Step Functions has forgotten the
    execution, or the case was left to advisors.
    """
    at = situation.moments
    since = at.get("waitsSince", at.get("claimedAt"))
    if since is None or (not situation.acts and situation.outcome not in WITH_ADVISORS):
        return None
    order = Promised.TECHNICIAN if situation.by_technician else Promised.REMOTE, since
    if situation.acts and (situation.failed or "orderDue" in at):
        return at.get("orderDue", terms.due(*order))
    party = state_of(situation.state).party if situation.acts else Party.ADVISOR
    what, begun = {
        Party.BANK: (Promised.BANK, since),
        Party.ADVISOR: (Promised.ADVISOR, at.get("askedAt", since)),
        Party.ENEDIS: order,
    }.get(party, (Promised.CHECK, since))
    return terms.due(what, begun, at.get("pendingUntil"))


def timed(situation: Situation, terms: Terms, now: datetime) -> str:
    """The sentence with its time."""
    due, ended = due_by(situation, terms), situation.moments.get("closedAt") or situation.moments.get("claimedAt")
    if due and due >= now:
        when = f"Au plus tard le {_moment(due)}."
    elif due:
        when = f"C'était prévu pour le {_moment(due)} : nous sommes en retard, et nos équipes le voient."
    elif situation.is_open and not situation.acts and situation.outcome in TO_PAY:
        when = "Après un paiement, nous regardons dans l'heure."
    elif ended:
        when = f"C'est ainsi depuis le {_moment(ended)}."
    else:
        when = f"C'est ainsi depuis le {_moment(situation.moments.get('registeredAt', now))}."
    return f"{sentence(situation)} {when}"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(PARIS)
    return f"{local:%d/%m/%Y} à {local.hour} h {local:%M}"


def sentence(situation: Situation) -> str:
    if situation.acts and situation.failed:
        return FAILED
    if situation.acts:
        text = state_of("AnnounceVisit" if situation.awaits_visit else situation.state).said
    elif situation.outcome:
        text = BY_OUTCOME[_ending(situation)]
    else:
        text = NEVER_LOOKED_AT if situation.is_open else CLOSED_BY_BILLING
    facts = situation.facts
    return text.format(
        case=f" (affaire {facts['case']})" if "case" in facts else "",
        floor=f" à {facts['floor']} kVA" if "floor" in facts else "",
        balance=f" Il reste {facts['balance']} à payer." if "balance" in facts else "",
    )


def _ending(situation: Situation) -> str:
    """The last outcome, where a balance is due as the message to the customer is called."""
    if situation.outcome != MessageKind.BALANCE_DUE:
        return situation.outcome or ""
    kind = MessageKind.PAYMENT_REJECTED if situation.rejected else MessageKind.BALANCE_DUE
    return f"{kind}.PAID" if situation.paid else kind
