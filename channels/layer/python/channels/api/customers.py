"""The customers' API: the espace client asks with the customer's own token, which counts as the third level."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel

from channels.api.models import (
    Amounts,
    Case,
    CaseList,
    CaseSummary,
    Dispute,
    DoneAct,
    PaymentDeclaration,
    PlanRequest,
    ProtectionClaim,
    ReceivedPayment,
    ReviewRequest,
)
from channels.api.problems import Unmet
from channels.api.serving import Cursor, Key, Limit, Once, Receipt, claims_of, page, resolver, serve
from channels.contracts.forms import YEAR, check_day
from channels.customers import MONTH, CustomerSite
from channels.domain.act import Act
from channels.domain.session import Level
from channels.pages.customer import act_said
from channels.pages.words import DESK, words
from channels.ports import Register
from channels.use_cases.speak import Speaker
from channels.web import Handlers
from record.cases.standing import Standing
from record.words import Language
from restoration.contracts.received_details import Channel, Role
from restoration.contracts.wire import LimitationId
from restoration.observability import count

CASES = "/api/v1/cases"
CASE = f"{CASES}/<limitation_id>"


@dataclass(frozen=True, slots=True)
class CustomerApi:
    """What the API is made of."""

    site: CustomerSite
    register: Register
    once: Once


def routes(api: CustomerApi) -> APIGatewayHttpResolver:
    """The API's addresses."""
    app = resolver()
    handle = _Handlers(app, api)
    serve(app, CASES, handle.list_cases)
    serve(app, CASE, handle.get_case, "not_found")
    serve(app, f"{CASE}/payment-declarations", handle.declare_payment, "said_enough")
    serve(app, f"{CASE}/power-missing-reports", handle.report_power_missing, "said_again", "said_enough")
    serve(app, f"{CASE}/plan-requests", handle.request_plan, "said_enough")
    serve(app, f"{CASE}/disputes", handle.dispute_debt, "said_enough")
    serve(app, f"{CASE}/protection-claims", handle.claim_protection, "said_enough")
    serve(app, f"{CASE}/review-requests", handle.request_review, "said_enough")
    return app


@dataclass(frozen=True)
class _Handlers(Handlers):
    """One for each operation; the method's name is the operation's."""

    api: CustomerApi

    @property
    def _customer(self) -> str:
        customer = claims_of(self.event).get("customer_id", "")
        if not customer:
            raise Unmet("not_allowed")
        return customer

    def list_cases(self, cursor: Cursor = None, limit: Limit = 10) -> CaseList:
        """The customer's cases, the closed ones too."""
        found = self.api.register.limitations_by("customerId", self._customer)
        shown, following = page(found, lambda each: [each], cursor, limit)
        standings = [standing for each in shown if (standing := self.api.site.standings.read(each))]
        return CaseList(cases=tuple(CaseSummary(**self._summary(each)) for each in standings), next=following)

    def get_case(self, limitation_id: LimitationId) -> Case:
        """One case: where it stands, what was paid and what remains, what was done."""
        standing, site = self._own(limitation_id), self.api.site
        billing = site.situation(standing)
        remains = standing.balance if standing.situation.is_open else None
        payments = (
            [ReceivedPayment(**each.model_dump(include=set(ReceivedPayment.model_fields))) for each in billing.payments]
            if billing
            else []
        )
        return Case(
            **self._summary(standing),
            amounts=Amounts(debt=billing.limitation_debt, remains=remains, payments=tuple(payments))
            if billing
            else None,
            acts=done_acts(site.acts.acts(limitation_id), self.language),
        )

    def declare_payment(self, limitation_id: LimitationId, key: Key, asked: PaymentDeclaration) -> Receipt:
        """Say that it was paid."""
        check_day("paidOn", asked.paid_on, self.api.site.now(), ahead=timedelta(), back=YEAR)
        desk = self.api.site.desk
        return self._do(
            limitation_id,
            key,
            asked,
            "said_declare",
            lambda by: desk.declare_payment(limitation_id, by, asked.means, asked.amount, asked.paid_on),
        )

    def report_power_missing(self, limitation_id: LimitationId, key: Key) -> Receipt:
        """Say that there is still no power: the meter is read."""
        desk = self.api.site.desk
        return self._do(limitation_id, key, None, "said_no_power", lambda by: desk.power_missing(limitation_id, by))

    def request_plan(self, limitation_id: LimitationId, key: Key, asked: PlanRequest) -> Receipt:
        """Ask for a payment plan (échéancier)."""
        check_day("firstOn", asked.first_on, self.api.site.now(), ahead=MONTH, back=timedelta())
        desk = self.api.site.desk
        return self._do(
            limitation_id,
            key,
            asked,
            "said_plan",
            lambda by: desk.ask_plan(limitation_id, by, asked.instalments, asked.first_amount, asked.first_on),
        )

    def dispute_debt(self, limitation_id: LimitationId, key: Key, asked: Dispute) -> Receipt:
        """Dispute the debt, or a part of it."""
        desk = self.api.site.desk
        return self._do(
            limitation_id,
            key,
            asked,
            "said_dispute",
            lambda by: desk.dispute(limitation_id, by, asked.amount, asked.words),
        )

    def claim_protection(self, limitation_id: LimitationId, key: Key, asked: ProtectionClaim) -> Receipt:
        """Claim a protection."""
        desk = self.api.site.desk
        return self._do(
            limitation_id,
            key,
            asked,
            "said_protection",
            lambda by: desk.claim_protection(limitation_id, by, asked.kind),
        )

    def request_review(self, limitation_id: LimitationId, key: Key, asked: ReviewRequest) -> Receipt:
        """Have a person look at it."""
        desk = self.api.site.desk
        return self._do(
            limitation_id, key, asked, "said_person", lambda by: desk.ask_person(limitation_id, by, asked.words)
        )

    def _do(
        self, limitation_id: str, key: UUID, asked: BaseModel | None, said: str, act: Callable[[Speaker], None]
    ) -> Receipt:
        self._check_own(limitation_id)
        by = Speaker(Channel.API, Role.CUSTOMER, str(key))
        receipt = self.api.once.do(self.event, key, asked, said, lambda: act(by))
        count("CustomerActs")
        return receipt

    def _check_own(self, limitation_id: str) -> None:
        """A foreign case is as unknown as one that there is not, and takes the same one read."""
        if self.api.register.limitation(limitation_id).get("customerId") != self._customer:
            raise Unmet("not_found")

    def _own(self, limitation_id: str) -> Standing:
        self._check_own(limitation_id)
        standing = self.api.site.standings.read(limitation_id)
        if standing is None:
            raise Unmet("not_found")
        return standing

    def _summary(self, standing: Standing) -> dict[str, Any]:
        return summary(standing, self.api.site.said(standing, Level.CONTACTED), standing.due_by(self.api.site.terms))


def summary(standing: Standing, said: str, due_by: Any) -> dict[str, Any]:
    """The fields of a summary of a case."""
    return {
        "limitation_id": standing.limitation_id,
        "contract_id": standing.item["contractId"],
        "is_open": standing.situation.is_open,
        "said": said,
        "due_by": due_by,
    }


def done_acts(acts: Sequence[Act], language: Language) -> tuple[DoneAct, ...]:
    say = words(language, DESK)
    return tuple(
        DoneAct(id=each.key, kind=each.kind, at=each.at, channel=each.channel, role=each.role, said=act_said(each, say))
        for each in acts
    )
