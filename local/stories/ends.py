"""What comes of a story, or is owed by the law: the sentences after « Alors »."""

from datetime import date
from decimal import Decimal

from local.stories.draft import Draft
from local.stories.model import Heard
from local.stories.themes import Part, Theme
from local.stories.values import OUTCOMES

# ── L'issue ──

OUTCOME = Theme("L'issue", Part.END)


for _said, _outcome in OUTCOMES.items():
    OUTCOME.phrase(_said)(lambda draft, outcome=_outcome: draft.outcomes.append(outcome))


@OUTCOME.phrase("la puissance est relevée à {puissance}")
def _floor(draft: Draft, power: float) -> None:
    draft.outcomes.append("FLOOR_RAISED")
    draft.power_kva = power


@OUTCOME.phrase("il reste {montant} à payer", Part.STORY_END)
def _balance(draft: Draft, amount: Decimal) -> None:
    draft.outcomes.append("BALANCE_DUE")
    draft.balances.append(amount)


@OUTCOME.phrase("rien d'autre n'arrive")
def _nothing_more(draft: Draft) -> None:
    """What comes all the same is a difference: an ending is complete."""


@OUTCOME.phrase("la limitation est annulée", Part.STORY_END)
def _status_cancelled(draft: Draft) -> None:
    draft.status = "CANCELLED"


# ── Ce que chacun apprend ──

NEWS = Theme("Ce que chacun apprend", Part.STORY_END)


@NEWS.phrase("Enedis accepte {ordre}")
def _accepts(draft: Draft, intent: str) -> None:
    draft.accept(intent)


@NEWS.phrase("le client reçoit {messages}")
def _told(draft: Draft, kinds: tuple[str, ...]) -> None:
    draft.messages += kinds


@NEWS.phrase("les relances sont {relances}")
def _reminders(draft: Draft, words: tuple[str, ...]) -> None:
    draft.dunning += words


@NEWS.phrase("un conseiller est interrogé : {questions}")
def _asked(draft: Draft, reasons: tuple[str, ...]) -> None:
    draft.questions += reasons


@NEWS.phrase("{nombre} message(s) ne peuvent pas partir")
def _unsent(draft: Draft, count: int) -> None:
    draft.events += ["MessageFailed"] * count


def _heard(events: dict[str, str]) -> None:
    def leave(draft: Draft, event: str) -> None:
        draft.events.append(event)
        draft.steps.append(Heard(event))

    for expression, event in events.items():
        NEWS.phrase(expression)(lambda draft, event=event: leave(draft, event))


HEARD = {
    "la question au conseiller est retirée": "AdvisorQuestionWithdrawn",
    "le paiement reste attendu": "PaymentPending",
    "la facturation apprend que le paiement qui a rétabli est rejeté": "RestoredPaymentReversed",
    "la facturation apprend que l'échéancier qui a rétabli est rompu": "RestoredPlanBroken",
    "la facturation apprend qu'une limitation annulée a été exécutée": "CancelledLimitationCarriedOut",
    "les conseillers apprennent que le client a payé une dette gelée": "UnclaimableDebtPaid",
    "les conseillers apprennent que le paiement est rejeté pendant l'ordre": "PaymentReversedWhileOrdered",
    "la facturation apprend une fois de plus que la puissance va revenir": "LimitationBeingLifted",
    "les services sociaux sont à prévenir": "SocialServicesNoticeDue",
    "la visite d'un technicien est prévue": "VisitPlanned",
    "les opérations apprennent qu'un autre traitement a pris la suite": "RestorationTakenOver",
    "les opérations apprennent le retard": "RestorationDelayed",
}
_heard(HEARD)


# ── La loi ──

LAW = Theme("La loi", Part.LAW)


@LAW.phrase("rien n'est dû à la loi")
def _nothing(draft: Draft) -> None:
    draft.outcomes.append("BALANCE_DUE")
    draft.ground = "DEBT_NOT_COVERED"


@LAW.phrase("un conseiller est interrogé")
def _asks(draft: Draft) -> None:
    draft.outcomes.append("ASKED")


@LAW.phrase("c'est au titre {motif}")
def _ground(draft: Draft, ground: str) -> None:
    draft.ground = ground


@LAW.phrase("cette protection dure jusqu'au {date}")
def _until(draft: Draft, day: date) -> None:
    draft.protects_until = day


@LAW.phrase("aucune relance ne part avant le {date}")
def _quiet_until(draft: Draft, day: date) -> None:
    draft.no_reminder_before = day


THEMES = (OUTCOME, NEWS, LAW)
