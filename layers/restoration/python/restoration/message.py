"""Messages to customers: their kinds and their texts (French: customers read them)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from restoration.point import Visit


class MessageKind(StrEnum):
    """Why a customer is written to.

    At most one message of each kind is sent for one limitation; of a visit, one for each time Enedis plans it.
    """

    ORDER_PLACED = "ORDER_PLACED"
    TECHNICIAN_VISIT = "TECHNICIAN_VISIT"
    POWER_RESTORED = "POWER_RESTORED"
    FLOOR_RAISED = "FLOOR_RAISED"
    BALANCE_DUE = "BALANCE_DUE"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    REFUSED = "REFUSED"


class Channel(StrEnum):
    """How a message travels."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Text:
    """A message's subject (e-mail only) and body."""

    subject: str
    body: str


_TEXTS = {
    MessageKind.ORDER_PLACED: Text(
        "Votre paiement est bien reçu",
        "Bonjour, nous avons bien reçu votre paiement et demandé à Enedis de rétablir votre puissance. "
        "Nous vous préviendrons dès que ce sera fait.",
    ),
    MessageKind.TECHNICIAN_VISIT: Text(
        "Un technicien vient augmenter votre puissance",
        "Bonjour, un technicien d'Enedis passera le {visit} pour augmenter votre puissance. "
        "Merci de lui donner accès à votre compteur.",
    ),
    # "press + on the meter": domain brief, section 4.10 (the customer must re-arm a meter that tripped)
    MessageKind.POWER_RESTORED: Text(
        "Votre puissance est rétablie",
        "Bonjour, votre puissance électrique est rétablie. Si vous n'avez pas de courant, appuyez sur la touche + "
        "de votre compteur pendant quelques secondes.",
    ),
    MessageKind.FLOOR_RAISED: Text(
        "Votre puissance minimale est relevée",
        "Bonjour, la puissance de votre compteur est relevée à {floor_kva} kVA. Elle sera entièrement rétablie dès que "
        "votre dette sera réglée.",
    ),
    MessageKind.BALANCE_DUE: Text(
        "Votre paiement ne couvre pas toute la dette",
        "Bonjour, nous avons bien reçu votre paiement. Il reste {balance} € à régler pour que votre puissance soit "
        "rétablie.",
    ),
    MessageKind.PAYMENT_PENDING: Text(
        "Votre paiement est en cours de validation",
        "Bonjour, nous avons bien reçu votre paiement. Votre puissance sera rétablie dès qu'il sera validé par "
        "votre banque.",
    ),
    MessageKind.REFUSED: Text(
        "Votre demande",
        "Bonjour, votre puissance ne peut pas être rétablie automatiquement. Un conseiller vous répond au 3004.",
    ),
}


def text_of(
    kind: MessageKind, *, balance: Decimal | None = None, floor_kva: Decimal | None = None, visit: Visit | None = None
) -> Text:
    """The text of a message; ``balance`` in euro, ``floor_kva`` in kVA and ``visit`` where the kind tells them.

    Raises
    ------
    ValueError
        When the kind tells something that is missing.
    """
    text = _TEXTS[kind]
    facts = {
        "balance": None if balance is None else f"{balance:.2f}".replace(".", ","),
        "floor_kva": None if floor_kva is None else f"{floor_kva.normalize():f}".replace(".", ","),
        "visit": None if visit is None else f"{visit.on:%d/%m/%Y}" + (f" ({visit.slot})" if visit.slot else ""),
    }
    for name, value in facts.items():
        if value is None and f"{{{name}}}" in text.body:
            raise ValueError(f"a message of kind {kind} tells the {name}, which is missing")
    return Text(text.subject, text.body.format(**facts))
