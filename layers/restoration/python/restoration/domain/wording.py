"""The words of messages: texts with variables in braces, which business writes, checked before they are sent.

``{day}`` is a variable. Text in square brackets is left out where a variable in it is unknown: ``le {day}[, {slot}]``;
or where the fact before a colon is not so: ``[again:Nouvelle date. ]``. The variables of each kind of message, those
that may be unknown, and its facts are listed here.

A kind of message may have *variants*, each in a file of its own, for what is true in some cases only. Without a file,
the words of the kind itself are used, which are true in all cases. *Passages* are words that several messages share:
they stand in a text as a variable.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from restoration.clock import paris_date
from restoration.domain import french
from restoration.domain.case_keys import CaseKeys, written
from restoration.domain.ground import Asks, Basis, Demand
from restoration.domain.message import Channel, CustomerMessage, MessageKind, Text
from restoration.domain.sms import fold

LANGUAGES = ("fr", "en")
"""The first is for the customers whose own language is not among them."""

SUBJECT = {"fr": "Objet", "en": "Subject"}
"""The beginning of an e-mail's first line."""

LONGEST_SLOT = 30
"""Enedis' own words for the hours of a visit are cut at this length, so that no SMS grows by them."""

COMMON = frozenset({"supplier", "telephone", "payment_link", "contract"})
"""The variables of every message: the supplier, its telephone, the link to pay, the contract."""


class Passage(StrEnum):
    """The words that several messages share, by the name of their file; in lower case, they are a variable."""

    NO_CURRENT = "NO_CURRENT"
    """What to do without current although power is restored."""
    HELP_TO_PAY = "HELP_TO_PAY"
    """The help for a customer who can't pay: a plan, housing aid, the social services."""
    COMPLAINT = "COMPLAINT"
    """How to complain, and who mediates."""
    TO_RESTORE = "TO_RESTORE"
    """What brings this customer's full power back."""
    FOLLOW = "FOLLOW"
    """Where the customer follows their case, and its code; where there are such pages."""


KNOWN: Mapping[MessageKind | Passage, frozenset[str]] = {
    MessageKind.BALANCE_DUE: frozenset({"balance", "to_restore", "help_to_pay"}),
    MessageKind.PAYMENT_REJECTED: frozenset({"balance", "to_restore", "help_to_pay"}),
    MessageKind.FLOOR_RAISED: frozenset({"power", "to_restore"}),
    MessageKind.WITH_ADVISOR: frozenset({"answer_by"}),
    MessageKind.TECHNICIAN_VISIT: frozenset({"day"}),
    MessageKind.POWER_RESTORED: frozenset({"no_current"}),
    MessageKind.REFUSED: frozenset({"complaint"}),
    Passage.TO_RESTORE: frozenset({"balance"}),
    Passage.FOLLOW: frozenset({"case_page", "case_code"}),
}
"""Further variables that a kind always has."""

PERHAPS: Mapping[MessageKind | Passage, frozenset[str]] = {
    MessageKind.ORDER_PLACED: frozenset({"follow"}),
    MessageKind.BALANCE_DUE: frozenset({"follow"}),
    MessageKind.WITH_ADVISOR: frozenset({"follow"}),
    MessageKind.PAYMENT_PENDING: frozenset({"until", "follow"}),
    MessageKind.CASE_DELAYED: frozenset({"follow"}),
    MessageKind.RESTORATION_DELAYED: frozenset({"until", "follow"}),
    MessageKind.TECHNICIAN_VISIT: frozenset({"slot", "follow"}),
    MessageKind.POWER_RESTORED: frozenset({"review_on", "short", "rest", "help_to_pay"}),
    MessageKind.LIMITATION_CANCELLED: frozenset({"review_on", "short"}),
    MessageKind.FLOOR_RAISED: frozenset({"help_to_pay"}),
    MessageKind.REFUSED: frozenset({"help_to_pay"}),
    Passage.TO_RESTORE: frozenset({"pay_before", "case_code"}),
    Passage.FOLLOW: frozenset({"case_link"}),
}
"""Further variables that a kind has only sometimes: they stand in square brackets."""

FACTS: Mapping[MessageKind | Passage, frozenset[str]] = {
    MessageKind.BALANCE_DUE: frozenset({"paid", "again"}),
    MessageKind.PAYMENT_REJECTED: frozenset({"paid", "again"}),
    MessageKind.PAYMENT_PENDING: frozenset({"new_date"}),
    MessageKind.ORDER_PLACED: frozenset({"again"}),
    MessageKind.TECHNICIAN_VISIT: frozenset({"new_date"}),
    MessageKind.WITH_ADVISOR: frozenset({"again"}),
    MessageKind.FLOOR_RAISED: frozenset({"truce", "perhaps_paid"}),
    MessageKind.POWER_RESTORED: frozenset({"nothing_asked"}),
    MessageKind.LIMITATION_CANCELLED: frozenset({"nothing_asked"}),
}
"""The facts that a text of a kind may ask for: whether the customer paid, whether it replaces what they were told…"""

