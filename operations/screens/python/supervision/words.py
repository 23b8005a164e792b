"""The words that several screens have in common, in French and in English: outcomes, parties, stages."""

from record.codes import codes
from record.words import Texts

_OUTCOMES = (
    "RESTORED ALREADY_RESTORED LIMITATION_CANCELLED FLOOR_RAISED BALANCE_DUE REFUSED CONTRACT_ENDED NO_ORDER"
    " CANCELLED_BY_BILLING LEFT_TO_ADVISOR SHADOW JOINED SUPERSEDED NOT_LIMITED OFF FAILED TIMED_OUT ABORTED"
)
OUTCOMES: Texts = {
    code: (f"{french[0].upper()}{french[1:]}", f"{english[0].upper()}{english[1:]}")
    for code in _OUTCOMES.split()
    for french, english in [codes()[code]]
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

STAGES: Texts = {
    "concerned": ("Concerné", "Concerned"),
    "certain": ("Certain", "Certain"),
    "ordered": ("Commandé", "Ordered"),
    "restored": ("Rétabli", "Restored"),
}
"""How far a case has come."""

COMMON: Texts = {
    "stopped_one": ("{count} dossier retenu par un incident", "{count} case held by an incident"),
    "stopped": ("{count} dossiers retenus par un incident", "{count} cases held by an incident"),
    "overview": ("Suivi global", "Overview"),
    "branches": ("Parcours", "Branches"),
    "running": ("En cours", "Running cases"),
    "durations": ("Durées", "Durations"),
    "incidents": ("Incidents", "Incidents"),
    "rules": ("Règles", "Rules"),
    "enedis": ("Enedis", "Enedis"),
    "value": ("Valeur", "Value"),
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
    "address": ("Lien", "Link"),
    "address_console": (
        "Un collègue l'ouvre à côté de sa console (make supervise STACK=… PROFILE=…) :",
        "A colleague opens it beside a console of their own (make supervise STACK=… PROFILE=…):",
    ),
    "address_dashboard": (
        "L'adresse dans CloudWatch ne porte que la période : le filtre s'y recopie.",
        "CloudWatch's own address has the range alone: the filter is copied there.",
    ),
    "filter": ("Filtre", "Filter"),
    "unfiltered": ("L'écran est montré sans filtre.", "The screen is shown without a filter."),
    "outcome": ("Issue", "Outcome"),
    "state": ("Étape", "State"),
    "apply": ("Appliquer", "Apply"),
    "clear": ("Effacer", "Clear"),
    "searched": (
        "Filtre appliqué aux {count} derniers dossiers seulement.",
        "The filter was applied to the latest {count} cases only.",
    ),
    "capped": (
        "Seuls les {count} dossiers en cours les plus anciens sont lus : il y en a davantage.",
        "Only the {count} oldest open cases are read: there are more.",
    ),
    "not_understood": ("Question non comprise", "Not understood"),
    "failed": ("Cet écran n'a pas pu être lu", "This screen could not be read"),
    "try_again": (
        "Réessayez dans une minute. Si cela dure, voyez docs/runbook.md#a-screen-cant-be-read.",
        "Try again in a minute. If it lasts, see docs/runbook.md#a-screen-cant-be-read.",
    ),
    "screens": ("Écrans", "Screens"),
    "more": ("En montrer {count}", "Show {count}"),
    "day_before": ("la veille", "the day before"),
    "range_before": ("la période précédente", "the range before"),
}
"""What every screen says."""
