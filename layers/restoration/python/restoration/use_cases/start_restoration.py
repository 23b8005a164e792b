"""The one way in: a fact is noted on its limitation, and an execution looks at it.

Noting raises the limitation's number of facts. An execution that holds the limitation sees that before it waits or lets
go, so none is started beside one that lives. A repeated fact finishes what a crash left: it keeps its number.
"""

from collections.abc import Callable
from dataclasses import dataclass

from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.ports import Claims, ExecutionsOfRestoration

type Hear = Callable[[LimitedPoint, Trigger], Started]
"""Notes a fact of a limitation; a repeated fact does no harm."""


@dataclass(frozen=True, slots=True)
class RestorationStart:
    """Notes facts, wakes the execution that holds a limitation, or starts one where none lives."""

    executions: ExecutionsOfRestoration
    claims: Claims

    def hear(
        self, limited: LimitedPoint, trigger: Trigger, decision: str | None = None, question: int | None = None
    ) -> Started:
        """Note a fact, with an advisor's ``decision`` where that is one; see to it that an execution looks at it.

        A decision on another ``question`` than the open one changes nothing; a repeated one may have closed it. An
        execution asks before it waits: a decision may be faster, and counts.
        """
        claim = self.claims.note(limited.limitation_id, trigger, decision, question)
        if claim is None:
            return Started.ABSORBED
        if question is not None and (claim.is_left_to_advisors or claim.may_have_asked(question, trigger.at)):
            claim = self.claims.note(limited.limitation_id, trigger, decision) or claim
        if decision and not (claim.word and claim.word.id == trigger.id):
            return Started.OUTDATED
        if claim.contradicts(trigger):
            return Started.CONFLICT
        return self.act_on(claim, limited, trigger)

    def note(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        """Note a fact that may ask for nothing: the sweep looks whether an execution has something to do."""
        claim = self.claims.note(limited.limitation_id, trigger)
        woken = claim and claim.waiting_token and self.executions.wake(claim.waiting_token, trigger.type, trigger.id)
        return Started.RESUMED if woken else Started.NOTED

    def act_on(self, claim: Claim, limited: LimitedPoint, trigger: Trigger) -> Started:
        """See to it that an execution looks: at a fact, by the claim as it was when that was noted, or at all."""
        if claim.waiting_token and self.executions.wake(claim.waiting_token, trigger.type, trigger.id):
            return Started.RESUMED
        if claim.holder is None and (not claim.is_open or claim.has_seen(trigger.fact)):
            return Started.ABSORBED
        if claim.holder and self.executions.status_of(claim.holder) is HolderStatus.ALIVE:
            return Started.NOTED
        return self.executions.start(limited, trigger)
