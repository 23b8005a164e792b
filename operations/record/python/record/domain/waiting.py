"""The states of the process that take time: for whom a case waits in each, what is said of it, what is ahead."""

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
_ENDS = ("Votre dossier se termine en ce moment même.", "Your case is ending at this moment.")
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
    """What a state is to a case that is in it.

    Parameters
    ----------
    party
        For whom the case waits.
    said
        What an advisor can say to the customer, French and English; ``{case}`` is the case at Enedis.
    calls
        Calls to Enedis that a remote restoration still needs from there on.
    """

    party: Party = Party.US
    said: tuple[str, str] = _CHECKED
    calls: int = LOOK


STATES = {
    "TakeCharge": State(),
    "SuspendReminders": State(),
    "CheckPayment": State(Party.BILLING),
    "DecideProtection": State(),
    "DecidePayment": State(),
    "DecideCoverage": State(),
    "DecidePriority": State(),
    "ReadPoint": State(Party.ENEDIS, _READ),
    "DecideAction": State(calls=LOOK - 1),
    "PrepareOrder": State(said=_PREPARED, calls=LOOK - 1),
    "OrderAtEnedis": State(Party.ENEDIS, _ASKED, LOOK - 1),
    "DecideRefusal": State(said=_REFUSED),
    "WaitBeforeReading": State(Party.ENEDIS, _REFUSED),
    "AnnounceOrder": State(said=_ORDERED, calls=1),
    "WaitForEnedis": State(Party.ENEDIS, _ORDERED, 1),
    "ReadCase": State(Party.ENEDIS, _ORDERED, 1),
    "DecideProgress": State(said=_ORDERED, calls=0),
    "AnnounceVisit": State(said=_VISIT, calls=1),
    "AnnounceDelay": State(said=_DELAYED, calls=1),
    "CloseOrLetGo": State(said=_ENDS, calls=0),
    "AnnouncePending": State(said=_PENDING),
    "WaitForBank": State(Party.BANK, _PENDING),
    "SendQuestion": State(said=_ADVISED),
    "WaitForAdvisor": State(Party.ADVISOR, _ADVISED),
}
"""Each state of the process that takes time. A test compares it with the state machine."""
_OTHER = State()


def state_of(name: str | None) -> State:
    """A state by its name; a choice, or a state that nobody knows any more, counts as one of ours."""
    return _OTHER if name is None else STATES.get(name, _OTHER)


def waits_for(status: str, state: str | None) -> Party | None:
    """For whom a case waits; None when it has ended well. One that failed waits for us, whatever its state."""
    if status == "SUCCEEDED":
        return None
    return state_of(state).party if status == "RUNNING" else Party.US
