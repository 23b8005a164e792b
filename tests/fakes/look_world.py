"""Looks without a claim: the claims in memory, billing, rules that decide the same for every customer, executions."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from restoration.contracts.billing import BillingSituation
from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.decision import DecisionRequest
from restoration.domain.limitation import LimitedPoint
from restoration.domain.look import COVERAGE
from restoration.use_cases.check_open_limitations import NightlyCheck
from tests.fakes.claims import Core
from tests.fakes.situations import EVERYBODY_S

NOTHING = {"outcome": "BALANCE_DUE", "reason": "NOT_COVERED"}


@dataclass
class World(Core):
    """Billing and the rules, which may have errors: billing for the ``failing`` alone, or for all if none is named."""

    coverage: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    shown: BillingSituation = EVERYBODY_S
    billing_error: Exception | None = None
    failing: Container[str] = frozenset()
    rules_error: Exception | None = None
    looked: list[str] = field(default_factory=list)
    """The limitations about which billing was asked."""
    given: list[Mapping[str, Any]] = field(default_factory=list)
    """The inputs of the rules, beside billing's."""
    told: list[tuple[str, date]] = field(default_factory=list)

    @classmethod
    def of(cls, *claims: Claim, **more: Any) -> Self:
        return super().of(*claims, **{"holder": HolderStatus.ENDED, **more})

    def tell(self, claim: Claim, today: date) -> bool:
        self.told.append((claim.limitation_id, today))
        return True

    def situation(self, _contract_id: str, limitation_id: str) -> BillingSituation:
        self.looked.append(limitation_id)
        if self.billing_error and (not self.failing or limitation_id in self.failing):
            raise self.billing_error
        return self.shown

    def value(self, request: DecisionRequest, look: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        assert (request.decision, bool(look)) == (COVERAGE, True)
        if self.rules_error:
            raise self.rules_error
        self.given.append(request.inputs)
        return self.coverage

    @property
    def check(self) -> NightlyCheck:
        return NightlyCheck(self.claims, self, self, self.executions, self.start, self.tell, timedelta(days=7))

    def page(self) -> list[LimitedPoint]:
        return [claim.limited_point for claim in self.claims.all()]

    def started(self) -> list[tuple[str, str]]:
        """The limitations of the executions that were started, and the facts."""
        return [(limited.limitation_id, trigger.fact) for limited, trigger in self.executions.started.values()]
