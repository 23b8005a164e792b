"""What the API takes and gives. Amounts are in euro, as text with two decimals; moments have an offset."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from channels.contracts.forms import DECLARED_MEANS, LONGEST_PROOF, LONGEST_TEXT, MOST_EUROS, printable
from channels.contracts.published import Protection
from channels.domain.work import WorkKind
from restoration.contracts.received_details import AdvisorDecision
from restoration.contracts.wire import LimitationId, Moment, PositiveEuros, WireModel
from restoration.domain.payment import PaymentMeans
from restoration.domain.point import Visit


def _declared(means: PaymentMeans) -> PaymentMeans:
    if means not in DECLARED_MEANS:
        raise ValueError("nobody declares a payment by it")
    return means


def _affordable(amount: Decimal) -> Decimal:
    if amount > MOST_EUROS:
        raise ValueError("nobody owes as much")
    return round(amount, 2)


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("nothing is written")
    return text


Words = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(printable)]
Said = Annotated[
    str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(printable), AfterValidator(_not_blank)
]
Amount = Annotated[
    PositiveEuros,
    AfterValidator(_affordable),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,2})?$", "examples": ["12.40"]}),
]
Declarable = Annotated[
    PaymentMeans,
    AfterValidator(_declared),
    WithJsonSchema({"type": "string", "enum": [each.value for each in DECLARED_MEANS]}),
]


class Asking(BaseModel):
    """Base of what is sent: an unknown field is refused, since somebody meant something by it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")


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


class PlanRequest(Asking):
    """The customer asks for a payment plan, with a first instalment within a month."""

    model_config = _example(instalments=3, firstAmount="40.00", firstOn="2026-12-01")
    instalments: Annotated[int, Field(ge=2, le=36)]
    first_amount: Amount
    first_on: date


class Dispute(Asking):
    """The customer disputes the debt; with an amount, that part of it."""

    model_config = _example(amount="12.40", words="J'ai quitté ce logement en mai.")
    amount: Amount | None = None
    words: Said


class ProtectionClaim(Asking):
    """The customer claims a protection; billing asks for the proof."""

    model_config = _example(kind="ENERGY_VOUCHER")
    kind: Protection


class VisitAgreement(Asking):
    """One of the slots, and who will be there: that name goes to Enedis alone, and is not kept."""

    model_config = _example(on="2026-12-01", slot="08:00-10:00", present="Awa Diallo")
    on: date
    slot: Annotated[str, Field(max_length=80)]
    present: Annotated[Said, Field(max_length=80)]


class VisitSlots(WireModel):
    """The technician's visit as it is planned now, and the slots that Enedis offers instead."""

    planned: Visit | None
    slots: tuple[Visit, ...]


class ReviewRequest(Asking):
    """The customer wants a person to look at what was decided (GDPR, article 22)."""

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


class End(Asking):
    """The end of work: what was done."""

    model_config = _example(words="Rappelé, preuve vue")
    words: Said


class CaseSummary(WireModel):
    """Where a case stands: the sentence that the page and the desk say, with its time, in the reader's language."""

    limitation_id: LimitationId
    contract_id: str
    is_open: bool
    said: str = Field(examples=["Votre puissance est limitée. Après un paiement, nous regardons dans l'heure."])
    due_by: Moment | None = Field(description="By when something happens that is ours to do.")


class CaseList(WireModel):
    """A page of cases; ``next`` is the cursor of the page behind it."""

    cases: tuple[CaseSummary, ...]
    next: str | None


class ReceivedPayment(WireModel):
    """A payment that billing has."""

    received_on: date
    means: str
    status: str
    amount: Decimal


class Amounts(WireModel):
    """The debt and the payments, as billing has them now.

    ``remains`` is what remains to pay for power to come back, as our last look found it.
    """

    debt: Decimal
    remains: Decimal | None
    payments: tuple[ReceivedPayment, ...]


class DoneAct(WireModel):
    """An act of somebody on a case, and the sentence of it; advisors read the words or the proof, too."""

    id: str
    kind: str
    at: Moment
    channel: str
    role: str
    said: str
    words: str | None = None


class Case(CaseSummary):
    """A customer's case. ``amounts`` is null while billing does not reply."""

    amounts: Amounts | None
    acts: tuple[DoneAct, ...]


class ReplyItem(WireModel):
    """A decision that the rules offer on a question, with its effect, in business's French words."""

    decision: AdvisorDecision
    label: str = Field(examples=["Rétablir"])
    effect: str


class WorkItem(WireModel):
    """Something that waits for an advisor; ``is_mine`` is whether the one who asks has taken it."""

    id: str
    limitation_id: LimitationId
    kind: WorkKind
    said: str = Field(examples=["Question du processus"])
    reason: str
    asked_at: Moment
    due_by: Moment
    taken_by: str | None
    is_mine: bool
    set_aside_until: Moment | None
    replies: tuple[ReplyItem, ...] = Field(
        description="The decisions that one may take on a question, the proposed first; none while rules are silent."
    )
    needs_proof: bool


class WorkPage(WireModel):
    """A page of the list of work; ``next`` is the cursor of the page behind it."""

    work: tuple[WorkItem, ...]
    next: str | None


class Found(WireModel):
    """The limitations that something typed names."""

    limitation_ids: tuple[str, ...]


class HappenedLine(WireModel):
    """One thing that happened."""

    at: Moment
    kind: str
    said: str


class AdvisorCase(CaseSummary):
    """A case as an advisor may see it; health facts are there for the group ``health`` alone."""

    customer_id: str | None
    point_id: str | None
    code: str = Field(description="The code that the customer types on the page.")
    restores: str | None = Field(
        description="The payment, plan or reply that would bring power back now, by the last look at an open case."
    )
    work: tuple[WorkItem, ...]
    acts: tuple[DoneAct, ...]
    line: tuple[HappenedLine, ...]
