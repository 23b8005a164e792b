"""The words that several screens have in common, in French and in English: outcomes, parties, means of payment."""

from record.words import Texts

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
