"""The sentence about a case, French and English, by where it stands: what an advisor says, what the customer reads.

It says no reason that is not the customer's, and always a time: by when something happens, or since when it is so.
Those of a state are with the state; a test sees to it that each outcome has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from record.domain.promises import Promised, Terms
from record.domain.states import STEP_OF, Party, state_of
from record.words import Language, Texts, Words
from restoration.clock import PARIS
from restoration.domain.french import euro_in
from restoration.domain.message import MessageKind

_NO_CURRENT = (
    " S'il n'y a pas de courant, appuyez 10 à 15 secondes sur la touche + du compteur Linky.",
    " If there is no power, press the + key of the Linky meter for 10 to 15 seconds.",
)

BY_OUTCOME: Texts = {
    "RESTORED": (f"Votre puissance est rétablie.{_NO_CURRENT[0]}", f"Your power is restored.{_NO_CURRENT[1]}"),
    "ALREADY_RESTORED": (
        f"Enedis indique que votre puissance est complète.{_NO_CURRENT[0]}",
        f"Enedis shows that you have full power.{_NO_CURRENT[1]}",
    ),
    "LIMITATION_CANCELLED": (
        "La limitation a été annulée avant d'être faite : votre puissance n'a pas été réduite.",
        "The limitation was cancelled before it was made: your power was not reduced.",
    ),
    "FLOOR_RAISED": (
        "Votre puissance a été relevée{floor} au titre d'une protection.{balance}",
        "Your power was raised{floor} because of a protection.{balance}",
    ),
    "BALANCE_DUE": (
        "Nous n'avons reçu aucun paiement qui compte pour cette dette.{balance}",
        "We have received no payment that counts for this debt.{balance}",
    ),
    "BALANCE_DUE.PAID": (
        "Votre paiement est arrivé, mais il ne couvre pas la dette.{balance}",
        "Your payment has arrived, but it does not cover the debt.{balance}",
    ),
    "PAYMENT_REJECTED": (
        "La banque a rejeté votre paiement, ou l'a repris : nous n'avons pas cet argent.{balance}",
        "The bank rejected your payment, or took it back: we do not have that money.{balance}",
    ),
    "PAYMENT_REJECTED.PAID": (
        "La banque a rejeté ou repris un de vos paiements. Les autres sont déduits.{balance}",
        "The bank rejected or took back one of your payments. The others are deducted.{balance}",
    ),
    "REFUSED": (
        "La puissance ne peut pas être rétablie pour le moment. Un conseiller peut revoir cette décision.",
        "Power can't be restored for the moment. An advisor can look at this decision again.",
    ),
    "CONTRACT_ENDED": (
        "Le contrat de ce logement est terminé : il n'y a plus de puissance à rétablir.",
        "The contract of this home has ended: there is no power to restore any more.",
    ),
    "NO_ORDER": (
        "Enedis indique que ce compteur n'est plus rattaché à un contrat chez nous : il est à vérifier.",
        "Enedis shows that this meter belongs to no contract of ours any more: it is to be checked.",
    ),
    "CANCELLED_BY_BILLING": (
        "La demande de limitation a été annulée chez nous.",
        "We have cancelled the request for a limitation.",
    ),
    "LEFT_TO_ADVISOR": (
        "Votre dossier est confié à un conseiller, qui décide de la suite.",
        "Your case is with an advisor, who decides what follows.",
    ),
    "SHADOW": (
        "Votre dossier n'est pas traité automatiquement : un conseiller le traite par la procédure habituelle.",
        "Your case is not handled automatically: an advisor handles it in the usual way.",
    ),
    "JOINED": state_of(None).said,
    "SUPERSEDED": state_of(None).said,
    "NOT_LIMITED": (
        "Aucune limitation n'est en cours pour ce contrat.",
        "No limitation is in force for this contract.",
    ),
    "OFF": (
        "Le rétablissement automatique est arrêté : un conseiller traite votre dossier par la procédure habituelle.",
        "Automatic restoration is stopped: an advisor handles your case in the usual way.",
    ),
}
"""When nobody acts for the limitation, by how the last look at it ended; a balance by its message and its variant."""

WITH_ADVISORS = frozenset({"LEFT_TO_ADVISOR", "NO_ORDER"})
TO_PAY = frozenset({"BALANCE_DUE", "FLOOR_RAISED", None})
"""The outcomes after which the customer's payment is what is missing; None before the first look."""
DECLARATION_COUNTS = timedelta(days=3)
"""For as long nobody is invited to pay who declared a payment: reminders pause for as long, too."""

