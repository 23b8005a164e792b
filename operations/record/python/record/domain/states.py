"""The states of the process, in its eight steps: what each is called, for whom a case waits in it, what is said.

A step is one boundary for pictures, pages, counts and BPMN, and has at most nine states. They are those below one
banner of the machine's file, but that an ending stands in the step that it ends, and a case that waits before it looks
at Enedis again is followed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """Those for whom a case may wait."""

    BILLING = "billing"
    BANK = "bank"
    ENEDIS = "enedis"
    ADVISOR = "advisor"
    US = "us"


LOOK = 4
"""Calls to Enedis of a whole look: it reads the point, looks for its order, places it, and reads again."""
_CHECKED = (
    "Votre dossier est en cours de vérification ; vous n'avez rien à faire.",
    "Your case is being checked; there is nothing for you to do.",
)
_READ = (
    "Nous vérifions auprès d'Enedis l'état de votre compteur ; vous n'avez rien à faire.",
    "We check the state of your meter with Enedis; there is nothing for you to do.",
)
_PREPARED = (
    "Le rétablissement de votre puissance est en préparation ; il va être demandé à Enedis.",
    "The return of your power is being prepared; it will be asked of Enedis.",
)
_ASKED = (
    "Le rétablissement de votre puissance est décidé. Nous le demandons à Enedis, qui ne l'a pas encore accepté.",
    "The return of your power is decided. We ask it of Enedis, which has not accepted it yet.",
)
_REFUSED = (
    "Enedis n'a pas accepté la première demande ; nous regardons quelle est la suite.",
    "Enedis did not accept the first request; we look at what follows.",
)
_ORDERED = (
    "Le rétablissement de votre puissance est demandé à Enedis{case}. Elle revient dès qu'Enedis a fait l'opération.",
    "The return of your power is asked of Enedis{case}. It is back as soon as Enedis has done its work.",
)
_VISIT = (
    "Enedis envoie un technicien{case}. La date vous est écrite ; votre présence est nécessaire.",
    "Enedis sends a technician{case}. The date is written to you; somebody has to be there.",
)
_DELAYED = (
    "Enedis est en retard sur l'opération{case}. Nous suivons votre dossier.",
    "Enedis is late with its work{case}. We follow your case.",
)
_ENDS = (
    "Nous terminons l'examen de votre dossier en ce moment même.",
    "We are finishing our look at your case at this moment.",
)
_PENDING = (
    "Votre paiement est annoncé, mais la banque ne l'a pas encore confirmé. Nous attendons sa réponse.",
    "Your payment is announced, but the bank has not confirmed it yet. We await its reply.",
)
_ADVISED = (
    "Un conseiller examine votre dossier et décide de la suite.",
    "An advisor examines your case and decides what follows.",
)


@dataclass(frozen=True, slots=True)
class State:
    """What a state is to business, and to a case that is in it.

    Parameters
    ----------
    step, french
        Where it stands, and what business calls it.
    said
        What an advisor can say of one that takes time, French and English; ``{case}`` is the case at Enedis.
    party
        For whom the case waits.
    calls
        Calls to Enedis that a remote restoration still needs from there on.
    """

    step: str
    french: str
    said: tuple[str, str] = ("", "")
    party: Party = Party.US
    calls: int = LOOK


ALL = {
    "Begin": State("Take charge", "Commencer"),
    "TakeCharge": State("Take charge", "Prendre en charge", _CHECKED),
    "IsItOurs": State("Take charge", "Est-ce à nous ?"),
    "NothingToDo": State("Take charge", "Rien à faire"),
    "SuspendReminders": State("Check", "Suspendre les relances", _CHECKED),
    "CheckPayment": State("Check", "Interroger la facturation", _CHECKED, Party.BILLING),
    "DecideProtection": State("Check", "Décider de la protection", _CHECKED),
    "DecidePayment": State("Check", "Décider du paiement", _CHECKED),
    "DecideCoverage": State("Check", "Décider de la couverture", _CHECKED),
    "MayPowerComeBack": State("Check", "Rendre la puissance ?"),
    "DecidePriority": State("Check", "Décider de la priorité", _CHECKED),
    "ReadPoint": State("Order", "Lire le point", _READ, Party.ENEDIS),
    "DecideAction": State("Order", "Décider de l'action", _CHECKED, calls=LOOK - 1),
    "WhatToOrder": State("Order", "Que commander ?"),
    "PrepareOrder": State("Order", "Préparer l'ordre", _PREPARED, calls=LOOK - 1),
    "IsThereAnOrder": State("Order", "Y a-t-il un ordre ?"),
    "OrderAtEnedis": State("Order", "Commander à Enedis", _ASKED, Party.ENEDIS, LOOK - 1),
    "DidEnedisAccept": State("Order", "Enedis accepte ?"),
    "DecideRefusal": State("Order", "Décider du refus", _REFUSED),
    "WhatRefusalMeans": State("Order", "Que veut dire le refus ?"),
    "AnnounceOrder": State("Follow", "Annoncer l'ordre accepté", _ORDERED, calls=1),
    "WaitForEnedis": State("Follow", "Attendre Enedis", _ORDERED, Party.ENEDIS, 1),
    "ReadCase": State("Follow", "Relire l'affaire", _ORDERED, Party.ENEDIS, 1),
    "DecideProgress": State("Follow", "Décider de l'avancement", _ORDERED, calls=0),
    "IsPowerBack": State("Follow", "Puissance rétablie ?"),
    "AnnounceVisit": State("Follow", "Annoncer la visite", _VISIT, calls=1),
    "AnnounceDelay": State("Follow", "Annoncer le retard", _DELAYED, calls=1),
    "WaitBeforeReading": State("Follow", "Patienter avant de relire", _REFUSED, Party.ENEDIS),
    "CloseOrLetGo": State("Settle", "Clore ou lâcher", _ENDS, calls=0),
    "HowItEnded": State("Settle", "Quelle issue ?"),
    "BalanceDue": State("Settle", "Solde dû"),
    "Refused": State("Settle", "Refusé"),
    "NothingToOrder": State("Settle", "Rien à commander"),
    "CancelledByBilling": State("Settle", "Annulé par la facturation"),
    "LeftToAdvisor": State("Settle", "Laissé au conseiller"),
    "Shadowed": State("Settle", "Observé, rien commandé"),
    "AnnouncePending": State("Wait for the bank", "Annoncer l'attente", _PENDING),
    "WaitForBank": State("Wait for the bank", "Attendre la banque", _PENDING, Party.BANK),
    "MayWeAsk": State("Ask an advisor", "Peut-on demander ?"),
    "SendQuestion": State("Ask an advisor", "Poser la question", _ADVISED),
    "WaitForAdvisor": State("Ask an advisor", "Attendre le conseiller", _ADVISED, Party.ADVISOR),
    "Restored": State("Power back", "Rétabli"),
    "AlreadyRestored": State("Power back", "Déjà rétabli"),
    "LimitationCancelled": State("Power back", "Limitation annulée"),
    "FloorRaised": State("Power back", "Plancher relevé"),
}
"""By their names, in the order in which they are drawn in their steps; a test compares them with the state machine."""
STATES = {name: state for name, state in ALL.items() if any(state.said)}
"""Those that take time."""
STEP_OF = {name: state.step for name, state in ALL.items()}
STEPS = {step: [name for name, its in STEP_OF.items() if its == step] for step in dict.fromkeys(STEP_OF.values())}
_OTHER = State("", "", _CHECKED)


def state_of(name: str | None) -> State:
    """A state by its name; a choice, or a state that nobody knows any more, counts as one of ours."""
    return _OTHER if name is None else STATES.get(name, _OTHER)


def waits_for(status: str, state: str | None) -> Party | None:
    """For whom a case waits; None when it has ended well. One that failed waits for us, whatever its state."""
    if status == "SUCCEEDED":
        return None
    return state_of(state).party if status == "RUNNING" else Party.US
