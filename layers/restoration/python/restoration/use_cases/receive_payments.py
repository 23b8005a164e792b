"""The intake, which decides cheaply: few payments in a thousand concern a limited customer (docs/architecture.md)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from restoration.contracts.envelope import parse_event
from restoration.contracts.received import PAYMENT_EVENTS
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.errors import ConflictingEvent, InvalidEvent
from restoration.ports import Register
from restoration.use_cases.report_lost_ground import LostGroundDesk
from restoration.use_cases.start_restoration import RestorationStart


@dataclass(frozen=True, slots=True)
class Received:
    """The effect of one event: the outcome of the start for each limitation that it concerns."""

    trigger: Trigger
    started: Mapping[str, Started]


@dataclass(frozen=True, slots=True)
class Intake:
    """One batch, with the limitations of all its contracts read at once."""

    limited: Mapping[str, Sequence[LimitedPoint]]
    start: RestorationStart
    lost_grounds: LostGroundDesk
    now: datetime

    @classmethod
    def of_batch(
        cls,
        bodies: Iterable[str],
        register: Register,
        start: RestorationStart,
        lost_grounds: LostGroundDesk,
        now: datetime,
    ) -> Self:
        """Look up the contracts of a whole batch. :meth:`receive` meets bad bodies again, and reports them."""
        contract_ids: list[str] = []
        for body in bodies:
            try:
                contract_ids += parse_event(body, PAYMENT_EVENTS, now).contract_ids
            except InvalidEvent:
                continue
        limited: defaultdict[str, list[LimitedPoint]] = defaultdict(list)
        for each in register.open_limitations(contract_ids):
            limited[each.contract_id].append(each)
        return cls(limited, start, lost_grounds, now)

    def receive(self, body: str) -> Received:
        """Start a restoration for each open limitation of the contracts that an event names.

        A payment that came back, or a plan that was broken, may have been the ground of one that is closed.

        Raises
        ------
        InvalidEvent
            When the body breaks its contract.
        ConflictingEvent
            When an earlier event about the same fact had other content.
        """
        event = parse_event(body, PAYMENT_EVENTS, self.now)
        fact = event.detail_type, event.trigger_id, event.detail.at, event.event_id, event.digest
        trigger = Trigger(*fact, paid_at=event.paid_at, told_at=event.time)
        self.lost_grounds.report(event.contract_ids, trigger)
        started: dict[str, Started] = {}
        for contract_id in event.contract_ids:
            for limited in self.limited.get(contract_id, ()):
                started[limited.limitation_id] = self.start.hear(limited, trigger)
        conflicts = sorted(each for each, outcome in started.items() if outcome is Started.CONFLICT)
        if conflicts:
            raise ConflictingEvent(
                f"CONFLICT: {trigger.type} {trigger.id} came before with other content (limitation"
                f" {', '.join(conflicts)}): ask billing which is right; the limitation goes by what billing's API says"
            )
        return Received(trigger, started)