VARIANTS: Mapping[MessageKind | Passage, tuple[str, ...]] = {
    MessageKind.POWER_RESTORED: tuple(Basis),
    MessageKind.LIMITATION_CANCELLED: tuple(Basis),
    MessageKind.PAYMENT_REJECTED: ("BANK", "ENERGY_VOUCHER"),
    MessageKind.TECHNICIAN_VISIT: ("FULL", "FLOOR"),
    MessageKind.REFUSED: ("ADVISOR_REFUSED",),
    Passage.NO_CURRENT: ("COMMUNICATING_METER",),
    Passage.HELP_TO_PAY: ("HOUSEHOLD",),
    Passage.COMPLAINT: ("HOUSEHOLD",),
    Passage.TO_RESTORE: tuple(Asks),
}
"""The variants that a text may have: the ground of a restoration, the means of a payment, a visit's aim…"""

_PIECES = re.compile(r"\[(?:(?P<fact>[a-z_]+):)?(?P<optional>[^\[\]]*)\]|\{(?P<name>[^{}]*)\}|(?P<stray>[\[\]{}])")
_VARIABLE = re.compile(r"\{([^{}]*)\}")


class WordingError(ValueError):
    """Raised when a text cannot be used; says in French where, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """The sender of the messages, as every message names it.

    Parameters
    ----------
    balance_term
        How long a customer is given to pay a balance, from the day of its event.
    answer_term
        Within how long an advisor who has the case decides.
    case_page
        The address at which customers follow their cases, which then replaces the link to pay; None without such pages.
    """

    name: str
    telephone: str
    payment_link: str
    balance_term: timedelta
    answer_term: timedelta
    case_page: "CasePage | None" = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """The customers' pages.

    Parameters
    ----------
    address
        As customers type it, such as ``suivi.fournisseur.example``. A link adds ``https://``.
    """

    address: str
    keys: CaseKeys


@dataclass(frozen=True, slots=True)
class Wording:
    """One text as business wrote it, checked when it is made.

    Parameters
    ----------
    where
        The file, for errors.
    body
        The text; of an e-mail, without its first line.

    Raises
    ------
    WordingError
        When a variable or a fact is unknown to this kind, a variable may be unknown and stands outside of brackets, or
        a bracket is open.
    """

    kind: MessageKind | Passage
    where: str
    subject: str
    body: str
    first_line: int = 1

    def __post_init__(self) -> None:
        if not self.body:
            raise WordingError(f"{self.where} : le texte est vide ; écrire ce que le client lira")
        self._check(self.subject, 1)
        self._check(self.body, self.first_line)

    def _check(self, text: str, first_line: int) -> None:
        always, perhaps = COMMON | KNOWN.get(self.kind, frozenset()), PERHAPS.get(self.kind, frozenset())
        for piece in _PIECES.finditer(text):
            line = f"{self.where}, ligne {first_line + text.count('\n', 0, piece.start())}"
            if piece["stray"]:
                raise WordingError(f"{line} : un {piece['stray']} est seul ; le fermer, ou l'enlever")
            names = [piece["name"]] if piece["name"] is not None else _VARIABLE.findall(piece["optional"])
            for name in names:
                if name not in always | perhaps:
                    offered = ", ".join(f"{{{each}}}" for each in sorted(always | perhaps))
                    raise WordingError(f"{line} : {{{name}}} est inconnu de {self.kind} ; au choix : {offered}")
                if name in perhaps and piece["name"] is not None:
                    raise WordingError(
                        f"{line} : {{{name}}} n'est pas toujours connu ; le mettre entre [ ], avec les mots autour"
                    )
            facts = FACTS.get(self.kind, frozenset())
            if piece["fact"] and piece["fact"] not in facts:
                known = ", ".join(sorted(facts)) or "aucun"
                raise WordingError(f"{line} : le fait {piece['fact']} est inconnu de {self.kind} ; au choix : {known}")
            if piece["optional"] is not None and not piece["fact"] and not perhaps & set(names):
                raise WordingError(f"{line} : rien entre […] ne peut être inconnu ; enlever les crochets")

    def filled(self, values: Mapping[str, str], facts: frozenset[str] = frozenset()) -> Text:
        """The text with its values; brackets with one that is missing, or whose fact is not so, are left out."""
        return Text(_fill(self.subject, values, facts), _fill(self.body, values, facts))


def _fill(text: str, values: Mapping[str, str], facts: frozenset[str]) -> str:
    def piece(found: re.Match[str]) -> str:
        if found["name"] is not None:
            return values[found["name"]]
        is_so = found["fact"] is None or found["fact"] in facts
        is_known = all(name in values for name in _VARIABLE.findall(found["optional"]))
        return _fill(found["optional"], values, facts) if is_so and is_known else ""

    return re.sub(r"\n{3,}", "\n\n", _PIECES.sub(piece, text))


def parse_wording(kind: MessageKind | Passage, channel: Channel, language: str, content: str, where: str) -> Wording:
    """Read a text file: an SMS is the text itself; an e-mail begins with its subject and a blank line."""
    if channel is Channel.SMS:
        return Wording(kind, where, "", " ".join(content.split()))
    if isinstance(kind, Passage):
        return Wording(kind, where, "", content.strip())
    head, _, rest = content.partition("\n")
    wanted = f"{SUBJECT[language]}: "
    subject = re.fullmatch(rf"{SUBJECT[language]}\s?:\s*(?P<subject>\S.*)", head.strip())
    if subject is None:
        raise WordingError(f"{where}, ligne 1 : un e-mail commence par son objet ; écrire {wanted}…")
    blank = len(rest) - len(rest.lstrip())
    return Wording(kind, where, subject["subject"], rest.strip(), 2 + rest.count("\n", 0, blank))


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a text: its file is ``<language>/<KIND>[.<VARIANT>].<channel>.txt``."""

    language: str
    kind: MessageKind | Passage
    variant: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Wordings:
    """All texts, and their sender. ``find`` gives a text, or None for a variant without one."""

    find: Callable[[Place], Wording | None]
    supplier: Supplier

    def text_of(self, message: CustomerMessage, channel: Channel, language: str) -> Text:
        """The text of a message, in French where there is none in the customer's language.

        A letter has the words of an e-mail, and so has the advisor who calls.
        """
        spoken = language if language in LANGUAGES else LANGUAGES[0]
        form = Channel.SMS if channel is Channel.SMS else Channel.EMAIL
        values = values_of(message, self.supplier, spoken)
        passages = passages_of(message) | ({Passage.FOLLOW: ""} if self.supplier.case_page else {})
        for passage, variant in passages.items():
            values[passage.lower()] = self._wording(Place(spoken, passage, variant, form)).filled(values).body
        text = self._wording(Place(spoken, message.kind, message.variant, form)).filled(values, facts_of(message))
        return Text("", fold(" ".join(text.body.split()))) if channel is Channel.SMS else text

    def _wording(self, place: Place) -> Wording:
        """The text of a variant, or that of its kind where the variant has none."""
        return self.find(place) or self._wording(replace(place, variant=""))


