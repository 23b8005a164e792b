"""The guards of the claim, each of which can be taken out: so that it shows whether the explorer would notice.

A guard is taken out of what is explored only: a condition's text on its way to the tables in memory, or one name of a
use case, for the time of a test.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.claim import Claim, HolderStatus, Settlement
from restoration.domain.claimant import Claimant, Standing, Take, Verdict, WriteNothing, judge
from restoration.domain.order import OrderReference
from restoration.use_cases import settle_limitation
from restoration.use_cases.sweep_unseen import Sweep
from tests.explore import functions, ordering, tables
from tests.explore.ports import StepFunctions


@contextmanager
def _rewritten(change: Callable[[str, str], str]) -> Iterator[None]:
    with patch.object(tables, "REWRITE", change):
        yield


def _without_generation(update: str, condition: str) -> str:
    if "claimMode" not in update:
        return condition
    kept = [part for part in condition.split(" AND ") if "generation" not in part]
    return " AND ".join(kept)


def _without_token_count(update: str, condition: str) -> str:
    waits = "waitingToken = :token" in update
    return condition.partition(" AND triggerCount")[0] if waits else condition


def _without_release_count(update: str, condition: str) -> str:
    return condition.replace("triggerCount = :seen AND ", "") if "settlement = :settlement" in update else condition


def _always_take(claim: Claim, execution: str, status: HolderStatus | None, now: Any) -> Verdict:  # noqa: ARG001
    return Take()


def _leave_alone(claim: Claim, execution: str, status: HolderStatus | None, now: Any) -> Verdict:  # noqa: ARG001
    return WriteNothing(Standing.JOINED)


def _never_own(claim: Claim | None, claimant: Claimant, holder: HolderStatus | None, now: Any) -> Verdict:
    if claim and claim.holder == claimant.execution and claimant.generation is None:
        claimant = replace(claimant, execution=f"not {claimant.execution}")
    return judge(claim, claimant, holder, now)


class _SeesAll(settle_limitation.SettlementDesk):
    """Takes every trigger for seen."""

    def settle(self, proposed: settle_limitation.ProposedEnd) -> str:
        claim = self.claims.get(proposed.limitation_id)
        return super().settle(replace(proposed, seen=claim.trigger_count) if claim else proposed)


def _never_withdraws(self: Any, reference: OrderReference) -> bool:  # noqa: ARG001
    return True


def _nothing_lost(*_: Any) -> Iterator[Any]:
    return iter(())


@dataclass(frozen=True)
class Guard:
    """A guard.

    Parameters
    ----------
    taken_out
        Takes it out, for the time of a context.
    found
        What the search finds then.
    seed
        What the search begins with; others find it, too, only later.
    """

    taken_out: Callable[[], Any]
    found: str
    seed: int = 2


GUARDS = {
    "claim free": Guard(lambda: patch("restoration.domain.claimant._about_held", _always_take), "which is alive"),
    "claim generation": Guard(lambda: _rewritten(_without_generation), "was claimed twice"),
    "take-over": Guard(lambda: patch("restoration.domain.claimant._about_held", _leave_alone), "ended and holds"),
    "wake": Guard(lambda: patch.object(StepFunctions, "wake", lambda *_: True), "sleeps in .* on news"),
    "token count": Guard(lambda: _rewritten(_without_token_count), "sleeps in .* on news"),
    "release count": Guard(lambda: patch.object(functions, "SettlementDesk", _SeesAll), "is lost"),
    "release count as read": Guard(lambda: _rewritten(_without_release_count), "is lost", 16),
    "own claim recognised": Guard(
        lambda: patch("restoration.use_cases.claim_limitation.judge", _never_own), "ended well .* and holds"
    ),
    "settlement recognised": Guard(
        lambda: patch.object(Settlement, "is_of", lambda *_: False), "and ends: NothingToDo"
    ),
    "withdrawn": Guard(lambda: patch.object(OrderTable, "withdraw", _never_withdraws), "two orders at work", 20),
    "lost ground": Guard(
        lambda: patch("restoration.use_cases.report_lost_ground.lost_grounds", _nothing_lost), "and billing never heard"
    ),
    "sweep": Guard(lambda: patch.object(Sweep, "sweep", lambda *_: None), "facts that nobody looked at"),
    "place_order's look at what may forbid": Guard(
        lambda: patch.object(Claim, "may_be_forbidden_since", lambda *_: False), "came that may forbid it"
    ),
    "place_order's claim check": Guard(lambda: patch.object(ordering, "PLACES_FOR_ANYBODY", new=True), "did not hold"),
}
