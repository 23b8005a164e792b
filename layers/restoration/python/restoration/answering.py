"""Answers to what an execution waits for: a payment that cleared or was rejected, an advisor's decision.

The answer is recorded before anybody is woken, so that one that comes before the state has stored its token is not
lost: that state's write is conditional on the trigger count, which the answer raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from restoration.domain.claim import Claim
from restoration.errors import InvalidEvent
from restoration.events import AdvisorDecided, PaymentAnswered
from restoration.limitation import Limitation, Started, Trigger


class Register(Protocol):
    """What answering needs of the register."""

    def get(self, limitation_id: str) -> Limitation | None: ...
    def open_limitations(self, contract_ids: Iterable[str]) -> dict[str, dict[str, str]]: ...
    def note_on_incident(self, limitation_id: str, trigger_id: str) -> None: ...


class Claims(Protocol):
    """What answering needs of the claims: a mark that whoever holds the limitation sees before it waits or ends."""

    def note_trigger(self, limitation_id: str, trigger: str) -> Claim | None: ...
    def note_word(self, limitation_id: str, word_id: str, decision: str, at: datetime) -> Claim | None: ...


class Executions(Protocol):
    """What answering needs of Step Functions."""

    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool: ...
    def start(
        self, limitation_id: str, point_id: str, contract_id: str, trigger: Trigger, trace_header: str | None = None
    ) -> Started: ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Records answers and resumes those who wait for them."""

    register: Register
    claims: Claims
    executions: Executions

    def receive(self, event: PaymentAnswered | AdvisorDecided, trace_header: str | None) -> dict[str, str]:
        """Record an answer and wake the execution that waits; where none waits, have the limitation looked at again.

        An advisor's reason is theirs: it is neither kept with the limitation nor handed on.

        Returns
        -------
        dict
            For each open limitation that the answer concerns: ``RESUMED``, ``STARTED``, ``ABSORBED``, ``INCIDENT``, or
            ``OUTDATED`` for an advisor's decision that is older than the one that is kept.

        Raises
        ------
        InvalidEvent
            When an advisor decided about a limitation that is not registered: somebody must look at it.
        """
        trigger = Trigger(event.detail_type, event.trigger_id, event.detail.at, event.event_id)
        outcomes: dict[str, str] = {}
        for limitation_id, point_id, contract_id in self._concerned(event):
            claim = self._note(limitation_id, event)
            if claim is None:
                outcomes[limitation_id] = "OUTDATED"
            elif claim.waiting_token and self.executions.wake(claim.waiting_token, trigger.type, trigger.id):
                outcomes[limitation_id] = "RESUMED"
            else:
                started = self.executions.start(limitation_id, point_id, contract_id, trigger, trace_header)
                if started is Started.INCIDENT:
                    self.register.note_on_incident(limitation_id, trigger.id)
                outcomes[limitation_id] = started.name
        return outcomes

    def _note(self, limitation_id: str, event: PaymentAnswered | AdvisorDecided) -> Claim | None:
        if isinstance(event, AdvisorDecided):
            detail = event.detail
            return self.claims.note_word(limitation_id, event.trigger_id, detail.decision.value, detail.at)
        return self.claims.note_trigger(limitation_id, f"{event.detail_type}|{event.trigger_id}")

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