def facts_of(message: CustomerMessage) -> frozenset[str]:
    """The facts that are so of a message."""
    follow = {
        "nothing_asked": message.asks_nothing,
        "new_date": "again" in message.facts and (message.visit or message.until) is not None,
    }
    return message.facts | {fact for fact, is_so in follow.items() if is_so}


def passages_of(message: CustomerMessage) -> dict[Passage, str]:
    """The passages that are true for a message, each with its variant."""
    demand = message.demand
    whom = "HOUSEHOLD" if demand is None or demand.household else ""
    passages = {
        Passage.NO_CURRENT: "COMMUNICATING_METER" if message.communicating_meter else "",
        Passage.COMPLAINT: whom,
        Passage.TO_RESTORE: demand.asks.value if demand else "",
    }
    # Nobody is told how to pay what is not asked.
    return passages if message.asks_nothing else {**passages, Passage.HELP_TO_PAY: whom}


def values_of(message: CustomerMessage, supplier: Supplier, language: str) -> dict[str, str]:
    """The values of a message's variables; unknown ones are left out."""
    values = {
        "supplier": supplier.name,
        "telephone": supplier.telephone,
        "payment_link": supplier.payment_link,
        "contract": message.contract_id,
        "answer_by": _day(paris_date(message.happened_at + supplier.answer_term), language),
    }
    if page := supplier.case_page:
        values |= {
            "payment_link": page.address,
            "case_page": page.address,
            "case_code": written(page.keys.code(message.limitation_id)),
            "case_link": f"https://{page.address}/l/{page.keys.link(message.limitation_id)}",
        }
    if message.demand is not None:
        values |= _money(message.demand, message.happened_at, supplier, language)
    if message.residual:
        values["short"] = french.euro_in(message.residual, language)
    if message.floor_kva is not None:
        power = f"{message.floor_kva.normalize():f} kVA"
        values["power"] = french.comma(power) if language == "fr" else power
    if message.review_on is not None:
        values["review_on"] = _day(message.review_on, language)
    if message.until is not None:
        values["until"] = _day(message.until, language)
    if message.visit is not None:
        values["day"] = _day(message.visit.on, language)
        if slot := " ".join(message.visit.slot.split())[:LONGEST_SLOT]:
            values["slot"] = slot
    return values


def _money(demand: Demand, at: datetime, supplier: Supplier, language: str) -> dict[str, str]:
    """What is asked, and until when: an instalment by its own day, which may be past or unknown."""
    values = {"balance": french.euro_in(demand.amount, language)}
    by = demand.due_on if demand.asks is Asks.INSTALMENT else paris_date(at + supplier.balance_term)
    if by and by >= paris_date(at):
        values["pay_before"] = _day(by, language)
    if demand.asks is Asks.PLAN:
        values["rest"] = values["balance"]
    return values


def _day(day: date, language: str) -> str:
    if language == "fr":
        return f"{french.DAYS[day.weekday()]} {day:%d/%m/%Y}"
    return f"{day:%A} {day.day} {day:%B %Y}"
