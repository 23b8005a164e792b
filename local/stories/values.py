"""Amounts, dates, durations and powers as one says them in French, and the lists of a story's end."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from itertools import groupby
from typing import Any

from record.codes import codes
from restoration.domain.french import MONTHS, comma, day_in_words

_SPELT = (
    *("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"),
    *("neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"),
)
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
NUMBERS = {word: number for number, word in enumerate(_SPELT, 1)} | {"une": 1} | _TENS
UNITS = {
    "minute": timedelta(minutes=1),
    "heure": timedelta(hours=1),
    "jour": timedelta(days=1),
    "semaine": timedelta(weeks=1),
}
MEANS = {
    "par carte": ("CARD", "CAPTURED"),
    "en espèces": ("CASH", "RECEIVED"),
    "par chèque": ("CHEQUE", "RECEIVED"),
    "par chèque énergie": ("ENERGY_VOUCHER", "SETTLED"),
    "par prélèvement": ("DIRECT_DEBIT", "RECEIVED"),
    "par virement instantané": ("INSTANT_TRANSFER", "SETTLED"),
    "par virement": ("TRANSFER", "SETTLED"),
}
"""How a customer pays, and the status in which billing reports such a payment first."""
ORDERS = {
    "un rétablissement à distance": "R",
    "un rétablissement par un technicien": "T",
    "un relèvement de la puissance": "F",
    "l'annulation de la limitation": "C",
}
DECISIONS = {"de rétablir": "RESTORE", "de refuser": "REFUSE", "d'envoyer un technicien": "SEND_TECHNICIAN"}
MESSAGES = {
    "ordre transmis": "ORDER_PLACED",
    "retard du dossier": "CASE_DELAYED",
    "retard d'Enedis": "RESTORATION_DELAYED",
    "visite d'un technicien": "TECHNICIAN_VISIT",
    "puissance rétablie": "POWER_RESTORED",
    "limitation annulée": "LIMITATION_CANCELLED",
    "puissance relevée": "FLOOR_RAISED",
    "solde à payer": "BALANCE_DUE",
    "paiement rejeté": "PAYMENT_REJECTED",
    "paiement attendu": "PAYMENT_PENDING",
    "demande refusée": "REFUSED",
    "dossier à l'étude": "WITH_ADVISOR",
}
GROUNDS = {
    "du plancher d'hiver": "WINTER_FLOOR",
    "du chèque énergie pendant la trêve": "ENERGY_VOUCHER_IN_TRUCE",
    "de la coupure pendant la trêve": "CUT_IN_TRUCE",
    "de la demande d'aide au FSL": "HOUSING_AID_PENDING",
    "de l'aide du FSL qui couvre une part": "HOUSING_AID_PROPOSE_PLAN",
    "de l'aide du FSL et de l'échéancier": "HOUSING_AID_AND_PLAN",
    "des 60 jours dus avant une coupure": "CUT_BEFORE_60_DAYS",
    "du plancher dû avant une coupure": "FLOOR_BEFORE_CUT",
    "du surendettement": "OVER_INDEBTEDNESS",
    "de la décision de surendettement": "DEBT_NOT_CLAIMABLE",
    "de la dette payée": "DEBT_COVERED",
    "du client professionnel": "PROFESSIONAL",
    "du haut risque vital": "MEDICAL",
    "du litige": "DISPUTE",
    "du paiement de la dette": "DEBT_COVERED",
    "de l'échéancier accepté en payant": "PLAN_ACCEPTED",
}
"""What protects a customer, and the code by which the tables name it."""
_WORDS: dict[str, dict[str, Any]] = {"moyen": MEANS, "ordre": ORDERS, "décision": DECISIONS, "motif": GROUNDS}
DUNNING = {"suspendues": "Requested", "prolongées": "Extended", "reprises": "Released", "arrêtées": "Stopped"}
"""What becomes of reminders; « prolongées »: suspended until the day that the ground of the restoration sets."""

OUTCOMES = {
    "la puissance est rétablie": "RESTORED",
    "la puissance était déjà rétablie": "ALREADY_RESTORED",
    "la limitation est rappelée avant d'être exécutée": "LIMITATION_CANCELLED",
    "le rétablissement est refusé": "REFUSED",
    "le dossier reste aux conseillers": "LEFT_TO_ADVISOR",
    "le dossier est clos, car la facturation a annulé la limitation": "CANCELLED_BY_BILLING",
    "le dossier est clos, car le contrat a pris fin": "CONTRACT_ENDED",
    "le dossier échoue et attend les opérations": "FAILED",
    "rien n'est fait, car le service est arrêté": "OFF",
    "rien n'est commandé, car le client est seulement observé": "SHADOW",
}
"""The endings without a value."""
OTHER_OUTCOMES = {"la puissance est relevée": "FLOOR_RAISED", "il reste un solde à payer": "BALANCE_DUE"}
"""Those with one, as they are told without it."""

_NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
_LIST = r"« ?[^»]*»(?: \(\d+ fois\))?(?:(?:,| et|, puis) « ?[^»]*»(?: \(\d+ fois\))?)*"
_QUOTED = re.compile(r"« ?([^»]*?) ?»(?: \((\d+) fois\))?")


def _count(text: str) -> int:
    return NUMBERS.get(text) or int(text)


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[\s\u00a0\u202f€]|euros?", "", text).replace(",", "."))


def _power(text: str) -> int | float:
    power = float(text.removesuffix(" kVA").replace(",", "."))
    return int(power) if power.is_integer() else power


def _date(text: str) -> date:
    day, month, year = text.split(" ")
    number = MONTHS.index(month) + 1
    try:
        return date(int(year), number, int(day.removesuffix("er")))
    except ValueError as none:
        last = monthrange(int(year), number)[1]
        raise ValueError(f"« {text} » n'est pas une date : {month} {year} a {last} jours") from none


def _duration(text: str) -> timedelta:
    count, unit = text.split(" ")
    return _count(count) * UNITS[unit.removesuffix("s")]


def _quoted(text: str) -> list[str]:
    return [name for name, times in _QUOTED.findall(text) for _ in range(int(times or 1))]


def _messages(text: str) -> tuple[str, ...]:
    if unknown := [name for name in _quoted(text) if name not in MESSAGES]:
        raise ValueError(f"« {unknown[0]} » n'est pas un message ; on connaît : {', '.join(MESSAGES)}")
    return tuple(MESSAGES[name] for name in _quoted(text))


def _questions(text: str) -> tuple[str, ...]:
    known = {french for french, _ in codes().values()}
    if unknown := [name for name in _quoted(text) if name not in known]:
        close = ", ".join(f"« {it} »" for it in get_close_matches(unknown[0], known))
        raise ValueError(f"« {unknown[0]} » n'est pas un motif de question{close and f' ; proches : {close}'}")
    return tuple(_quoted(text))


def _dunning(text: str) -> tuple[str, ...]:
    return tuple(DUNNING[word] for word in text.split(", puis "))


def _one_of(words: dict[str, Any]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


TYPES: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "montant": (r"\d{1,3}(?:[ \u00a0\u202f]?\d{3})*(?:,\d{1,2})? ?(?:€|euros?)", "119,60 €", _amount),
    "date": (rf"(?:1er|\d{{1,2}}) (?:{'|'.join(MONTHS)}) \d{{4}}", "1er novembre 2026", _date),
    "durée": (rf"{_NUMBER} (?:{'|'.join(UNITS)})s?", "trois jours", _duration),
    "puissance": (r"\d+(?:,\d+)? kVA", "3 kVA", _power),
    "nombre": (_NUMBER, "deux", _count),
    **{name: (_one_of(words), next(iter(words)), words.__getitem__) for name, words in _WORDS.items()},
    "code": (r"[A-Z]{3}\w+", "SGT400", str),
    "messages": (_LIST, "« ordre transmis » et « puissance rétablie »", _messages),
    "questions": (_LIST, "« point non raccordé » (3 fois)", _questions),
    "relances": (rf"(?:{'|'.join(DUNNING)})(?:, puis (?:{'|'.join(DUNNING)}))*", "suspendues, puis arrêtées", _dunning),
}
"""Each type of a value in a sentence: how it is written, an example, and what it is read as."""


def _says(words: dict[str, Any]) -> Callable[[Any], str]:
    """The word for a value; the first of two."""
    return lambda value: next((word for word, known in words.items() if known == value), "")


def _number(value: Any) -> str:
    return comma(f"{value:,.2f}".removesuffix(".00").replace(",", " "))


def _time(time: timedelta) -> str:
    count, unit = (time.days, "jour") if time.days else (time // UNITS["heure"], "heure")
    return f"{count} {unit}{'s' if count > 1 else ''}"


def _times(names: Iterable[tuple[str, int]]) -> list[str]:
    return [f"« {name} »{f' ({times} fois)' if times > 1 else ''}" for name, times in names]


def _listed(words: Iterable[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} et {last}" if before else last


WRITTEN: dict[str, Callable[[Any], str]] = {
    "montant": lambda amount: f"{_number(amount)} €",
    "date": day_in_words,
    "durée": _time,
    "puissance": lambda power: comma(f"{float(power):g} kVA"),
    "nombre": str,
    "code": str,
    **{name: _says(words) for name, words in _WORDS.items()},
    "messages": lambda kinds: _listed(_times(Counter(map(_says(MESSAGES), kinds)).items())),
    "questions": lambda reasons: ", puis ".join(_times((each, len(list(same))) for each, same in groupby(reasons))),
    "relances": lambda kinds: ", puis ".join(map(_says(DUNNING), kinds)),
}
"""How each value of a kept case is written; a duration in whole days or hours."""


def in_french(code: str, words: Mapping[str, str]) -> str:
    """How a code is said in the stories; the code itself where no sentence has it."""
    return next((said for said, known in words.items() if known == code), code)


def admitted(name: str) -> str:
    """What may be written for a type of value, in French."""
    numbers = f"un chiffre, ou {_SPELT[0]} à {_SPELT[-1]}, {', '.join(_TENS)}"
    ways = {
        "montant": "une virgule, deux décimales au plus, puis € ou euros",
        "date": "le jour (1er, 2, 3…), le mois en lettres, l'année",
        "durée": f"{numbers}, puis {', '.join(UNITS)} (au pluriel aussi)",
        "puissance": "une virgule si besoin, puis kVA",
        "nombre": numbers,
        "code": "un code d'Enedis",
        "questions": "chaque motif comme le bureau des conseillers le montre, dans l'ordre des questions",
    }
    messages = {f"« {word} »": code for word, code in MESSAGES.items()}
    lists = _WORDS | {"messages": messages, "relances": DUNNING}
    return ways.get(name) or ", ".join(lists[name])
