"""The words of the screens, in French and in English.

Each screen has a table of its own: a name, then the French and the English text. A test sees to it that none is empty,
and that each text has the same fields in both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from supervision.question import Language

Texts = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a screen in one language."""

    language: Language
    texts: Texts

    def __call__(self, name: str, /, **fields: object) -> str:
        """A text by its name, with its fields filled in."""
        french, english = self.texts[name]
        text = french if self.language is Language.FRENCH else english
        return text.format(**fields) if fields else text

    def counted(self, name: str, count: int, text: str, /, **fields: object) -> str:
        """A text on a number: ``<name>_one`` where the language has the singular for it, which French has for 0, too.

        Parameters
        ----------
        text
            The number as it is written, which the text calls ``count``.
        """
        is_one = count < 2 if self.language is Language.FRENCH else count == 1  # noqa: PLR2004 - the plural's number
        return self(f"{name}_one" if is_one else name, count=text, **fields)

    def either(self, name: str, default: str) -> str:
        """A text by its name; the default where there is none, as for an outcome that a newer machine has."""
        return self(name) if name in self.texts else default


MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
"""Of the year and of the week, in French; each list begins with the first."""


def day_in_words(day: date) -> str:
    """``25 novembre 2026``."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


OUTCOMES: Texts = {
    "RESTORED": ("Rétabli", "Restored"),
    "ALREADY_RESTORED": ("Déjà rétabli", "Already restored"),
    "LIMITATION_CANCELLED": ("Limitation annulée", "Limitation cancelled"),
    "FLOOR_RAISED": ("Relevé au plancher", "Raised to the floor"),
    "BALANCE_DUE": ("Reste à payer", "Balance due"),
    "REFUSED": ("Refusé", "Refused"),
    "CONTRACT_ENDED": ("Contrat terminé", "Contract ended"),
    "NO_ORDER": ("Rien à commander", "Nothing to order"),
    "CANCELLED_BY_BILLING": ("Annulé par la facturation", "Cancelled by billing"),
    "LEFT_TO_ADVISOR": ("Confié à un conseiller", "Left to an advisor"),
    "SHADOW": ("À blanc", "Shadow"),
    "JOINED": ("Joint à un autre", "Joined another"),
    "SUPERSEDED": ("Remplacé", "Superseded"),
    "NOT_LIMITED": ("Non concerné", "Not concerned"),
    "OFF": ("Arrêté", "Switched off"),
    "FAILED": ("Incident", "Incident"),
    "TIMED_OUT": ("Incident : délai dépassé", "Incident: timed out"),
    "ABORTED": ("Arrêté à la main", "Stopped by hand"),
}
"""The outcomes of an execution, and the statuses of one that failed."""

PARTIES: Texts = {
    "billing": ("la facturation", "billing"),
    "bank": ("la banque", "the bank"),
    "enedis": ("Enedis", "Enedis"),
    "advisor": ("un conseiller", "an advisor"),
    "us": ("nous", "us"),
}
"""Those for whom a case may wait."""

MEANS: Texts = {
    "CARD": ("carte", "card"),
    "INSTANT_TRANSFER": ("virement instantané", "instant transfer"),
    "TRANSFER": ("virement", "transfer"),
    "DIRECT_DEBIT": ("prélèvement", "direct debit"),
    "TIP_SEPA": ("TIP SEPA", "TIP SEPA slip"),
    "CHEQUE": ("chèque", "cheque"),
    "CASH": ("espèces", "cash"),
    "MANDAT_COMPTE": ("mandat compte", "cash at the post office"),
    "ENERGY_VOUCHER": ("chèque énergie", "energy voucher"),
    "HOUSING_AID": ("aide au logement", "housing aid"),
    "THIRD_PARTY": ("tiers payeur", "third party"),
}
"""The means of payment."""

STAGES: Texts = {
    "concerned": ("Concerné", "Concerned"),
    "certain": ("Certain", "Certain"),
    "ordered": ("Commandé", "Ordered"),
    "restored": ("Rétabli", "Restored"),
}
"""How far a case has come."""

COMMON: Texts = {
    "overview": ("Suivi global", "Overview"),
    "branches": ("Parcours", "Branches"),
    "running": ("En cours", "Running cases"),
    "durations": ("Durées", "Durations"),
    "incidents": ("Incidents", "Incidents"),
    "rules": ("Règles", "Rules"),
    "enedis": ("Enedis", "Enedis"),
    "case": ("Dossier", "One case"),
    "complete": ("Complet jusqu'à {time}", "Complete to {time}"),
    "unreconciled": (
        "Complet jusqu'à {time}, sauf {count} dossier(s) à rapprocher",
        "Complete to {time}, {count} case(s) unreconciled",
    ),
    "never": (
        "Aucun rapprochement n'a encore eu lieu : des dossiers peuvent manquer.",
        "Nothing was reconciled yet: cases may be missing.",
    ),
    "late": (
        "Le suivi est en retard de {lag} : les chiffres récents manquent.",
        "The record is {lag} late: recent figures are missing.",
    ),
    "range": ("Du {since} au {until}", "From {since} to {until}"),
    "filter": ("Filtre", "Filter"),
    "apply": ("Appliquer", "Apply"),
    "clear": ("Effacer", "Clear"),
    "searched": (
        "Filtre appliqué aux {count} derniers dossiers seulement.",
        "The filter was applied to the latest {count} cases only.",
    ),
    "not_understood": ("Question non comprise", "Not understood"),
    "failed": ("Cet écran n'a pas pu être lu", "This screen could not be read"),
    "try_again": (
        "Réessayez dans une minute. Si cela dure, voyez la page « A screen can't be read » du guide d'exploitation.",
        "Try again in a minute. If it lasts, see the page “A screen can't be read” of the runbook.",
    ),
    "screens": ("Écrans", "Screens"),
}
"""What every screen says."""
