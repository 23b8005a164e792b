"""The nightly look at open limitations: an execution is started only where there is something to do."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from restoration.clock import paris_date
from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.ground import COVERED, Basis
from restoration.domain.limitation import LimitedPoint, Trigger
from restoration.errors import DecisionFailed, InvalidResponse, UnknownContract
from restoration.ports import Billing, Holders, KnownClaims, Looks, Notices
from restoration.use_cases.start_restoration import RestorationStart


class Found(StrEnum):
    """The finding of the look at one limitation."""

    HELD = "HELD"
    """An execution is at work on it."""
    NOTHING_NEW = "NOTHING_NEW"
    SOMETHING = "SOMETHING"
    """Power may come back, a dead execution has to be taken over, events were not published…"""
    UNREADABLE = "UNREADABLE"
    """Its data must be mended: its execution fails visibly, as every incident does."""


@dataclass(frozen=True, slots=True)
class Looked[Finding]:
    """The findings on a page; ``stopped_after`` is the last contract, when there was no time for the others."""

    found: Counter[Finding]
    stopped_after: str | None = None


def look_through[Finding](
    limitations: Iterable[LimitedPoint], look: Callable[[LimitedPoint], Finding], is_time_left: Callable[[], bool]
) -> Looked[Finding]:
    """Look at the limitations of a page, those of one contract after one another.

    Parameters
    ----------
    is_time_left
        Called between two contracts, after the first: without time left, the rest is for the next page.
    """
    found: Counter[Finding] = Counter()
    last: str | None = None
    for contract_id, of_contract in groupby(limitations, key=attrgetter("contract_id")):
        if last is not None and not is_time_left():
            return Looked(found, stopped_after=last)
        found.update(map(look, of_contract))
        last = contract_id
    return Looked(found)


@dataclass(frozen=True, slots=True)
class NightlyCheck:
    """Looks at limitations without claiming them."""

    claims: KnownClaims
    billing: Billing
    rules: Looks
    holders: Holders
    start: RestorationStart
    notices: Notices

    def check(
        self,
        limitations: Iterable[LimitedPoint],
        trigger: Trigger,
        is_time_left: Callable[[], bool] = lambda: True,
    ) -> Looked[Found]:
        """Look at limitations; start an execution for each that has something to do.

        A limitation that lasts is told to the social services, whatever else is found.

        A page that is looked at again starts nothing twice: the executions' names are the same.

        Parameters
        ----------
        limitations
            Those of one contract follow one another.
        is_time_left
            As :func:`look_through` takes it.

        Raises
        ------
        BillingUnavailable
            When billing can't be asked just now: look at the page again.
        """
        return look_through(limitations, lambda limited: self._check(limited, trigger), is_time_left)

    def _check(self, limited: LimitedPoint, trigger: Trigger) -> Found:
        finding = self._look(limited.limitation_id, limited.contract_id, trigger)
        if finding in {Found.SOMETHING, Found.UNREADABLE}:
            self.start.start(limited, trigger)
        return finding

    def _look(self, limitation_id: str, contract_id: str, trigger: Trigger) -> Found:
        claim = self.claims.get(limitation_id)
        if claim is None:
            return Found.NOTHING_NEW
        self.notices.tell(claim, paris_date(trigger.at))
        if claim.holder:
            dead = self.holders.status_of(claim.holder) is not HolderStatus.ALIVE
            return Found.SOMETHING if dead else Found.HELD
        if claim.settlement and not claim.settlement.published:
            return Found.SOMETHING
        if not claim.is_open or claim.last_outcome == "NO_ORDER":
            return Found.NOTHING_NEW
        try:
            facts = self.billing.situation(contract_id, limitation_id).facts()
            given = {"limitedPowerKva": float(claim.limited_power_kva), "advisorDecision": "NONE"}
            coverage = self.rules.look(limitation_id, f"nightly/{trigger.id}", facts, given)
        except (UnknownContract, InvalidResponse, DecisionFailed):
            return Found.UNREADABLE
        return Found.SOMETHING if is_something_to_do(claim, coverage) else Found.NOTHING_NEW


def is_something_to_do(claim: Claim, coverage: Mapping[str, Any]) -> bool:
    """Whether a look without a claim found something that is worth an execution.

    Power may come back, a payment has to clear, the contract ended, or there is a question that no advisor has been
    asked. The advisors keep a case that was left to them, unless a protection demands power or a floor, or the debt
    was covered since then: the payment's event was lost, and nobody who paid stays limited.
    """
    outcome, reason = coverage["outcome"], coverage["reason"]
    if reason == "CONTRACT_ENDED" or outcome == "RAISE_FLOOR" or coverage.get("basis") == Basis.PROTECTED:
        return True
    if claim.last_outcome == "LEFT_TO_ADVISOR":
        was_covered = claim.settlement is not None and claim.settlement.ground is not None
        return coverage.get("basis") in COVERED and not was_covered
    if outcome == "MANUAL":
        return bool(reason != claim.asked_for)
    return outcome in {"RESTORE", "RESTORE_PROVISIONALLY", "AWAIT_CLEARING"}
