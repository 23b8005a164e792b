"""What executions may wait for: a payment that cleared or was rejected, what an advisor decided, what people say."""

from collections.abc import Sequence
from dataclasses import dataclass

from restoration.contracts.received import AdvisorDecided, BankResult, PaymentDeclared, ResumingEvent
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.errors import InvalidEvent
from restoration.ports import Register
from restoration.use_cases.report_lost_ground import LostGroundDesk
from restoration.use_cases.start_restoration import RestorationStart


@dataclass(frozen=True, slots=True)
class ResumptionDesk:
    """Notes results, and sees to it that an execution looks at them."""

    register: Register
    start: RestorationStart
    lost_grounds: LostGroundDesk

    def receive(self, event: ResumingEvent) -> dict[str, str]:
        """Note a result, and see to it that an execution looks at it.

        An advisor's reason is theirs: it is neither kept with the limitation nor passed on.

        Returns
        -------
        dict
            For each open limitation that the result concerns: the name of a ``Started``. For a restored one:
            ``LOST_GROUND`` when a rejected payment had counted for it.

        Raises
        ------
        InvalidEvent
            When people speak of a limitation that is not registered: somebody must look at it.
        """
        trigger = Trigger(event.detail_type, event.trigger_id, event.detail.at, event.event_id)
        outcomes: dict[str, str] = {}
        if isinstance(event, BankResult):
            outcomes |= dict.fromkeys(self.lost_grounds.report(event.detail.contract_ids, trigger), "LOST_GROUND")
        for limited in self._concerned(event):
            outcomes[limited.limitation_id] = self._hear(event, limited, trigger).name
        return outcomes

    def _hear(self, event: ResumingEvent, limited: LimitedPoint, trigger: Trigger) -> Started:
        if isinstance(event, PaymentDeclared):
            return self.start.note(limited, trigger)
        if not isinstance(event, AdvisorDecided):
            return self.start.hear(limited, trigger)
        return self.start.hear(limited, trigger, event.detail.decision.value, event.detail.question)

    def _concerned(self, event: ResumingEvent) -> Sequence[LimitedPoint]:
        if isinstance(event, BankResult):
            return self.register.open_limitations(event.detail.contract_ids)
        limitation = self.register.get(event.detail.limitation_id)
        if limitation is None:
            raise InvalidEvent(f"detail.limitationId: no limitation {event.detail.limitation_id} is registered")
        return [limitation.limited_point] if limitation.is_open else []
