"""Amounts and days as they are written in French."""

from datetime import date
from decimal import Decimal

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
"""Of the year and of the week; each list begins with the first."""


def day_in_words(day: date) -> str:
    """``25 novembre 2026``."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def comma(number: str) -> str:
    """A number's text with a comma."""
    return number.replace(".", ",")


def euro(amount: Decimal | int | str) -> str:
    """An amount, ``1 234,50 €``: its spaces do not break."""
    whole, _, cents = f"{Decimal(amount):,.2f}".partition(".")
    return f"{whole.replace(',', '\N{NO-BREAK SPACE}')},{cents}\N{NO-BREAK SPACE}€"


def euro_in(amount: Decimal | int | str, language: str) -> str:
    """An amount as a language writes it, ``1 234,50 €`` or ``€1,234.50``."""
    return euro(amount) if language == "fr" else f"€{Decimal(amount):,.2f}"
