"""Answers to what an execution waits for: a payment that cleared or was rejected, an advisor's decision.

The answer is recorded before anybody is woken, so that one that comes before the state has stored its token is not
lost: that state's write is conditional on the trigger count, which the answer raises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from restoration.clock import to_text
from restoration.errors import InvalidEvent
from restoration.events import AdvisorDecided, PaymentAnswered
from restoration.limitation import Claim, Limitation, Started, Trigger


class Register(Protocol):
    """What answering needs of the register."""

    def get(self, limitation_id: str) -> Limitation | None: ...
    def open_limitations(self, contract_ids: Iterable[str]) -> dict[str, dict[str, str]]: ...
    def note_answer(self, limitation_id: str, answer: Mapping[str, Any]) -> Claim | None: ...
    def note_on_incident(self, limitation_id: str, trigger_id: str) -> None: ...


class Executions(Protocol):
    """What answering needs of Step Functions."""

    def answer(self, token: str, output: Mapping[str, Any]) -> bool: ...
    def start(
        self, limitation_id: str, point_id: str, contract_id: str, trigger: Trigger, trace_header: str | None = None
    ) -> Started: ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Records answers and resumes those who wait for them."""

    register: Register
    executions: Executions

    def receive(self, event: PaymentAnswered | AdvisorDecided, trace_header: str | None) -> dict[str, str]:
        """Record an answer and wake the execution that waits; where none waits, have the limitation looked at again.

        Returns
        -------
        dict
            For each open limitation that the answer concerns: ``RESUMED``, ``STARTED``, ``ABSORBED`` or ``INCIDENT``.

        Raises
        ------
        InvalidEvent
            When an advisor decided about a limitation that is not registered: somebody must look at it.
        """
        answer = {"type": event.detail_type, "id": event.trigger_id, "at": to_text(event.detail.at)}
        if isinstance(event, AdvisorDecided):
            answer |= {
                "decision": event.detail.decision.value,
                "advisor": event.detail.advisor,
                "reason": event.detail.reason,
            }
        trigger = Trigger(event.detail_type, event.trigger_id, event.detail.at, event.event_id)
        outcomes: dict[str, str] = {}
        for limitation_id, point_id, contract_id in self._concerned(event):
            claim = self.register.note_answer(limitation_id, answer)
            if claim and claim.waiting_token and self.executions.answer(claim.waiting_token, answer):
                outcomes[limitation_id] = "RESUMED"
            else:
                started = self.executions.start(limitation_id, point_id, contract_id, trigger, trace_header)
                if started is Started.INCIDENT:
                    self.register.note_on_incident(limitation_id, trigger.id)
                outcomes[limitation_id] = started.name
        return outcomes

    def _concerned(self, event: PaymentAnswered | AdvisorDecided) -> Iterable[tuple[str, str, str]]:
        if isinstance(event, AdvisorDecided):
            limitation = self.register.get(event.detail.limitation_id)
            if limitation is None:
                raise InvalidEvent(f"detail.limitationId: no limitation {event.detail.limitation_id} is registered")
            if limitation.is_open:
                yield limitation.limitation_id, limitation.point_id, limitation.contract_id
            return
        for contract_id, limitations in self.register.open_limitations(event.detail.contract_ids).items():
            for limitation_id, point_id in limitations.items():
                yield limitation_id, point_id, contract_id
