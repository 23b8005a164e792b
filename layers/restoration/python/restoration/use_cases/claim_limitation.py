"""Taking charge of a limitation, and looking again: claim it, join whoever holds it, or take over from the dead."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from restoration.contracts.published import BusinessEvent, DunningHoldReleased, RestorationTakenOver, event_id
from restoration.domain.claim import (
    Asked,
    AskHolder,
    Claim,
    DeadHolder,
    HolderStatus,
    Join,
    Mode,
    Say,
    Standing,
    Switch,
    Take,
    judge,
    kept_trigger,
    not_known,
    own_standing,
    taken,
    told,
)
from restoration.errors import ClaimContended
from restoration.ports import Claims, HoldersThatWait, Publisher


@dataclass(frozen=True, slots=True)
class ClaimDesk:
    """Decides which execution acts on a limitation.

    Parameters
    ----------
    switch
        Reads the switch; asked only where something would be claimed.
    """

    claims: Claims
    executions: HoldersThatWait
    events: Publisher
    switch: Callable[[], Switch]
    now: Callable[[], datetime]

    def claim(
        self, limitation_id: str, asked: Asked, *, unanswered: bool = False, ended_order: str | None = None
    ) -> dict[str, Any]:
        """Claim a limitation or look again at one's own; what the state machine is told of it.

        Raises
        ------
        ClaimContended
            When somebody else wrote meanwhile, or the holder is not visible yet: try again, with a fresh read.
        """
        claim = self.claims.get(limitation_id)
        status: HolderStatus | None = None
        verdict = judge(claim, asked, None, self.now())
        if isinstance(verdict, AskHolder):
            status = self.executions.status_of(verdict.holder)
            verdict = judge(claim, asked, status, self.now())
        if claim is None:
            return not_known()
        match verdict:
            case Say(standing):
                self._tell_of_take_over(claim, asked)
            case Join():
                claim, standing = self._join(claim, asked), Standing.JOINED
            case Take():
                claim, standing = self._take(claim, asked, status)
            case _:
                raise AssertionError(f"{limitation_id}: {verdict} after its holder was looked up")
        return told(claim, standing, asked, unanswered=unanswered, ended_order=ended_order)

    def _join(self, known: Claim, asked: Asked) -> Claim:
        """Leave a mark, then wake the holder if it waits: one that is about to wait sees the mark.

        An advisor's word left its mark when it came; a second one would make a refusal lapse as if something had come.
        """
        trigger = asked.trigger
        claim: Claim | None = known
        if not known.has_counted(trigger):
            claim = self.claims.join(known, kept_trigger(trigger), flow=trigger.type == "EnedisFlow")
        if claim is None:
            raise ClaimContended(f"{known.limitation_id}: its holder let go while it was being joined, look again")
        if claim.waiting_token:
            self.executions.wake(claim.waiting_token, trigger.type, trigger.id)
        return claim

    def _take(self, known: Claim, asked: Asked, status: HolderStatus | None) -> tuple[Claim, Standing]:
        mode = self.switch().mode_of(known.limitation_id)
        if mode is Mode.OFF:
            return known, Standing.OFF
        claim = self.claims.take(known, taken(known, asked, mode, self.now(), status))
        if claim is None:
            raise ClaimContended(f"{known.limitation_id}: it changed while it was being claimed, look again")
        self._tell_of_take_over(claim, asked)
        return claim, own_standing(claim, first=True)

    def _tell_of_take_over(self, claim: Claim, asked: Asked) -> None:
        """Say that a dead execution was taken over; a first look that is tried again says it again, as one event."""
        first = asked.generation is None and claim.is_held_by(asked.execution, None)
        dead = claim.taken_over_from
        if not first or dead is None:
            return
        if claim.mode is Mode.ON:
            self.events.publish([_taken_over(claim, dead)])
        elif dead.mode is Mode.ON:
            # In shadow nothing leaves the house, and nobody else ends the hold that the dead one may have asked for.
            self.events.publish([_hold_released(claim)])


def _hold_released(claim: Claim) -> BusinessEvent:
    """The end of a dead holder's hold, as an event of that holder's generation."""
    generation = claim.generation - 1
    return DunningHoldReleased(
        id=event_id(claim.limitation_id, generation, "DunningHoldReleased"),
        limitation_id=claim.limitation_id,
        contract_id=claim.contract_id,
        generation=generation,
        outcome="SHADOW",
        reason="TAKEN_OVER",
    )


def _taken_over(claim: Claim, dead: DeadHolder) -> BusinessEvent:
    return RestorationTakenOver(
        id=event_id(claim.limitation_id, claim.generation, "RestorationTakenOver"),
        limitation_id=claim.limitation_id,
        contract_id=claim.contract_id,
        generation=claim.generation,
        execution=claim.holder or "",
        taken_over_from=dead.execution,
        status=dead.status.value,
    )
