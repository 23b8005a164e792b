"""The sweep: facts that no execution has looked at.

It takes the look that follows a registration or a report, since hardly any asks for an execution; and it is the net
under every start that was lost.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter

from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.limitation import DECLARED, LOOK_FIRST, Started, Trigger
from restoration.errors import BillingUnavailable
from restoration.ports import Claims
from restoration.use_cases.check_open_limitations import Found, NightlyCheck
from restoration.use_cases.start_restoration import RestorationStart

ON_ITS_WAY = timedelta(minutes=1)
"""An execution that was started for a fact takes charge within this time."""
AT_ONCE = timedelta(minutes=2)
"""The look that follows a registration; the next one comes when billing's read side has caught up."""
DECLARED_FOR = timedelta(hours=6)
"""How long a declared payment is looked for at billing."""
DECLARED_EVERY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to: how many it looked at, how many executions it started, and what it left."""

    looked: int = 0
    started: int = 0
    failed: int = 0
    """Billing could not be asked about them: the next sweep looks again."""
    oldest: timedelta = timedelta()
    """The age of the oldest fact that nobody acts on after the sweep."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Looks at what nobody has looked at.

    Parameters
    ----------
    lag
        How far billing's read side may be behind its events.
    """

    claims: Claims
    check: NightlyCheck
    start: RestorationStart
    lag: timedelta
    now: Callable[[], datetime]

    def sweep(self, is_time_left: Callable[[], bool] = lambda: True, only: Collection[str] = ()) -> Swept:
        """Start an execution for each limitation that needs one; of chosen ones ``only``, where there are some.

        One for which billing has an error is left to the next sweep, and does not stop the others. An execution that
        is held, or that has just been started, is left alone.
        """
        looked: list[Started] = []
        left: list[timedelta] = []
        failed = 0
        for limitation_id, since in sorted(self.claims.unseen(), key=itemgetter(1)):
            claim = self.claims.get(limitation_id) if not only or limitation_id in only else None
            if claim is None or claim.unseen_since is None or self._is_at_work(claim):
                continue
            age = self.now() - max((since, *_declared(claim)))
            acted = None
            if is_time_left() and self._is_due(claim, age):
                try:
                    acted = self._act(claim, age)
                except BillingUnavailable:
                    failed += 1
                    continue
            looked += [acted] if acted else []
            left += [] if acted or _is_declared(claim) else [age]
        return Swept(len(looked), looked.count(Started.STARTED), failed, max(left, default=timedelta()))

    def _is_at_work(self, claim: Claim) -> bool:
        """Whether an execution holds the limitation: it sees the fact before it lets go."""
        return claim.holder is not None and self.check.holders.status_of(claim.holder) is HolderStatus.ALIVE

    def _is_due(self, claim: Claim, age: timedelta) -> bool:
        if not _only_looks(claim):
            return age >= ON_ITS_WAY
        if _is_declared(claim) and self.lag <= age < DECLARED_FOR:
            return age % DECLARED_EVERY <= AT_ONCE
        return age <= AT_ONCE or age >= self.lag

    def _act(self, claim: Claim, age: timedelta) -> Started | None:
        """Act on the facts of a limitation; None where another look is to follow."""
        facts = claim.triggers
        if not facts or (claim.holder is None and not claim.is_open):
            return self._seen(claim, Started.ABSORBED)
        news = [fact for fact in facts if _is_news(fact)]
        if news or claim.holder:
            started = self._start(claim, (news or facts)[-1])
            if started is not Started.ABSORBED or claim.holder:
                # Operations redrive the execution that failed over it.
                return started if started is Started.STARTED else self._seen(claim, started)
        # It is free, and an execution that was started for its news has ended without a claim: it was closed then.
        if self._find(claim) is Found.NOTHING_NEW:
            looked_for = DECLARED_FOR if _is_declared(claim) else self.lag
            return self._seen(claim, Started.ABSORBED) if age >= looked_for else None
        started = self._start(claim, facts[-1])
        return started if started is Started.STARTED else self._seen(claim, started)

    def _start(self, claim: Claim, fact: str) -> Started:
        return self.start.executions.start(claim.limited_point, self._trigger(claim, fact))

    def _trigger(self, claim: Claim, fact: str) -> Trigger:
        kind, _, name = fact.partition("|")
        return Trigger(kind, name, self.now(), f"sweep of {claim.limitation_id}", trace=claim.traces.get(fact))

    def _find(self, claim: Claim) -> Found:
        """Look at a limitation; what the last claim of one that was opened again came to says nothing of it."""
        is_new = any(fact.startswith("LimitationRegistered|") for fact in claim.triggers)
        known = replace(claim, last_outcome=None, asked_for=None) if is_new else claim
        return self.check.find(known, self._trigger(claim, claim.triggers[-1]), tells=is_new)

    def _seen(self, claim: Claim, started: Started) -> Started | None:
        return started if self.claims.mark_looked(claim) else None


def _is_declared(claim: Claim) -> bool:
    return _only_looks(claim) and any(fact.startswith(f"{DECLARED}|") for fact in claim.triggers)


def _declared(claim: Claim) -> Iterator[datetime]:
    """When payments were declared, where nothing else is looked for."""
    return (at for fact, at in claim.noted_at.items() if fact.startswith(f"{DECLARED}|") and _is_declared(claim))


def _only_looks(claim: Claim) -> bool:
    return claim.holder is None and not any(map(_is_news, claim.triggers))


def _is_news(fact: str) -> bool:
    """Whether a fact asks for an execution. A limitation that is open again was cancelled, or ended, in the past."""
    return fact.partition("|")[0] not in LOOK_FIRST | {"PowerLimitationCancelled", "ContractEnded"}
