"""What people ask for, by a form or by the API: read strictly, and refused with the field and the reason.

Amounts are in euro. A form has the fields of its model, by their names here; the API has them in camelCase.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self, get_args
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic.alias_generators import to_camel

from channels.contracts.published import Asked, DebtDisputed, PlanAsked, Protection, ProtectionClaimed, ReviewAsked
from restoration.clock import PARIS, paris_date
from restoration.contracts.received_details import AdvisorDecision
from restoration.contracts.wire import PositiveEuros
from restoration.domain.payment import PaymentMeans

MORE_THAN_ANYBODY_OWES = Decimal("100_000.01")
LONGEST_TEXT = 500
LONGEST_PROOF = 200
MOST_BYTES = 16_384
MOST_FIELDS = 20
YEAR, MONTH = timedelta(days=366), timedelta(days=31)
Declarable = Literal[
    PaymentMeans.CARD, PaymentMeans.TRANSFER, PaymentMeans.INSTANT_TRANSFER, PaymentMeans.CHEQUE,
    PaymentMeans.MANDAT_COMPTE, PaymentMeans.CASH, PaymentMeans.ENERGY_VOUCHER,
]  # fmt: skip
"""The means that somebody can say they paid by."""
DECLARED_MEANS: tuple[PaymentMeans, ...] = get_args(Declarable)
_WHY = {
    "missing": "missing",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "too_short": "missing",
    "date": "no_day",  # and a datetime
    "timezone": "no_day",
    "decimal": "no_amount",
    "value_error": "no_amount",
    "int": "no_number",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_great",
    "greater_than": "no_amount",
    "less_than": "no_amount",
    "enum": "no_choice",
    "literal": "no_choice",
    "extra": "unknown",
    "uuid": "no_uuid",
}
"""The reason for what pydantic found, by the beginning of its type's name: the first that fits. Amounts have limits of
their own, which they do not reach."""


class BadForm(Exception):
    """Raised for a field that can't be taken: ``field`` is its name, ``why`` the name of a text with its ``limits``."""

    def __init__(self, field: str, why: str, **limits: object) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why
        self.limits = limits


def why_of(error: Mapping[str, Any]) -> str:
    """The reason that pydantic gives for an error."""
    return next((why for begins, why in _WHY.items() if error["type"].startswith(begins)), "refused")


def printable(text: str) -> str:
    """A text without signs that nobody sees, and without blanks around it."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").strip()


@dataclass(frozen=True, slots=True)
class Form:
    """A form. Each method reads one field, and raises :class:`BadForm` where it can't."""

    fields: Mapping[str, str]
    now: datetime

    @classmethod
    def of(cls, body: str, now: datetime) -> Self:
        """Read a body of ``application/x-www-form-urlencoded``; raises :class:`BadForm` if it is too large or none."""
        if len(body.encode()) > MOST_BYTES:
            raise BadForm("form", "too_long", max_length=MOST_BYTES)
        try:
            pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS)
        except ValueError:
            raise BadForm("form", "unreadable") from None
        return cls({name: printable(value) for name, value in pairs}, now)

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.fields.get(name, "")
        if len(value) > LONGEST_TEXT:
            raise BadForm(name, "too_long", max_length=LONGEST_TEXT)
        if required and not value:
            raise BadForm(name, "missing")
        return value

    def key(self) -> str:
        """The key of the form, which the page made: one that is sent again has the same."""
        try:
            return str(UUID(self.text("key", required=True)))
        except ValueError:
            raise BadForm("key", "unreadable") from None


Words = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(printable)]
Said = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(printable), Field(min_length=1)]
Amount = Annotated[
    PositiveEuros,
    Field(lt=MORE_THAN_ANYBODY_OWES),
    AfterValidator(lambda amount: round(amount, 2)),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,2})?$", "examples": ["12.40"]}),
]


