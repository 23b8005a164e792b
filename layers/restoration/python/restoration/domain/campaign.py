"""The protection campaign: before the winter truce, protected customers get their floor or full power.

It is known by its year. Its list says who is concerned, why, and what came of it. A dry run (essai à blanc) makes a
list of its own and starts nothing.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from restoration.clock import PARIS, paris_date

if TYPE_CHECKING:
    from restoration.domain.claim import Claim

CAMPAIGN_TRIGGER = "ProtectionCampaign"
CALLS_PER_RESTORATION = 4
"""Calls to Enedis that one restoration makes: it reads the point, looks for its order, places it, and reads again."""
NOON = 12
"""In Paris."""
NAMED_CASES = 100
"""So many open cases are named in a report; the list has them all."""
_OF_THE_SEASON = frozenset({"WINTER_FLOOR", "CUT_IN_TRUCE", "ENERGY_VOUCHER_IN_TRUCE"})


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """One run of a campaign, which may be the first, or one that goes on with it.

    Parameters
    ----------
    at
        The moment when the run began.
    is_dry
        Whether it starts nothing, and looks at what the rules will say when the truce begins.
    """

    at: datetime
    is_dry: bool = False

    @property
    def year(self) -> int:
        return paris_date(self.at).year

    @property
    def campaign_id(self) -> str:
        """All runs of a year share a list and their executions' names; each day's dry run has its own."""
        return f"dry-run-{paris_date(self.at).isoformat()}" if self.is_dry else f"campaign-{self.year}"

    @property
    def truce_begins(self) -> date:
        """Source: CASF, art. L115-3."""
        return date(self.year, 11, 1)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the last day before the truce has come, by which everything should be done."""
        return paris_date(now) >= self.truce_begins - timedelta(days=1)

    @property
    def should_have_begun(self) -> bool:
        """Whether it is the last afternoon before the truce: each morning of that week starts a run."""
        local = self.at.astimezone(PARIS)
        return local.date() == self.truce_begins - timedelta(days=1) and local.hour >= NOON


@dataclass(frozen=True, slots=True)
class Concerned:
    """A limitation on the campaign's list.

    Parameters
    ----------
    measure, floor_kva
        What the protection demands.
    reason
        The protection, where it is one of the season; ``PERSONAL`` for what health or debts may be behind.
    kept_back
        Why the campaign starts nothing for it; empty where it does.
    """

    limitation_id: str
    contract_id: str
    measure: str
    reason: str
    floor_kva: Decimal | None = None
    kept_back: str = ""
    is_started: bool = False


def reason_shown(reason: str) -> str:
    """The reason as the list has it. The law's seasons concern everybody; other protections say something personal."""
    return reason if reason in _OF_THE_SEASON else "PERSONAL"


class Result(StrEnum):
    """The results for a limitation on the list."""

    RAISED = "raised"
    RESTORED = "restored"
    GONE = "gone"
    """Billing cancelled it, or the contract ended."""
    RUNNING = "running"
    FAILED = "failed"
    """Its execution ended without letting go: operations redrive it."""
    OPEN = "open"


def result_of(concerned: Concerned, standing: "Claim | None", *, is_holder_dead: bool) -> Result:
    """The result for a limitation on the list; one that the register lost is open."""
    if standing is None:
        return Result.OPEN
    if standing.status == "CLOSED":
        return Result.RESTORED
    if standing.status in {"CANCELLED", "ENDED"}:
        return Result.GONE
    floor = concerned.floor_kva
    if standing.status == "FLOOR_RAISED" and floor is not None and standing.limited_power_kva >= floor:
        return Result.RAISED
    if standing.holder:
        return Result.FAILED if is_holder_dead else Result.RUNNING
    return Result.OPEN


@dataclass(slots=True)
class CampaignReport:
    """What came of a campaign, in numbers, with the cases that need somebody."""

    campaign_id: str
    reasons: Counter[str] = field(default_factory=Counter)
    results: Counter[Result] = field(default_factory=Counter)
    touched: int = 0
    cases: list[dict[str, str]] = field(default_factory=list)

    def add(self, concerned: Concerned, result: Result, standing: "Claim | None") -> None:
        self.reasons[concerned.reason] += 1
        self.results[result] += 1
        self.touched += concerned.is_started
        if result in {Result.OPEN, Result.FAILED} and len(self.cases) < NAMED_CASES:
            said = concerned.kept_back or (standing and standing.ended_because) or "NOT_STARTED"
            self.cases.append({"limitationId": concerned.limitation_id, "result": result.value, "why": said})

    @property
    def concerned(self) -> int:
        return self.results.total()

    @property
    def is_done(self) -> bool:
        """Whether nothing is under way any more."""
        return not self.results[Result.RUNNING]

    @property
    def unprotected(self) -> int:
        """How many of the protected have neither floor nor power yet."""
        return sum(self.results[each] for each in (Result.OPEN, Result.RUNNING, Result.FAILED))

    def to_json(self, calls_per_second: int) -> dict[str, Any]:
        """The report as operations read it. ``hoursAtQuota`` is how long Enedis' quota makes the whole list last."""
        return {
            "campaignId": self.campaign_id,
            "concerned": self.concerned,
            "reasons": dict(sorted(self.reasons.items())),
            "touched": self.touched,
            **{each.value: self.results[each] for each in Result},
            "cases": self.cases,
            "hoursAtQuota": round(pause_for(self.concerned, calls_per_second) / 3600, 1),
        }


def pause_for(started: int, calls_per_second: int) -> int:
    """Seconds until Enedis' quota has room again for that many restorations; at least one."""
    return max(1, math.ceil(started * CALLS_PER_RESTORATION / calls_per_second))
