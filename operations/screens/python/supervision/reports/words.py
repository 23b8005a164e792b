"""The words of reports. Business reads them, in French."""

from collections.abc import Mapping

from supervision.figures.report import Indicator
from supervision.words import COMMON, OUTCOMES

_WORDS = ("concerned", "certain", "ordered", "restored", "left", "balance_due", "failed", "without_advisor")
"""The words that the screens have, too: their definitions are the same."""
LINES: Mapping[str, tuple[str, str]] = {
    **{name: (COMMON[f"word_{name}"][0].capitalize(), COMMON[f"defined_{name}"][0]) for name in _WORDS},
    "received": ("Reçus", COMMON["defined_received"][0]),
    "checked": ("Vérifications sans paiement", COMMON["defined_checked"][0]),
    "promised": ("Promesses faites", COMMON["defined_promised"][0]),
    "kept": ("Promesses tenues", COMMON["defined_kept"][0]),
    "broken": ("Promesses rompues", COMMON["defined_broken"][0]),
    "restored_share": ("Rétablis, parmi les concernés", "rétablis / concernés"),
    "median": ("Délai jusqu'au rétablissement, médiane", "du paiement certain au retour de la puissance, à 2 % près"),
    "p95": (
        "Délai jusqu'au rétablissement, 95 % des clients",
        "du paiement certain au retour de la puissance, à 2 % près",
    ),
    "waited": (
        "Rétablis plus tard que le délai à distance",
        "tous les clients, aussi ceux d'un technicien ; compté depuis le paiement certain, à 2 % près",
    ),
    "in_time": (
        "Terminés dans les temps",
        "terminés dans leur délai / terminés ; l'horloge s'arrête pour la banque et pour un conseiller",
    ),
    "late": ("Terminés hors délai", "terminés moins terminés dans les temps, les trois sortes ensemble"),
    "left_share": ("Confiés à un conseiller, parmi les concernés", "confiés / concernés"),
    "questions": ("Attentes d'un conseiller", "passages dans « Attendre le conseiller »"),
    "balance_share": ("Reste à payer, parmi les concernés", "reste à payer / concernés"),
    "accepted": ("Ordres acceptés par Enedis", "acceptés / réponses à nos ordres"),
    "still_limited": (
        "Clos alors que le point reste limité",
        "limitations closes que le flux d'Enedis montre encore limitées deux jours après",
    ),
    "still_waiting": (
        "Ont payé et attendent au-delà du délai, maintenant",
        "clients ; le délai est celui de leur ordre, à distance ou d'un technicien",
    ),
}
"""Each indicator: what it is called, and where it comes from."""
KINDS = {"Early": "sans ordre", "Remote": "à distance", "Technician": "avec un technicien"}


def label(line: Indicator) -> str:
    """What a line is called."""
    about = KINDS.get(line.of) or (OUTCOMES[line.of][0].lower() if line.of in OUTCOMES else line.of)
    return f"{LINES[line.name][0]} ({about})" if about else LINES[line.name][0]