class Asking(BaseModel):
    """Base of what is sent: an unknown field is refused, since somebody meant something by it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")

    @classmethod
    def of_form(cls, typed: Mapping[str, str], now: datetime) -> Self:
        """Read what was typed into a form; a field that is left blank is not there. Raises :class:`BadForm`."""
        try:
            asked = cls.model_validate(cls._given({name: typed[name] for name in cls.model_fields if typed.get(name)}))
        except ValidationError as error:
            first = error.errors()[0]
            names = {field.alias: name for name, field in cls.model_fields.items()}
            field = str(first["loc"][0])
            raise BadForm(names.get(field, field), why_of(first), **first.get("ctx", {})) from None
        asked.check(paris_date(now))
        return asked

    @classmethod
    def _given(cls, typed: dict[str, str]) -> Mapping[str, object]:
        """The fields as the API has them. An amount is typed as people write it: ``1 234,50 €``."""
        amounts = {name: typed[name] for name in typed.keys() & {"amount", "first_amount"}}
        return typed | {name: "".join(it.replace("€", "").split()).replace(",", ".") for name, it in amounts.items()}

    def check(self, today: date) -> None:
        """Refuse a day that lies too far ahead, or too far back. Raises :class:`BadForm`."""


def _check_day(name: str, day: date, first: date, last: date) -> None:
    if not first <= day <= last:
        raise BadForm(name, "day_too_far", first=first, last=last)


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


class PaymentDeclaration(Asking):
    """Somebody says that they paid, on a day within the last year. It restores nothing: we look at billing."""

    model_config = _example(means="CARD", amount="70.00", paidOn="2026-11-24")
    means: Declarable
    amount: Amount
    paid_on: date
    proof: Annotated[Words, Field(max_length=LONGEST_PROOF)] = Field(
        "", description="The proof of it that an advisor has seen."
    )

    def check(self, today: date) -> None:
        _check_day("paid_on", self.paid_on, today - YEAR, today)


class Request(Asking):
    """What is asked of billing, which hears it as a ``fact``."""

    fact: ClassVar[type[Asked]]


class PlanRequest(Request):
    """The customer asks for a payment plan, with a first instalment within a month."""

    fact = PlanAsked
    model_config = _example(instalments=3, firstAmount="40.00", firstOn="2026-12-01")
    instalments: Annotated[int, Field(ge=2, le=36)]
    first_amount: Amount
    first_on: date

    def check(self, today: date) -> None:
        _check_day("first_on", self.first_on, today, today + MONTH)


class Dispute(Request):
    """The customer disputes the debt; with an amount, that part of it."""

    fact = DebtDisputed
    model_config = _example(amount="12.40", words="J'ai quitté ce logement en mai.")
    amount: Amount | None = None
    words: Said


class ProtectionClaim(Request):
    """The customer claims a protection; billing asks for the proof."""

    fact = ProtectionClaimed
    model_config = _example(kind="ENERGY_VOUCHER")
    kind: Protection


class VisitAgreement(Asking):
    """One of the slots, and who will be there: that name goes to Enedis alone, and is not kept."""

    model_config = _example(on="2026-12-01", slot="08:00-10:00", present="Awa Diallo")
    on: date
    slot: Annotated[str, Field(max_length=80)]
    present: Annotated[Said, Field(max_length=80)]

    @classmethod
    def _given(cls, typed: dict[str, str]) -> Mapping[str, object]:
        on, _, slot = typed.get("slot", "").partition(" ")
        return typed | ({"on": on, "slot": slot} if slot else {})


class ReviewRequest(Request):
    """The customer wants a person to look at what was decided (GDPR, article 22)."""

    fact = ReviewAsked
    model_config = _example(words="Je ne comprends pas ce refus.")
    words: Words = ""


class Decision(Asking):
    """The advisor's decision on the question that the work is about."""

    model_config = _example(decision="RESTORE", reason="Preuve de paiement vue")
    decision: AdvisorDecision
    reason: Said
    proof: Words = Field("", description="The proof that was seen, where the work needs one and power is given back.")


class SettingAside(Asking):
    """Until when work is set aside: within three working days."""

    model_config = _example(until="2026-11-26T17:00:00+01:00")
    until: AwareDatetime

    @classmethod
    def _given(cls, typed: dict[str, str]) -> Mapping[str, object]:
        """A moment of Paris, as ``datetime-local`` has it."""
        try:
            return {"until": datetime.fromisoformat(typed["until"]).replace(tzinfo=PARIS)}
        except (KeyError, ValueError):
            return typed


class End(Asking):
    """The end of work: what was done."""

    model_config = _example(words="Rappelé, preuve vue")
    words: Said
