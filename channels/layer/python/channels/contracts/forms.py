"""What people fill in: read strictly, and refused with the field and the reason, in words that a page shows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from urllib.parse import parse_qsl
from uuid import UUID

from restoration.clock import PARIS, paris_date
from restoration.domain.payment import PaymentMeans
from restoration.domain.point import Visit

MOST_BYTES = 16_384
MOST_FIELDS = 20
MOST_EUROS = Decimal(100_000)
LONGEST_TEXT = 500
LONGEST_PROOF = 200
YEAR, MONTH = timedelta(days=366), timedelta(days=31)
DECLARED_MEANS = (
    PaymentMeans.CARD, PaymentMeans.TRANSFER, PaymentMeans.INSTANT_TRANSFER, PaymentMeans.CHEQUE,
    PaymentMeans.MANDAT_COMPTE, PaymentMeans.CASH, PaymentMeans.ENERGY_VOUCHER,
)  # fmt: skip
"""The means that somebody can say they paid by."""
_EUROS = re.compile(r"[0-9]{1,9}([.,][0-9]{1,2})?", re.ASCII)


class BadForm(Exception):
    """Raised for a field that can't be taken: ``field`` is its name, ``why`` the name of a text."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came. Each method reads one field, and raises :class:`BadForm` where it can't."""

    fields: Mapping[str, str]
    now: datetime

    @classmethod
    def of(cls, body: str, now: datetime) -> "Form":
        """Read a body of ``application/x-www-form-urlencoded``.

        Raises
        ------
        BadForm
            It is too large, or no form.
        """
        if len(body.encode()) > MOST_BYTES:
            raise BadForm("form", "too_large")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS)
        except ValueError:
            raise BadForm("form", "unreadable") from None
        return cls(dict(pairs), now)

    def text(self, name: str, *, required: bool = False, most: int = LONGEST_TEXT) -> str:
        value = printable(self.fields.get(name, ""))
        if len(value) > most:
            raise BadForm(name, "too_long")
        if required and not value:
            raise BadForm(name, "missing")
        return value

    def euros(self, name: str) -> Decimal:
        """An amount as people write it: ``1 234,50 €``."""
        typed = "".join(self.text(name, required=True).replace("€", "").split())
        value = Decimal(typed.replace(",", ".")) if _EUROS.fullmatch(typed) else Decimal()
        if not 0 < value <= MOST_EUROS:
            raise BadForm(name, "no_amount")
        return round(value, 2)

    def euros_if_any(self, name: str) -> Decimal | None:
        return self.euros(name) if self.text(name) else None

    def day(self, name: str, *, ahead: timedelta, back: timedelta) -> date:
        """A day that lies at most so far ahead, and so far back."""
        try:
            day = date.fromisoformat(self.text(name, required=True))
        except ValueError:
            raise BadForm(name, "no_day") from None
        check_day(name, day, self.now, ahead=ahead, back=back)
        return day

    def moment(self, name: str) -> datetime:
        """A moment of Paris, as ``datetime-local`` has it."""
        try:
            return datetime.fromisoformat(self.text(name, required=True)).replace(tzinfo=PARIS)
        except ValueError:
            raise BadForm(name, "no_day") from None

    def number(self, name: str, least: int, most: int) -> int:
        typed = self.text(name, required=True)
        if not (typed.isascii() and typed.isdecimal() and least <= int(typed) <= most):
            raise BadForm(name, "no_number")
        return int(typed)

    def one_of[Value: StrEnum](self, name: str, values: Callable[[str], Value]) -> Value:
        try:
            return values(self.text(name, required=True))
        except ValueError:
            raise BadForm(name, "no_choice") from None

    def slot(self, name: str) -> Visit:
        """A slot of a technician's visit, as the page named it."""
        try:
            return Visit.read(self.text(name, required=True))
        except ValueError:
            raise BadForm(name, "no_choice") from None

    def payment(self) -> tuple[PaymentMeans, Decimal, date]:
        """The means, the amount and the day of a payment that somebody says they made."""
        means = self.one_of("means", PaymentMeans)
        if means not in DECLARED_MEANS:
            raise BadForm("means", "no_choice")
        return means, self.euros("amount"), self.day("paid_on", ahead=timedelta(), back=YEAR)

    def key(self) -> str:
        """The key of the form, which the page made: one that is sent again has the same."""
        try:
            return str(UUID(self.text("key", required=True)))
        except ValueError:
            raise BadForm("key", "unreadable") from None


def printable(text: str) -> str:
    """A text without signs that nobody sees, and without blanks around it."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").strip()


def check_day(name: str, day: date, now: datetime, *, ahead: timedelta, back: timedelta) -> None:
    """Refuse a day that lies further ahead, or further back.

    Raises
    ------
    BadForm
    """
    today = paris_date(now)
    if not today - back <= day <= today + ahead:
        raise BadForm(name, "day_too_far")
