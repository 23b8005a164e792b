"""Taking charge of a limitation, and looking again: claim it, or take it over from a dead holder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from restoration.contracts.published import DunningHoldReleased, RestorationTakenOver
from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.claimant import (
    Claimant,
    Standing,
    Take,
    claim_facts,
    facts_without_claim,
    judge,
    own_standing,
    taken,
)
from restoration.domain.switch import Mode, Switch
from restoration.errors import ClaimContended
from restoration.ports import Claims, Holders, Publisher
from restoration.use_cases.settle_limitation import events_of


@dataclass(frozen=True, slots=True)
class ClaimDesk:
    """Decides which execution acts on a limitation.

    Parameters
    ----------
    switch
        Reads the switch; called only where something would be claimed.
    """

    claims: Claims
    executions: Holders
    events: Publisher
    switch: Callable[[], Switch]
    now: Callable[[], datetime]

    def claim(self, limitation_id: str, claimant: Claimant) -> dict[str, Any]:
        """Claim a limitation, or look again at one's own; return the facts for the state machine.

        Raises
        ------
        ClaimContended
            When another execution wrote meanwhile, or the holder is not visible yet: try again, with a fresh read.
        """
        claim = self.claims.get(limitation_id)
        if claim is None:
            return facts_without_claim()
        verdict = judge(claim, claimant, self.executions.status_of, self.now())
        if isinstance(verdict, Take):
            claim, standing = self._take(claim, claimant, verdict.dead_holder)
        else:
            standing = verdict
            self._publish_take_over(claim, claimant)
        return claim_facts(claim, standing, claimant, self.now())

    def _take(self, known: Claim, claimant: Claimant, status: HolderStatus | None) -> tuple[Claim, Standing]:
        mode = self.switch().mode_of(known.limitation_id)
        if mode is Mode.OFF:
            return known, Standing.OFF
        self._publish_settlement(known)
        claim = self.claims.take(known, taken(known, claimant, mode, self.now(), status))
        if claim is None:
            raise ClaimContended(f"{known.limitation_id}: it changed while it was being claimed, look again")
        self._publish_take_over(claim, claimant)
        return claim, own_standing(claim, first=True)

    def _publish_settlement(self, claim: Claim) -> None:
        """Publish what the last claim came to, where its execution died over it: the next one takes its place."""
        settled = claim.settlement
        if settled and not settled.published:
            if settled.mode is Mode.ON:
                self.events.publish(list(events_of(claim, settled)))
            self.claims.mark_published(claim.limitation_id, settled)

    def _publish_take_over(self, claim: Claim, claimant: Claimant) -> None:
        """Publish that a dead execution was taken over; a first look that is repeated publishes the same event."""
        first = claimant.generation is None and claim.is_held_by(claimant.execution, None)
        dead = claim.taken_over_from
        if not first or dead is None:
            return
        if claim.mode is Mode.ON:
            of_claim = (claim.limitation_id, claim.generation, claim.contract_id)
            whom = {"taken_over_from": dead.holder, "status": dead.status.value}
            self.events.publish([RestorationTakenOver.of(*of_claim, execution=claim.holder or "", **whom)])
        elif dead.mode is Mode.ON:
            # In shadow nothing else is published, and only this event, of the dead holder's generation, ends its hold.
            of_dead = (claim.limitation_id, claim.generation - 1, claim.contract_id)
            self.events.publish([DunningHoldReleased.of(*of_dead, outcome="SHADOW", reason="TAKEN_OVER")])
