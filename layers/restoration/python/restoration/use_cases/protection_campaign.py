"""The protection campaign: the nightly check's look, at customers to whom a protection owes power before the truce."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from itertools import islice
from typing import Any

from restoration.domain.campaign import (
    CAMPAIGN_TRIGGER,
    CampaignReport,
    CampaignRun,
    Concerned,
    reason_shown,
    result_of,
)
from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.decision import DecisionRequest
from restoration.domain.limitation import LimitedPoint, Trigger
from restoration.domain.look import COVERAGE, PROTECTION
from restoration.domain.switch import Mode, Switch
from restoration.errors import DecisionFailed, InvalidResponse, UnknownContract
from restoration.ports import Billing, CampaignList, Claims, Holders, Rules
from restoration.use_cases.check_open_limitations import Looked, look_through
from restoration.use_cases.start_restoration import RestorationStart

LOOKED_UP_HOLDERS = 200
"""So many holders a report looks up, since Step Functions describes few a second; the others count as running."""
_GIVES_POWER = frozenset({"RESTORE", "RESTORE_PROVISIONALLY", "RAISE_FLOOR"})


class Seen(Enum):
    """The finding of the campaign's look at one limitation."""

    NOT_CONCERNED = auto()
    STARTED = auto()
    STARTED_BEFORE = auto()
    """By this campaign: it is not looked at again."""
    LISTED = auto()
    """Concerned, and nothing is started: in a dry run, or because something keeps it back."""
    UNREADABLE = auto()
    """Its data must be mended: the nightly check starts an execution, which fails visibly."""


@dataclass(frozen=True, slots=True)
class CampaignDesk:
    """Lists who is concerned, starts their restorations, and reports what came of it."""

    claims: Claims
    billing: Billing
    rules: Rules
    holders: Holders
    start: RestorationStart
    list: CampaignList
    switch: Callable[[], Switch]

    def look_at(
        self,
        limitations: Sequence[LimitedPoint],
        run: CampaignRun,
        is_time_left: Callable[[], bool] = lambda: True,
        *,
        is_last: bool = False,
    ) -> Looked[Seen]:
        """Look at limitations, and start a restoration for each that is concerned and was not started before.

        Safe to repeat: what is on the list as started is passed over, and executions have the same names.

        Parameters
        ----------
        is_last
            Whether nobody looks again in this run at what billing could not be asked of.

        Raises
        ------
        BillingUnavailable
            When billing can't be asked just now: look at the page again.
        """
        if not run.is_dry:
            self.list.begin(run.campaign_id)
        given_up = (lambda _: Seen.UNREADABLE) if is_last else None
        return look_through(limitations, lambda limited: self._look(limited, run), is_time_left, given_up)

    def _look(self, limited: LimitedPoint, run: CampaignRun) -> Seen:
        known = self.list.find(run.campaign_id, limited.limitation_id)
        if known and known.is_started:
            return Seen.STARTED_BEFORE
        claim = self.claims.get(limited.limitation_id)
        if claim is None or not claim.is_open:
            return Seen.NOT_CONCERNED
        try:
            concerned = self._concerned(claim, run)
        except (UnknownContract, InvalidResponse, DecisionFailed):
            return Seen.UNREADABLE
        if concerned is None:
            return Seen.NOT_CONCERNED
        self.list.put(run.campaign_id, concerned)
        if run.is_dry or concerned.kept_back:
            return Seen.LISTED
        # On the list before it is started: an execution that ends at once is in the report all the same.
        self.start.act_on(claim, limited, Trigger(CAMPAIGN_TRIGGER, run.campaign_id, run.at, run.campaign_id))
        self.list.put(run.campaign_id, replace(concerned, is_started=True))
        return Seen.STARTED

    def _concerned(self, claim: Claim, run: CampaignRun) -> Concerned | None:
        facts = self.billing.situation(claim.contract_id, claim.limitation_id).facts()
        if run.is_dry:
            facts["businessDate"] = max(facts["businessDate"], run.truce_begins.isoformat())
        given = {"limitedPowerKva": float(claim.limited_power_kva)}
        asked = DecisionRequest(PROTECTION, claim.limitation_id, f"campaign/{run.campaign_id}", given)
        protection = self.rules.value(asked, facts)
        if protection["measure"] == "NONE":
            return None
        whole = replace(asked, decision=COVERAGE, inputs=given | {"advisorDecision": "NONE"})
        coverage = self.rules.value(whole, facts)
        return Concerned(
            claim.limitation_id,
            claim.contract_id,
            protection["measure"],
            reason_shown(protection["reason"]),
            None if protection["floorKva"] is None else Decimal(str(protection["floorKva"])),
            kept_back=self._kept_back(claim, coverage),
        )

    def _kept_back(self, claim: Claim, coverage: Mapping[str, Any]) -> str:
        """Why nothing is started for a protected limitation; empty where it is."""
        if coverage["outcome"] not in _GIVES_POWER:
            return str(coverage["reason"])
        if self.switch().mode_of(claim.limitation_id) is not Mode.ON:
            return "SHADOW"
        if claim.open_order:
            return "ORDER_UNDER_WAY"
        return "NO_ORDER" if claim.last_outcome == "NO_ORDER" else ""

    def report(self, run: CampaignRun) -> CampaignReport:
        """Say how the limitations on the list stand; looks at each, and changes nothing."""
        everybody = list(self.list.all(run.campaign_id))
        standings = self.claims.many(each.limitation_id for each in everybody)
        dead = self._dead_holders(standings.values())
        report = CampaignReport(run.campaign_id)
        for concerned in everybody:
            standing = standings.get(concerned.limitation_id)
            is_dead = standing is not None and standing.holder in dead
            report.add(concerned, result_of(concerned, standing, is_holder_dead=is_dead), standing)
        return report

    def _dead_holders(self, standings: Iterable[Claim]) -> set[str]:
        held = (standing.holder for standing in standings if standing.holder)
        return {
            holder
            for holder in islice(held, LOOKED_UP_HOLDERS)
            if self.holders.status_of(holder) is not HolderStatus.ALIVE
        }


def is_over(report: CampaignReport, run: CampaignRun, now: datetime, longest: timedelta) -> bool:
    """Whether a run's last report is this one: nothing is under way, or it has waited for so long."""
    return run.is_dry or report.is_done or now - run.at >= longest


def count_of(seen: Counter[Seen]) -> dict[str, int]:
    """The numbers of a page, for the state machine."""
    concerned = (Seen.STARTED, Seen.STARTED_BEFORE, Seen.LISTED)
    return {
        "found": seen.total(),
        "concerned": sum(seen[each] for each in concerned),
        "started": seen[Seen.STARTED],
        "unreadable": seen[Seen.UNREADABLE],
    }
