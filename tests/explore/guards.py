"""The guards of the claim, each of which can be taken out: so that it shows whether the explorer would notice.

A guard is taken out of what is explored only: a write's text on its way to the tables in memory, or one name of a use
case, for the time of a search.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.claimant import Claimant, Standing, Take, judge
from restoration.domain.limitation import Limitation, LimitationStatus, Trigger
from restoration.use_cases import settle_limitation
from tests.explore import tables

type Rewriting = tuple[str, str, str]
"""A text that tells a write, a pattern in its update (a line) or its condition (the next), and what takes its place."""


def _gives(value: Any) -> Callable[..., Any]:
    return lambda *_: value


def _yes(*_: Any) -> bool:
    return True


def _no(*_: Any) -> bool:
    return False


def _never_own(claim: Claim, claimant: Claimant, status_of: Callable[[str], HolderStatus], now: Any) -> Standing | Take:
    if claim.holder == claimant.execution and claimant.generation is None:
        claimant = replace(claimant, execution=f"not {claimant.execution}")
    return judge(claim, claimant, status_of, now)


class _SeesAll(settle_limitation.SettlementDesk):
    """Takes every trigger for seen."""

    def settle(self, proposed: settle_limitation.ProposedEnd) -> str:
        claim = self.claims.get(proposed.limitation_id)
        return super().settle(replace(proposed, seen=claim.trigger_count) if claim else proposed)


def _stays_closed(limitation: Limitation, report: Limitation) -> Limitation:
    return limitation if limitation.status is LimitationStatus.CLOSED else _REPORTED(limitation, report)


def _number_first(claims: ClaimTable, limitation_id: str, trigger: Trigger, *decision: Any) -> Any:
    is_new, one = "attribute_exists(#status) AND attribute_not_exists(facts.#fact)", {":one": 1}
    claims._update(limitation_id, "SET triggerCount = triggerCount + :one", is_new, one, fact=trigger.fact)
    return _NOTE(claims, limitation_id, trigger, *decision)


_REPORTED, _NOTE = Limitation.reported, ClaimTable.note


@dataclass(frozen=True)
class Guard:
    """A guard: what the search finds without it, and what takes the place of some names for the time of a search."""

    found: str
    instead: Mapping[str, Any] = field(default_factory=dict)
    rewriting: Rewriting | None = None

    @contextmanager
    def taken_out(self) -> Iterator[None]:
        """Take it out, for the time of a context."""
        with ExitStack() as stack:
            for name, other in self.instead.items():
                stack.enter_context(patch(name if name.startswith("tests.") else f"restoration.{name}", other))
            if self.rewriting:
                stack.enter_context(patch.object(tables, "REWRITE", self._rewrite))
            yield

    def _rewrite(self, update: str, condition: str) -> tuple[str, str]:
        told, pattern, other = self.rewriting or ("", "", "")
        write = f"{update}\n{condition}"
        changed, _, held = (re.sub(pattern, other, write) if told in write else write).partition("\n")
        return changed, held


_HELD, _CLAIM, _CASE = "domain.claimant._about_held", "domain.claim.Claim.", "use_cases."
_ORDERS = "adapters.dynamodb.orders.OrderTable."
_WAIT, _END, _TAKE = "waitingToken = :token", "settlement = :settlement", "claimMode = :mode"
_AS_READ, _DEAD = "triggerCount = :seen AND ", "takenOverFrom = :from"
_BOTH = "triggerCount [+] :one, triggerCount = triggerCount [+] :one"
GUARDS = {
    "claim free": Guard("which is alive", {_HELD: _gives(Take())}),
    "claim generation": Guard("was claimed twice", {}, (_TAKE, r" AND \S*generation\S*( = \S+)?", "")),
    "holder not visible yet": Guard("which is alive", {"domain.claimant.FORGOTTEN_AFTER": timedelta()}),
    "take-over": Guard("ended and holds", {_HELD: _gives(Standing.JOINED)}),
    "take-over keeps facts": Guard(
        "had decided|is lost", {}, ("= :known_holder", _DEAD, f"{_DEAD}, seen = triggerCount")
    ),
    "wake": Guard("sleeps in .* on news", {"tests.explore.world.World.wake": _yes}),
    "token count": Guard("sleeps in .* on news", {}, (_WAIT, _AS_READ, "")),
    "token of the holder": Guard(
        "waits for .* not hold", {}, (_WAIT, "holder = :me AND generation = :generation AND ", "")
    ),
    "number with its fact": Guard(
        "is lost|never looked",
        {"adapters.dynamodb.claims.ClaimTable.note": _number_first},
        ("#fact", _BOTH, "triggerCount"),
    ),
    "release count": Guard("is lost", {"tests.explore.functions.SettlementDesk": _SeesAll}),
    "release count as read": Guard("is lost", {}, (_END, _AS_READ, "")),
    "shadow sees nothing": Guard("an advisor had decided", {}, (_END, "seen = :settled", "seen = triggerCount")),
    "read after the report": Guard("no reading since the last report", {f"{_CLAIM}was_reported_since": _no}),
    "own claim recognised": Guard("ended well .* and holds", {f"{_CASE}claim_limitation.judge": _never_own}),
    "settlement recognised": Guard("and ends: NothingToDo", {"domain.claim.Settlement.is_of": _no}),
    "settlement published by the next": Guard(
        "was never published", {f"{_CASE}claim_limitation.ClaimDesk._publish_settlement": _gives(None)}
    ),
    "lost ground": Guard("and billing never heard", {f"{_CASE}report_lost_ground.lost_grounds": _gives(())}),
    "lost ground before the end": Guard("and billing never heard", {f"{_CLAIM}returned_payments": frozenset()}),
    "closed reopens": Guard("and stays closed", {"domain.limitation.Limitation.reported": _stays_closed}),
    "reopened does not expire": Guard(
        "is open, and expires", {}, ("SET #status = :status, contractId", "(,| REMOVE) expiresAt(?=\n)", "")
    ),
    "listed contract does not expire": Guard("lists limitations, and", {}, ("limitations", " REMOVE expiresAt", "")),
    "late cancellation": Guard(
        "no advisor heard", {f"{_CASE}register_limitations.RegisterDesk._report_late_cancellation": _gives(None)}
    ),
    "others of the point": Guard(
        "has shown power at its point", {f"{_CASE}settle_limitation.SettlementDesk._tell": _gives(None)}
    ),
    "sweep": Guard("facts that nobody looked at", {f"{_CASE}sweep_unseen.Sweep.sweep": _gives(None)}),
    "decision before its question's note": Guard("asked last counts", {f"{_CLAIM}may_have_asked": _no}),
    # The look at the claim, after SENDING is written, stands behind it: nobody sees one of them missing.
    "withdrawn": Guard("was let go unsent", {f"{_ORDERS}withdraw": _yes, f"{_CASE}place_order.is_wanted": _yes}),
    "one order on a point": Guard(
        "two orders at work", {f"{_ORDERS}on_point": _gives(None)}, ("", "attribute_not_exists.#reference.", "")
    ),
    "second read before resending": Guard(
        "two orders at work|is at work", {f"{_CASE}place_order.READS_BEFORE_SENDING_AGAIN": 1}
    ),
    "order's look at what may forbid": Guard("came that may forbid it", {f"{_CLAIM}may_be_forbidden_since": _no}),
    "order's look at the point": Guard("where billing reports", {f"{_CLAIM}has_moved": False}),
    "order's look at the claim": Guard("did not hold", {f"{_CASE}place_order.is_wanted": _yes}),
}
