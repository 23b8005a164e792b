"""The French names of what happens. Those of states are in :mod:`record.domain.states`, triggers in ``codes.csv``."""

from collections.abc import Mapping

from record.codes import codes
from record.domain.states import ALL, Party

AID_OR_PROTECTION = "AidOrProtection"
"""One type for all of them: which protection a customer has is nobody's business."""
OTHER_TRIGGER = "Déclencheur : autre"
PAYMENT_TRIGGERS = frozenset({"PaymentReceived", "PaymentCleared", "PaymentRejected"})
"""Those whose id names a payment: ``<payment>:<status>``."""

PARTIES = {
    Party.US: "Rétablissement",
    Party.BILLING: "Facturation",
    Party.BANK: "Banque",
    Party.ENEDIS: "Enedis",
    Party.ADVISOR: "Conseiller",
}
"""For whom a state waits, as the event log names them."""
REDRIVEN = "Exécution reprise"
ENDED: Mapping[str, str] = {
    "FAILED": "Exécution en échec",
    "TIMED_OUT": "Exécution hors délai",
    "ABORTED": "Exécution arrêtée",
}
"""By the status of an end. One that succeeded ends in a state that has a name of its own."""

REGISTER: Mapping[str, tuple[str, str]] = {
    "registeredAt": ("Registre : limitation enregistrée", "REQUESTED"),
    "limitedSince": ("Registre : puissance limitée", "LIMITED"),
    "floorRaisedAt": ("Registre : plancher relevé", "FLOOR_RAISED"),
    "closedAt": ("Registre : limitation close", "CLOSED"),
}
"""By the moments that a limitation's item has: what happened then, and the status since."""

MESSAGES: Mapping[str, str] = {
    "sentAt": "Message envoyé",
    "failedAt": "Message non envoyé",
    "unknownAt": "Message peut-être envoyé",
    "deliveryAt": "Message : retour de l'opérateur",
}
"""By the moments that a message's item has."""


def activity_of(state: str) -> str:
    """The French name of a state; a state of an older machine that has none keeps its own."""
    return ALL[state].french if state in ALL else state


def shown_trigger(kind: str) -> str:
    """A trigger's type as both files have it."""
    return AID_OR_PROTECTION if kind.startswith(("HousingAid", "ProtectionGranted")) else kind


def trigger_name(kind: str) -> str:
    """What a trigger is called, by its type."""
    if shown_trigger(kind) == AID_OR_PROTECTION:
        return "Déclencheur : aide ou protection signalée"
    return f"Déclencheur : {codes()[kind][0]}" if kind in codes() else OTHER_TRIGGER
