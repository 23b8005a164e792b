"""The one place that starts a restoration: for a payment, a registration, an advisor, a flow, the nightly check."""

from collections.abc import Callable
from dataclasses import dataclass

from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.ports import Incidents, Starts

type Start = Callable[[LimitedPoint, Trigger], Started]
"""Starts a restoration for a limitation; a repeated trigger does no harm."""


@dataclass(frozen=True, slots=True)
class RestorationStart:
    """Starts executions, and notes on the limitation a trigger that came again after its execution failed."""

    executions: Starts
    incidents: Incidents

    def start(self, limited: LimitedPoint, trigger: Trigger, trace_header: str | None = None) -> Started:
        """Start ``restoration``, or look up the execution that this trigger has started before.

        A repeated trigger whose execution failed is an open incident: it is noted on the limitation, so that the
        operator who redrives the execution sees the repeat.
        """
        started = self.executions.start(limited, trigger, trace_header)
        if started is Started.INCIDENT:
            self.incidents.note_on_incident(limited.limitation_id, trigger.id)
        return started
