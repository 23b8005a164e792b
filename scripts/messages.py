"""Show all messages with sample values, and how long they are as SMS, in French: ``make messages``.

Fails when a text file can't be used, or an SMS has more than two parts with long values.
"""

import signal
import sys
import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from restoration.adapters.files.wordings import SUFFIX, read_wordings
from restoration.domain.case_keys import CaseKeys
from restoration.domain.ground import MONEY, Asks, Demand
from restoration.domain.message import Channel, CustomerMessage, MessageKind
from restoration.domain.point import Visit
from restoration.domain.sms import length_of
from restoration.domain.wording import (
    FACTS,
    LANGUAGES,
    SUBJECT,
    VARIANTS,
    CasePage,
    Passage,
    Place,
    Supplier,
    WordingError,
    Wordings,
)

TEXTS = Path(__file__).parents[1] / "functions" / "notify_customer" / "messages"
MOST_PARTS = 2
WIDTH = 80

# Long names and addresses, as they exist.
SUPPLIER = Supplier(
    "Électricité de Grenoble",
    "09 70 81 00 00",
    "https://payer.exemple-energie.fr",
    timedelta(days=14),
    timedelta(days=7),
    CasePage("suivi.exemple-energie.fr", CaseKeys(b"a secret of thirty-two bytes or more")),
)
CONTRACT = "CTR-2026-0001234567"


ASKED: Mapping[MessageKind, tuple[Asks, ...]] = {
    MessageKind.BALANCE_DUE: tuple(sorted(MONEY)),
    MessageKind.PAYMENT_REJECTED: tuple(sorted(MONEY)),
    MessageKind.FLOOR_RAISED: tuple(Asks),
}
"""What each kind may ask of the customer, where its words depend on it."""


def sample(kind: MessageKind, variant: str = "", asks: Asks | None = Asks.PLAN) -> CustomerMessage:
    """A message of a kind, with every fact that it can have, in long words.

    The kind itself has a meter that does not communicate and is to a business, its variants one that does, to a
    household: each is shown.
    """
    return CustomerMessage(
        kind=kind,
        variant=variant,
        limitation_id="LIM-2026-000042",
        contract_id=CONTRACT,
        generation=1,
        happened_at=datetime(2026, 12, 16, 10, 0, tzinfo=UTC),
        about="LIM-2026-000042",
        until=date(2026, 12, 30),
        demand=Demand(asks, Decimal("12345.67"), date(2026, 12, 30), household=bool(variant)) if asks else None,
        residual=Decimal("1.95"),
        facts=FACTS.get(kind, frozenset()),
        floor_kva=Decimal("3.00"),
        review_on=date(2027, 4, 1),
        communicating_meter=bool(variant),
        visit=Visit(date(2026, 12, 23), "entre 08:00 et 12:00"),
    )


def filled(paragraph: str) -> str:
    """A paragraph in lines that fit, links kept whole."""
    return textwrap.fill(paragraph, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def variants_of(wordings: Wordings, language: str, kind: MessageKind | Passage) -> list[str]:
    """The variants of a kind, or of a passage, that have words of their own, after the kind itself."""
    every = ("", *VARIANTS.get(kind, ()))
    return [it for it in every if any(wordings.find(Place(language, kind, it, channel)) for channel in SUFFIX)]


def shown(wordings: Wordings, language: str, message: CustomerMessage, wrong: list[str]) -> Iterator[str]:
    """The lines of one message in a language; what is wrong with it is added to the list."""
    sms = wordings.text_of(message, Channel.SMS, language).body
    length = length_of(sms)
    parts = f"{length.parts} partie{'s' if length.parts > 1 else ''}"
    stem = f"{language}/{message.kind}{'.' if message.variant else ''}{message.variant}"
    asked = f" ({message.demand.asks})" if message.demand and message.kind in ASKED else ""
    name = f"{stem}.{SUFFIX[Channel.SMS]}"
    if length.parts > MOST_PARTS:
        wrong.append(f"{name} : {parts} ; l'abréger, pour {MOST_PARTS} au plus")
    yield from (f"── {name}{asked}", f"   {len(sms)} caractères, {length.alphabet}, {parts}", filled(sms))
    email = wordings.text_of(message, Channel.EMAIL, language)
    yield from (f"── {stem}.{SUFFIX[Channel.EMAIL]}{asked}", f"   {len(email.body)} caractères")
    yield from map(filled, (f"{SUBJECT[language]}: {email.subject}", "", *email.body.splitlines(), ""))


def one_sided(wordings: Wordings) -> list[str]:
    """The variants that only one language has: customers of the other would get the common text."""
    found = []
    for kind in (*MessageKind, *Passage):
        has = {language: set(variants_of(wordings, language, kind)) for language in LANGUAGES}
        for language, variants in has.items():
            others = set().union(*has.values()) - variants
            found += [
                f"{language}/{kind}.{variant} : à écrire, puisqu'une autre langue l'a" for variant in sorted(others)
            ]
    return found


def main(folder: Path = TEXTS) -> int:
    """Show all; return 1 when a text has to be mended."""
    try:
        wordings = Wordings(read_wordings(folder).get, SUPPLIER)
    except WordingError as error:
        sys.stderr.write(f"{error}\nLe corriger dans functions/notify_customer/messages, puis : make messages\n")
        return 1
    wrong = one_sided(wordings)
    messages = [
        (language, sample(kind, variant, asks))
        for language in LANGUAGES
        for kind in MessageKind
        for variant in variants_of(wordings, language, kind)
        for asks in ASKED.get(kind, (Asks.PLAN,))
    ]
    for language, message in messages:
        sys.stdout.writelines(f"{line}\n" for line in shown(wordings, language, message, wrong))
    sys.stdout.write(f"{len(messages)} messages, chacun en SMS et en e-mail, qui est aussi le texte de la lettre.\n")
    sys.stdout.write("\n".join(wrong or [f"Chaque SMS a {MOST_PARTS} parties au plus."]) + "\n")
    sys.stdout.write("Pour changer un texte : modifier functions/notify_customer/messages, relancer.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # head and less stop before the end
    sys.exit(main())
