"""The words of reports. Business reads them, in French."""

from collections.abc import Mapping

from record.words import DAYS, MONTHS, day_in_words
from supervision.figures.report import Indicator
from supervision.reports.periods import Kind, Reported
from supervision.words import OUTCOMES

LINES: Mapping[str, tuple[str, str]] = {
    "received": ("Paiements reçus", "file des paiements, métrique NumberOfMessagesSent"),
    "concerned": ("Clients concernés", "dossiers terminés qui ont trouvé un client limité"),
    "certain": ("Paiement certain et suffisant", "les règles ont dit que la puissance peut revenir"),
    "ordered": ("Ordre accepté par Enedis", "dossiers terminés"),
    "restored": ("Clients rétablis", "le point lui-même montre que la puissance est revenue"),
    "restored_share": ("Rétablis, parmi les concernés", "rétablis / concernés"),
    "without_advisor": (
        "Rétablis sans conseiller, au moins",
        "rétablis, moins les attentes d'un conseiller ; un dossier peut en avoir plusieurs",
    ),
    "median": ("Délai jusqu'au rétablissement, médiane", "du paiement certain au retour de la puissance, à 2 % près"),
    "p95": (
        "Délai jusqu'au rétablissement, 95 % des clients",
        "du paiement certain au retour de la puissance, à 2 % près",
    ),
    "waited": (
        "Rétablis plus tard que le délai à distance",
        "tous les clients, aussi ceux d'un technicien ; RemoteSlaSeconds après le paiement certain, à 2 % près",
    ),
    "in_time": (
        "Terminés dans les temps",
        "compteurs …InTime et …Ended ; l'horloge s'arrête pour la banque et pour un conseiller",
    ),
    "late": ("Terminés hors délai", "compteurs …Ended moins …InTime, les trois sortes ensemble"),
    "left": ("Confiés à un conseiller", "issues LEFT_TO_ADVISOR et REFUSED"),
    "left_share": ("Confiés à un conseiller, parmi les concernés", "confiés / concernés"),
    "questions": ("Attentes d'un conseiller", "passages dans WaitForAdvisor"),
    "balance_due": ("Reste à payer", "issue BALANCE_DUE"),
    "balance_share": ("Reste à payer, parmi les concernés", "reste à payer / concernés"),
    "accepted": ("Ordres acceptés par Enedis", "acceptés / réponses à nos ordres"),
    "incidents": ("Incidents", "dossiers en échec, hors délai ou arrêtés"),
    "still_limited": ("Clos alors que le point reste limité", "compteur SettledStillLimited"),
    "still_waiting": (
        "Ont payé et attendent au-delà du délai, maintenant",
        "dossiers ouverts au moment du rapport",
    ),
}
"""Each indicator: what it is called, and where it comes from."""
KINDS = {"Early": "sans ordre", "Remote": "à distance", "Technician": "avec un technicien"}


def label(line: Indicator) -> str:
    """What a line is called."""
    about = KINDS.get(line.of) or (OUTCOMES[line.of][0].lower() if line.of in OUTCOMES else line.of)
    return f"{LINES[line.name][0]} ({about})" if about else LINES[line.name][0]


def period_in_words(about: Reported) -> str:
    """``mercredi 25 novembre 2026``, or ``novembre 2026``."""
    if about.kind is Kind.DAY:
        return f"{DAYS[about.first.weekday()]} {day_in_words(about.first)}"
    return f"{MONTHS[about.first.month - 1]} {about.first.year}"
