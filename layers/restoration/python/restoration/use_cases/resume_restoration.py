"""Results for executions that wait: a payment that cleared or was rejected, an advisor's decision.

The result is recorded before an execution is woken, so that one that comes before the state has stored its token is
not lost: that state's write is conditional on the trigger count, which the result raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from restoration.contracts.received import AdvisorDecided, BankResult
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitedPoint, Trigger
from restoration.errors import InvalidEvent
from restoration.ports import Marks, Register, Waits
from restoration.use_cases.report_lost_ground import LostGroundDesk
from restoration.use_cases.start_restoration import RestorationStart


@dataclass(frozen=True, slots=True)
class ResumptionDesk:
    """Records results, and resumes the executions that wait for them."""

    register: Register
    claims: Marks
    waits: Waits
    start: RestorationStart
    lost_grounds: LostGroundDesk

    def receive(self, event: BankResult | AdvisorDecided, trace_header: str | None) -> dict[str, str]:
        """Record a result and wake the execution that waits; where none waits, start one that looks again.

        An advisor's reason is theirs: it is neither kept with the limitation nor passed on.

        Returns
        -------
        dict
            For each open limitation that the result concerns: ``RESUMED``, ``STARTED``, ``ABSORBED``, ``INCIDENT``, or
            ``OUTDATED`` for an advisor's decision that is older than the kept one. For a restored one: ``LOST_GROUND``
            when a rejected payment had counted for it.

        Raises
        ------
        InvalidEvent
            When an advisor decided about a limitation that is not registered: somebody must look at it.
        """
        trigger = Trigger(event.detail_type, event.trigger_id, event.detail.at, event.event_id)
        outcomes: dict[str, str] = {}
        if isinstance(event, BankResult) and event.detail_type == "PaymentRejected":
            kept = f"{trigger.type}|{trigger.id}"
            lost = self.lost_grounds.payment_returned(event.detail.payment_id, event.detail.contract_ids, kept)
            outcomes |= dict.fromkeys(lost, "LOST_GROUND")
        for limited in self._concerned(event):
            limitation_id = limited.limitation_id
            claim = self._note(limitation_id, event)
            if claim is None:
                outcomes[limitation_id] = "OUTDATED"
            elif claim.waiting_token and self.waits.wake(claim.waiting_token, trigger.type, trigger.id):
                outcomes[limitation_id] = "RESUMED"
            else:
                outcomes[limitation_id] = self.start.start(limited, trigger, trace_header).name
        return outcomes

    def _note(self, limitation_id: str, event: BankResult | AdvisorDecided) -> Claim | None:
        if isinstance(event, AdvisorDecided):
            detail = event.detail
            return self.claims.note_word(limitation_id, event.trigger_id, detail.decision.value, detail.at)
        return self.claims.note(limitation_id, f"{event.detail_type}|{event.trigger_id}")

    def _concerned(self, event: BankResult | AdvisorDecided) -> Sequence[LimitedPoint]:
        if not isinstance(event, AdvisorDecided):
            return self.register.open_limitations(event.detail.contract_ids)
        limitation = self.register.get(event.detail.limitation_id)
        if limitation is None:
            raise InvalidEvent(f"detail.limitationId: no limitation {event.detail.limitation_id} is registered")
        return [limitation.limited_point] if limitation.is_open else []
