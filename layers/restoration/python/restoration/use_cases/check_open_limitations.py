"""The nightly look at open limitations: an execution is started only where there is something to do."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from restoration.clock import paris_date
from restoration.domain.claim import WITH_ADVISORS, Claim, HolderStatus, is_answer_overdue
from restoration.domain.decision import DecisionRequest
from restoration.domain.ground import COVERED, Basis
from restoration.domain.limitation import LimitedPoint, RegisterPage, Trigger
from restoration.domain.look import COVERAGE
from restoration.errors import BillingUnavailable, DecisionFailed, InvalidResponse, UnknownContract
from restoration.ports import Billing, Holders, KnownClaims, Rules
from restoration.use_cases.start_restoration import RestorationStart


class Found(StrEnum):
    """The finding of the look at one limitation."""

    HELD = "HELD"
    """An execution is at work on it."""
    NOTHING_NEW = "NOTHING_NEW"
    SOMETHING = "SOMETHING"
    """Power may come back, a dead execution has to be taken over, events were not published…"""
    OVERDUE = "OVERDUE"
    """An advisor has had it for longer than its customer was told: it is looked at, and asked about, again."""
    UNREADABLE = "UNREADABLE"
    """Its data must be mended, or billing has had an error for it all night: its execution fails visibly."""


TO_BE_ACTED_ON = frozenset({Found.SOMETHING, Found.OVERDUE, Found.UNREADABLE})

FAILURES_OF_FEW = 3
"""So many looks of a page may fail, however few it has."""
ONE_CONTRACT_MILLISECONDS = 30_000
"""More than the looks at one contract take, however slow billing is: a page ends before the function does."""


def has_time_left(milliseconds_left: Callable[[], int]) -> Callable[[], bool]:
    """Whether a function has time for another contract, by what it has left."""
    return lambda: milliseconds_left() > ONE_CONTRACT_MILLISECONDS


@dataclass(frozen=True, slots=True)
class Looked[Finding]:
    """The findings on a page.

    Parameters
    ----------
    failed
        Those of which billing could not be asked: they are looked at again when the register is done.
    left
        Those for which there was no time; ``stopped_after`` is the last contract before them.
    """

    found: Counter[Finding]
    failed: tuple[LimitedPoint, ...] = ()
    left: tuple[LimitedPoint, ...] = ()
    stopped_after: str | None = None

    def goes_on(self, page: RegisterPage, *, is_chosen: bool) -> dict[str, Any]:
        """Where the state machine goes on: ``after`` a contract, or with the ``left``; at the end with the ``failed``.

        Parameters
        ----------
        is_chosen
            Whether the page was made of chosen limitations: the register's next page does not follow it.
        """
        return {
            "failed": [each.limitation_id for each in self.failed],
            "left": [each.limitation_id for each in self.left] if is_chosen else [],
            "after": None if is_chosen else self.stopped_after or page.after,
        }


def look_through[Finding](
    limitations: Sequence[LimitedPoint],
    look: Callable[[LimitedPoint], Finding],
    is_time_left: Callable[[], bool],
    at_last: Callable[[LimitedPoint], Finding] | None,
) -> Looked[Finding]:
    """Look at the limitations of a page, those of one contract after one another.

    One for which billing has an error does not stop the others.

    Parameters
    ----------
    is_time_left
        Called between two contracts, after the first: without time left, the rest is for the next page.
    at_last
        Called for those of which billing could not be asked, where nobody looks at them again.

    Raises
    ------
    BillingUnavailable
        When most looks failed: it is billing's trouble, not one customer's. Look at the page again.
    """
    found: Counter[Finding] = Counter()
    failed: list[LimitedPoint] = []
    trouble: BillingUnavailable | None = None
    number, last = 0, None
    for contract_id, of_contract in groupby(limitations, key=attrgetter("contract_id")):
        if last is not None and not is_time_left():
            break
        for limited in of_contract:
            number += 1
            try:
                found[look(limited)] += 1
            except BillingUnavailable as error:
                if at_last:
                    found[at_last(limited)] += 1
                else:
                    failed.append(limited)
                    trouble = error
        last = contract_id
    if trouble and len(failed) > max(FAILURES_OF_FEW, number / 2):
        raise trouble
    left = tuple(limitations[number:])
    return Looked(found, tuple(failed), left, last if left else None)


@dataclass(frozen=True, slots=True)
class NightlyCheck:
    """Looks at limitations without claiming them.

    Parameters
    ----------
    tell
        Gives the notice about a limitation that lasts, once.
    answer_term
        Within how long customers were told that an advisor decides.
    """

    claims: KnownClaims
    billing: Billing
    rules: Rules
    holders: Holders
    start: RestorationStart
    tell: Callable[[Claim, date], bool]
    answer_term: timedelta

    def check(
        self,
        limitations: Sequence[LimitedPoint],
        trigger: Trigger,
        is_time_left: Callable[[], bool] = lambda: True,
        *,
        is_last: bool = False,
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
        is_last
            Whether nobody looks again tonight at what billing could not be asked of: its execution tries on for days,
            and then fails visibly.

        Raises
        ------
        BillingUnavailable
            When billing can't be asked just now: look at the page again.
        """

        def check(limited: LimitedPoint) -> Found:
            claim = self.claims.get(limited.limitation_id)
            if claim is None:
                return Found.NOTHING_NEW
            self.tell(claim, paris_date(trigger.at))
            return self._act(limited, trigger, self.find(claim, trigger))

        def give_up(limited: LimitedPoint) -> Found:
            return self._act(limited, trigger, Found.UNREADABLE)

        return look_through(limitations, check, is_time_left, give_up if is_last else None)

    def _act(self, limited: LimitedPoint, trigger: Trigger, finding: Found) -> Found:
        if finding in TO_BE_ACTED_ON:
            self.start.executions.start(limited, trigger)
        return finding

    def find(self, claim: Claim, trigger: Trigger, *, tells: bool = False) -> Found:
        """Find whether there is something to do about a limitation; start nothing.

        Parameters
        ----------
        tells
            Whether a payment that covers a part is worth an execution, which tells the balance.

        Raises
        ------
        BillingUnavailable
            When billing can't be asked just now.
        """
        if claim.holder:
            dead = self.holders.status_of(claim.holder) is not HolderStatus.ALIVE
            return Found.SOMETHING if dead else Found.HELD
        if claim.settlement and not claim.settlement.published:
            return Found.SOMETHING
        if not claim.is_open:
            return Found.NOTHING_NEW
        if self._is_overdue(claim, trigger):
            return Found.OVERDUE
        try:
            facts = self.billing.situation(claim.contract_id, claim.limitation_id).facts()
            # What an advisor decided while the switch was off, or in shadow, nobody has acted on yet.
            decided = claim.advisor_decision(unanswered=False)
            given = {"limitedPowerKva": float(claim.limited_power_kva), "advisorDecision": decided}
            asked = DecisionRequest(COVERAGE, claim.limitation_id, f"nightly/{trigger.id}", given)
            coverage = self.rules.value(asked, facts)
        except (UnknownContract, InvalidResponse, DecisionFailed):
            return Found.UNREADABLE
        is_told = tells and coverage["outcome"] == "BALANCE_DUE" and bool(facts["payments"])
        return Found.SOMETHING if is_told or is_something_to_do(claim, coverage) else Found.NOTHING_NEW

    def _is_overdue(self, claim: Claim, trigger: Trigger) -> bool:
        """Whether the day has passed by which its customer was told that an advisor decides."""
        if claim.last_outcome not in WITH_ADVISORS or claim.claimed_at is None:
            return False
        return is_answer_overdue(claim.claimed_at, trigger.at, self.answer_term)


def is_something_to_do(claim: Claim, coverage: Mapping[str, Any]) -> bool:
    """Whether a look without a claim found something that is worth an execution.

    Power may come back, a payment has to clear, the contract ended, or there is a question that no advisor has been
    asked. A case that was left to the advisors, or in which Enedis took no order, is looked at again where a protection
    demands power or a floor, an advisor decided since then, or the debt was covered: the event was lost, or nobody
    acted on it, and nobody who paid stays limited.
    """
    outcome, reason = coverage["outcome"], coverage["reason"]
    is_due = coverage.get("basis") in {Basis.PROTECTED, Basis.ADVISOR}
    if reason == "CONTRACT_ENDED" or outcome == "RAISE_FLOOR" or is_due:
        return True
    if claim.last_outcome in WITH_ADVISORS:
        was_covered = claim.settlement is not None and claim.settlement.ground is not None
        return coverage.get("basis") in COVERED and not was_covered
    if outcome == "MANUAL":
        return bool(reason != claim.asked_for)
    return outcome in {"RESTORE", "RESTORE_PROVISIONALLY", "AWAIT_CLEARING"}
