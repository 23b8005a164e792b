"""The operations by which something is said on a case: the same for customers, and for advisors on the telephone."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from pydantic import BaseModel

from channels.api.models import (
    Dispute,
    PaymentDeclaration,
    PlanRequest,
    ProtectionClaim,
    VisitAgreement,
    VisitSlots,
)
from channels.api.serving import Key, Once, Receipt, serve
from channels.contracts.forms import MONTH, YEAR, BadForm, check_day
from channels.saying import Site
from channels.use_cases.speak import Speaker
from channels.web import Handlers
from restoration.contracts.received_details import Role
from restoration.contracts.wire import LimitationId
from restoration.domain.point import Visit
from restoration.observability import count


@dataclass(frozen=True)
class Speaking[OfSite: Site](Handlers, ABC):
    """Base of the handlers of both APIs; the method's name is the operation's."""

    once: Once
    site: OfSite

    @abstractmethod
    def _speaker(self, limitation_id: str, key: UUID) -> Speaker:
        """The person who speaks on a case.

        Raises
        ------
        Unmet, Refused
            They may not.
        """

    def serve(self, case: str, *problems: str) -> None:
        """Give the operations their addresses below that of a case."""
        serve(self.app, f"{case}/payment-declarations", self.declare_payment, *problems)
        serve(self.app, f"{case}/power-missing-reports", self.report_power_missing, "said_again", *problems)
        serve(self.app, f"{case}/plan-requests", self.request_plan, *problems)
        serve(self.app, f"{case}/disputes", self.dispute_debt, *problems)
        serve(self.app, f"{case}/protection-claims", self.claim_protection, *problems)
        visit_ends = ("said_no_visit", "said_visit_later", "said_visit_often", *problems)
        serve(self.app, f"{case}/visit-slots", self.list_visit_slots, "not_found", *visit_ends)
        agreed = ("said_slot_gone", "said_visit_unknown", *visit_ends)
        serve(self.app, f"{case}/visit-agreements", self.agree_visit, *agreed)

    def list_visit_slots(self, limitation_id: LimitationId) -> VisitSlots:
        """When Enedis' technician may come, where a case waits for one. Enedis is asked once in ten minutes."""
        self._speaker(limitation_id, uuid4())
        found = self.site.visits.look(limitation_id)
        return VisitSlots(planned=found.planned, slots=found.slots)

    def agree_visit(self, limitation_id: LimitationId, key: Key, asked: VisitAgreement) -> Receipt:
        """Agree when the technician comes, and who will be there."""

        def say(by: Speaker) -> None:
            self.site.visits.agree(limitation_id, by, Visit(asked.on, asked.slot), asked.present)

        return self._say(limitation_id, key, asked, "said_visit", say)

    def declare_payment(self, limitation_id: LimitationId, key: Key, asked: PaymentDeclaration) -> Receipt:
        """Say that it was paid."""
        check_day("paidOn", asked.paid_on, self.site.speaking.now(), ahead=timedelta(), back=YEAR)

        def say(by: Speaker) -> None:
            if asked.proof and by.role is not Role.ADVISOR:
                raise BadForm("proof", "unknown")
            self.site.speaking.declare_payment(limitation_id, by, asked.means, asked.amount, asked.paid_on, asked.proof)

        return self._say(limitation_id, key, asked, "said_declare", say)

    def report_power_missing(self, limitation_id: LimitationId, key: Key) -> Receipt:
        """Say that there is still no power: the meter is read, or a person looks where the case is closed."""

        def say(by: Speaker) -> str:
            return self.site.speaking.power_missing(limitation_id, by)

        return self._say(limitation_id, key, None, "", say)

    def request_plan(self, limitation_id: LimitationId, key: Key, asked: PlanRequest) -> Receipt:
        """Ask for a payment plan (échéancier)."""
        check_day("firstOn", asked.first_on, self.site.speaking.now(), ahead=MONTH, back=timedelta())

        def say(by: Speaker) -> None:
            self.site.speaking.ask_plan(limitation_id, by, asked.instalments, asked.first_amount, asked.first_on)

        return self._say(limitation_id, key, asked, "said_plan", say)

    def dispute_debt(self, limitation_id: LimitationId, key: Key, asked: Dispute) -> Receipt:
        """Dispute the debt, or a part of it."""

        def say(by: Speaker) -> None:
            self.site.speaking.dispute(limitation_id, by, asked.amount, asked.words)

        return self._say(limitation_id, key, asked, "said_dispute", say)

    def claim_protection(self, limitation_id: LimitationId, key: Key, asked: ProtectionClaim) -> Receipt:
        """Claim a protection."""

        def say(by: Speaker) -> None:
            self.site.speaking.claim_protection(limitation_id, by, asked.kind)

        return self._say(limitation_id, key, asked, "said_protection", say)

    def _say(
        self, limitation_id: str, key: UUID, asked: BaseModel | None, said: str, say: Callable[[Speaker], str | None]
    ) -> Receipt:
        by = self._speaker(limitation_id, key)
        receipt = self.once.do(self.event, key, asked, said, lambda: say(by))
        count("CustomerActs" if by.role is Role.CUSTOMER else "AdvisorActs")
        return receipt
