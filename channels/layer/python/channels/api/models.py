"""What the API gives. Amounts are in euro, as text with two decimals; moments have an offset."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from channels.domain.of_case import Reply, WorkKind
from restoration.contracts.wire import LimitationId, Moment, WireModel
from restoration.domain.point import Visit

TYPES = "tag:retablissement.example,2026:"
"""What the type of a problem begins with: a name that leads nowhere, as RFC 9457 allows."""


class Receipt(WireModel):
    """An act that was noted: the key with which it was sent, when, and the sentence for the person who sent it."""

    id: UUID
    at: Moment
    said: str = Field(examples=["C'est noté. Un conseiller vous répond sous deux jours ouvrés."])


class VisitSlots(WireModel):
    """The technician's visit as it is planned now, and the slots that Enedis offers instead."""

    planned: Visit | None
    slots: tuple[Visit, ...]


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

    ``remains`` is what the customer is asked to pay for power to come back; null where nothing is asked now.
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
    replies: tuple[Reply, ...] = Field(
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


class Fault(WireModel):
    """One thing that is wrong with a request: the field, the header or the parameter, and why."""

    field: str = Field(examples=["paidOn"])
    detail: str = Field(examples=["une date"])


class Problem(WireModel):
    """Why a request is not fulfilled (RFC 9457). ``title`` and ``detail`` are sentences in the reader's language."""

    type: str = Field(examples=[f"{TYPES}not-found"])
    title: str = Field(examples=["Aucun dossier ne porte ce nom."])
    status: int = Field(examples=[404])
    detail: str | None = None
    errors: tuple[Fault, ...] | None = None
