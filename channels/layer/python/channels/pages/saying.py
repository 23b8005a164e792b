"""The fields of the forms by which something is said on a case: the same on the customer's page and on the desk."""

from channels.contracts.forms import DECLARED_MEANS
from channels.contracts.published import Protection
from channels.pages.frame import Node, choice, field, long_text
from record.codes import said_of
from record.words import Words


def fields_of(say: Words, act: str) -> Node:
    """The fields of a form; nothing, where there is nothing to fill in."""
    match act:
        case "paiement":
            means = {each.value: said_of(each.value, say.language) for each in DECLARED_MEANS}
            return [
                choice(act, "means", say("means"), means),
                field(act, "amount", say("amount"), inputmode="decimal", required=True, maxlength="12"),
                field(act, "paid_on", say("paid_on"), type="date", required=True),
            ]
        case "echeancier":
            return [
                field(act, "instalments", say("instalments"), type="number", min="2", max="36", required=True),
                field(act, "first", say("first"), inputmode="decimal", required=True, maxlength="12"),
                field(act, "first_on", say("first_on"), type="date", required=True),
            ]
        case "contestation":
            return [
                field(act, "amount", say("disputed"), inputmode="decimal", maxlength="12"),
                long_text(act, "words", say("why_disputed"), required=True),
            ]
        case "protection":
            return choice(act, "kind", say("kind"), {each.value: say(each.value) for each in Protection})
        case "personne":
            return long_text(act, "words", say("words"))
    return None