OTHERWISE: Texts = {
    "FAILED": (
        (
            "Un incident technique de notre côté retient votre dossier. Nos équipes le reprennent ; vous n'avez rien à"
            " faire."
        ),
        "A technical incident on our side holds your case. Our people take it up; there is nothing for you to do.",
    ),
    "NEVER_LOOKED_AT": (
        "Votre puissance est limitée, et aucun paiement ne nous est encore parvenu.",
        "Your power is limited, and no payment has reached us yet.",
    ),
    "CLOSED_BY_BILLING": (
        "La limitation n'est plus en cours dans nos systèmes.",
        "The limitation is no longer in force in our systems.",
    ),
    "case": (" (affaire {case})", " (case {case})"),
    "floor": (" à {floor} kVA", " to {floor} kVA"),
    "balance": (" Il reste {balance} à payer.", " {balance} remains to be paid."),
    "by": ("Au plus tard le {at}.", "By {at} at the latest."),
    "late": (
        "C'était prévu pour le {at} : nous sommes en retard, et nos équipes le voient.",
        "It was due by {at}: we are late, and our people see it.",
    ),
    "after_payment": (
        "Après un paiement, nous regardons dans l'heure.",
        "After a payment we look within the hour.",
    ),
    "declared": (
        "Le paiement déclaré n'est pas arrivé. Ne payez pas deux fois : dès qu'il arrive, nous regardons dans l'heure.",
        "The declared payment has not arrived. Do not pay twice: once it arrives, we look within the hour.",
    ),
    "since": ("C'est ainsi depuis le {at}.", "It has been so since {at}."),
}
"""Where no outcome has the sentence; and the parts of sentences that are facts and times."""


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
    """``claimedAt``, ``waitsSince``, ``askedAt``, ``orderDue``, ``pendingUntil``, ``closedAt``, ``registeredAt``,
    ``declaredAt``, ``newsAt`` (of the newest fact), as far as known. The claim is older than the wait where the case
    waited for others before."""
    by_technician: bool = False

    @property
    def stands_in(self) -> str | None:
        """The state that has the sentence: an order that Enedis has accepted is there while news is looked at, too."""
        is_looked_at = STEP_OF.get(self.state or "") in {"Take charge", "Check", "Order"}
        return "WaitForEnedis" if is_looked_at and "orderDue" in self.moments else self.state

    def is_declared(self, now: datetime) -> bool:
        """Whether a payment was declared so lately that nobody is invited to pay."""
        return "declaredAt" in self.moments and now < self.moments["declaredAt"] + DECLARATION_COUNTS

    @property
    def awaits_visit(self) -> bool:
        """Whether a technician's order is followed at Enedis, so that people may agree when they come."""
        follows = state_of(self.stands_in).said in {state_of(each).said for each in ("WaitForEnedis", "AnnounceVisit")}
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
    party = state_of(situation.state).party if situation.acts else Party.ADVISOR
    if situation.acts and (situation.failed or ("orderDue" in at and party is not Party.ADVISOR)):
        return at.get("orderDue", terms.due(*order))
    what, begun = {
        Party.BANK: (Promised.BANK, since),
        Party.ADVISOR: (Promised.ADVISOR, at.get("askedAt", since)),
        Party.ENEDIS: order,
    }.get(party, (Promised.CHECK, since))
    return terms.due(what, begun, at.get("pendingUntil"))


def timed(situation: Situation, terms: Terms, now: datetime, language: Language = Language.FRENCH) -> str:
    """The sentence with its time."""
    due, moments = due_by(situation, terms), situation.moments
    ended = moments.get("closedAt") or max(
        (moments[it] for it in ("claimedAt", "newsAt") if it in moments), default=None
    )
    awaits_payment = situation.is_open and not situation.acts and situation.outcome in TO_PAY
    asked = "declared" if situation.is_declared(now) else "after_payment"
    name = ("by" if due >= now else "late") if due else asked if awaits_payment else "since"
    at = _moment(due or ended or situation.moments.get("registeredAt", now), language)
    return f"{sentence(situation, language)} {Words(language, OTHERWISE)(name, at=at)}"


def _moment(moment: datetime, language: Language) -> str:
    local = moment.astimezone(PARIS)
    french = language is Language.FRENCH
    return f"{local:%d/%m/%Y} à {local.hour} h {local:%M}" if french else f"{local.day} {local:%B %Y}, {local:%H:%M}"


def sentence(situation: Situation, language: Language = Language.FRENCH) -> str:
    facts, say = dict(situation.facts), Words(language, OTHERWISE)
    if "balance" in facts:
        facts["balance"] = euro_in(facts["balance"], language)
    parts = {name: say(name, **{name: facts[name]}) if name in facts else "" for name in ("case", "floor", "balance")}
    if situation.acts and situation.failed:
        return say("FAILED")
    if situation.acts:
        text = state_of("AnnounceVisit" if situation.awaits_visit else situation.stands_in).said
    elif situation.outcome:
        text = BY_OUTCOME[_ending(situation)]
    else:
        text = OTHERWISE["NEVER_LOOKED_AT" if situation.is_open else "CLOSED_BY_BILLING"]
    return text[language is Language.ENGLISH].format(**parts)


def _ending(situation: Situation) -> str:
    """The last outcome, where a balance is due as the message to the customer is called."""
    if situation.outcome != MessageKind.BALANCE_DUE:
        return situation.outcome or ""
    kind = MessageKind.PAYMENT_REJECTED if situation.rejected else MessageKind.BALANCE_DUE
    return f"{kind}.PAID" if situation.paid else kind
