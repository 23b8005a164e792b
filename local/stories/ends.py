"""What comes of a story, or is owed by the law: the sentences after « Alors »."""

from dataclasses import replace

from local.stories.draft import Draft
from local.stories.model import Heard
from local.stories.themes import Part, Theme
from local.stories.values import OUTCOMES

# ── L'issue ──

OUTCOME = Theme("L'issue", Part.END)


for _said, _outcome in OUTCOMES.items():
    OUTCOME.phrase(_said)(lambda draft, outcome=_outcome: draft.expect(outcomes=(outcome,)))


@OUTCOME.phrase("la puissance est relevée à {puissance}")
def _floor(draft: Draft, power: float) -> None:
    draft.expect(outcomes=("FLOOR_RAISED",))
    draft.limited = replace(draft.limited, power_kva=power)


OUTCOME.phrase("il reste {montant} à payer", Part.STORY_END)(
    lambda draft, amount: draft.expect(outcomes=("BALANCE_DUE",), balances=(amount,))
)


@OUTCOME.phrase("rien d'autre n'arrive")
def _nothing_more(draft: Draft) -> None:
    """What comes all the same is a difference: an ending is complete."""


@OUTCOME.phrase("la limitation est annulée", Part.STORY_END)
def _status_cancelled(draft: Draft) -> None:
    draft.limited = replace(draft.limited, status="CANCELLED")


# ── Ce que chacun apprend ──

NEWS = Theme("Ce que chacun apprend", Part.STORY_END)


NEWS.phrase("Enedis accepte {ordre}")(Draft.accept)
NEWS.phrase("le client reçoit {messages}")(lambda draft, kinds: draft.expect(messages=kinds))
NEWS.phrase("les relances sont {relances}")(lambda draft, words: draft.expect(dunning=words))
NEWS.phrase("un conseiller est interrogé : {questions}")(lambda draft, reasons: draft.expect(questions=reasons))
NEWS.phrase("{nombre} message(s) ne peuvent pas partir")(
    lambda draft, count: draft.expect(events=("MessageFailed",) * count)
)


def _heard(draft: Draft, event: str) -> None:
    draft.expect(events=(event,))
    draft.steps.append(Heard(event))


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
for _said, _event in HEARD.items():
    NEWS.phrase(_said)(lambda draft, event=_event: _heard(draft, event))


# ── La loi ──

LAW = Theme("La loi", Part.LAW)


@LAW.phrase("rien n'est dû à la loi")
def _nothing(draft: Draft) -> None:
    draft.expect(outcomes=("BALANCE_DUE",))
    draft.ground = "DEBT_NOT_COVERED"


LAW.phrase("un conseiller est interrogé")(lambda draft: draft.expect(outcomes=("ASKED",)))

for _said, _name in {
    "c'est au titre {motif}": "ground",
    "cette protection dure jusqu'au {date}": "protects_until",
    "aucune relance ne part avant le {date}": "no_reminder_before",
}.items():
    LAW.phrase(_said)(lambda draft, value, name=_name: setattr(draft, name, value))


THEMES = (OUTCOME, NEWS, LAW)
