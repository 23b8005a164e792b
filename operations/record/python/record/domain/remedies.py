"""What to mend after a failure, and where the runbook says more: its table "A restoration failed", in two languages.

A test compares the errors with that table, and the pages with the runbook's headings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from record.domain.failure import FORGOTTEN_FACTS, NOT_FOR_A_REDRIVE
from record.domain.record import Signature
from record.words import Language, Texts

FAILED = "a-restoration-failed"
CHECK = "check-one-limitation-now"
TOO_OLD = "a-restoration-is-too-old"
UNREACHABLE = "enedis-is-unreachable"
PAGES: Texts = {
    FAILED: ("Un rétablissement a échoué", "A restoration failed"),
    CHECK: ("Vérifier une limitation maintenant", "Check one limitation now"),
    TOO_OLD: ("Un rétablissement dure trop longtemps", "A restoration is too old"),
    "turning-the-switch": ("Tourner le commutateur", "Turning the switch"),
    UNREACHABLE: ("Enedis est injoignable", "Enedis is unreachable"),
    "the-quota-is-exhausted": ("Le quota est épuisé", "The quota is exhausted"),
    "a-queue-is-too-old": ("Une file est trop ancienne", "A queue is too old"),
    "a-dead-letter-queue-is-not-empty": ("Une file de rebuts n'est pas vide", "A dead-letter queue is not empty"),
    "a-function-raises-errors": ("Une fonction lève des erreurs", "A function raises errors"),
}
"""The pages of the runbook that screens name, by their anchors: it is in English, and a French screen says their titles
in French."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do after a failure.

    Parameters
    ----------
    error
        The error's name, or its beginning where it ends in a dot.
    page
        The anchor of the runbook's page.
    states, words
        Where the remedy is for some states only, or for causes with some words (a pattern); empty for all.
    helps
        Whether a redrive can help once that is mended.
    """

    error: str
    french: str
    english: str
    page: str = FAILED
    states: frozenset[str] = frozenset()
    words: str = ""
    helps: bool = True

    def text(self, language: Language) -> str:
        """What to mend."""
        return self.french if language is Language.FRENCH else self.english

    def is_for(self, signature: Signature) -> bool:
        """Whether it is meant for such a failure."""
        is_same = signature.error.startswith(self.error) if self.error.endswith(".") else signature.error == self.error
        is_there = not self.states or signature.state in self.states
        return is_same and is_there and bool(re.search(self.words, signature.words))


_ORDER = frozenset({"OrderAtEnedis"})
_LOST = (
    "L'ordre est parti et sa réponse est perdue ; Enedis refuse la lecture. Corrigez le point ou le contrat.",
    "The order was sent, its response was lost, and Enedis refuses the read. Mend point or contract.",
)
_PARTNER = (
    "Enedis a été hors d'atteinte plus de trois jours, ou n'avait plus de tour pour nous. Répond-il à nouveau ?",
    "Enedis was out of reach for more than three days, or had no turn for us. Is it up again?",
)
_AWS = (
    "AWS a échoué pendant un jour, ou un droit manque au rôle de la machine. Rétablissez-le.",
    "AWS failed for a day, or the machine's role lacks a right. Mend that.",
)
_FUNCTION = (
    "Lambda a échoué pendant un jour, ou une fonction ne finit pas : lisez son journal.",
    "Lambda failed for a day, or a function hangs: look at its log.",
)
_BROKEN = (
    "Une expression de la machine a échoué : pour les développeurs. Une relance garde la définition, elle échouerait.",
    "An expression of the machine failed: for the developers. A redrive keeps the definition, so it would fail.",
)
_STOPPED = (
    "Quelqu'un l'a arrêté. Demandez d'abord pourquoi ; le contrôle de nuit le reprend.",
    "Somebody stopped it. Ask why first; the nightly check takes it over.",
)
REMEDIES: Sequence[Remedy] = (
    Remedy(
        "UnknownContract",
        "La facturation ne connaît pas le contrat ou sa limitation : qu'elle le corrige.",
        "Billing does not know the contract or its limitation: have billing correct it.",
    ),
    Remedy(
        "InvalidConfiguration",
        "Le commutateur a une valeur interdite : remettez la bonne.",
        "The switch has a value that is not allowed: put the right one.",
        page="turning-the-switch",
        words="/mode|/rollout-percent",
    ),
    Remedy(
        "InvalidConfiguration",
        "Un secret, un paramètre ou une table est faux ; la cause le nomme.",
        "A secret, a parameter or a decision file is wrong; the cause names it.",
    ),
    Remedy(
        "ConfigurationUnavailable",
        "Parameter Store n'a pas répondu pendant un jour. Le rôle de claim-limitation a-t-il changé ?",
        "Parameter Store could not be asked for a day. Has somebody changed the role of claim-limitation?",
    ),
    Remedy(
        "DecisionFailed",
        "Les faits de cette décision sont effacés après 30 jours : faites vérifier la limitation.",
        "The facts of this look are deleted after 30 days: have the limitation checked.",
        page=CHECK,
        words=FORGOTTEN_FACTS.pattern,
        helps=False,
    ),
    Remedy(
        "DecisionFailed",
        "Une règle ou son entrée est fausse : voyez qui a changé la table en dernier.",
        "A rule or its input is wrong: tell the person who changed the table last.",
    ),
    Remedy("EnedisRejected", *_LOST, states=_ORDER),
    Remedy(
        "EnedisRejected",
        "Enedis refuse de lire le point ; la cause a son code. SGT401 : corrigez le numéro du point.",
        "Enedis refuses to read the point; the cause has its code. SGT401: mend the point's number.",
    ),
    Remedy("InvalidResponse", *_LOST, states=_ORDER),
    Remedy(
        "InvalidResponse",
        "La réponse d'un partenaire rompt son contrat ; la cause nomme le champ. Prévenez-le, et les développeurs.",
        "A partner's response breaks its contract; the cause names the field. Tell the partner and the developers.",
    ),
    Remedy(
        "BillingUnavailable",
        "La facturation a été hors d'atteinte plus de trois jours. Répond-elle à nouveau ?",
        "Billing was down for more than three days. Is it up again?",
    ),
    Remedy("EnedisUnavailable", *_PARTNER, page=UNREACHABLE),
    Remedy("EnedisCircuitOpen", *_PARTNER, page=UNREACHABLE),
    Remedy("EnedisQuotaExhausted", *_PARTNER, page="the-quota-is-exhausted"),
    Remedy(
        "PaymentNotShown",
        "La facturation ne montre pas un paiement annoncé. Cela ne doit pas arrêter un dossier : aux développeurs.",
        "Billing does not show a payment that it announced. It should never stop a case: tell the developers.",
    ),
    Remedy(
        "ClaimContended",
        "D'autres ont changé la limitation à chaque essai : regardez son détenteur, prévenez les développeurs.",
        "Others changed the limitation at each try: look at its holder, tell the developers.",
    ),
    Remedy(
        "EventNotPublished",
        "EventBridge a refusé un événement pendant un jour ; la cause a son erreur.",
        "EventBridge refused an event for a day; the cause has its error.",
    ),
    Remedy(
        "States.Timeout",
        "Un ordre a attendu dix jours : voyez la file des ordres, ses rebuts et le journal de place_order.",
        "An order waited for ten days: look at the orders queue, its dead letters and the log of place_order.",
        page="a-queue-is-too-old",
        states=_ORDER,
    ),
    Remedy("States.Timeout", *_FUNCTION),
    Remedy(
        "InvalidEvent",
        "L'ordre n'a pas pu être lu ou construit ; il est dans les rebuts. Pour les développeurs.",
        "The order could not be read or built; it is in the orders' dead letters. For the developers.",
        page="a-dead-letter-queue-is-not-empty",
    ),
    *(Remedy(error, *_BROKEN, page=CHECK, helps=False) for error in NOT_FOR_A_REDRIVE),
    *(Remedy(service, *_AWS) for service in ("EventBridge.", "DynamoDb.", "SQS.")),
    Remedy("Sandbox.Timedout", *_FUNCTION, page="a-function-raises-errors"),
    Remedy("Lambda.", *_FUNCTION, page="a-function-raises-errors"),
    Remedy("ABORTED", *_STOPPED),
)
"""The first that is meant counts."""

UNNAMED = Remedy(
    "",
    "Le guide ne nomme pas cette erreur : lisez la cause, puis prévenez les développeurs.",
    "The runbook does not name this error: read the cause, then tell the developers.",
)


def remedy_of(signature: Signature) -> Remedy:
    """What to do after a failure."""
    return next((each for each in REMEDIES if each.is_for(signature)), UNNAMED)
