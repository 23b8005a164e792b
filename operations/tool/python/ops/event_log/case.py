"""One execution with all that belongs to it, as both files tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from ops.event_log.conformance import Deviation, deviations_of
from ops.event_log.names import PAYMENT_TRIGGERS, shown_trigger
from ops.event_log.versions import Version
from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from record.domain.course import Course
from record.domain.visit import Visit
from restoration.clock import from_text
from restoration.domain.limitation import limitation_of

ORDERS = "OrderAtEnedis"
LOOKS_AGAIN = frozenset({"TakeCharge", "PrepareOrder"})
"""The states after which another order may be at work."""
_CLOCKS_DIFFER = 1000
"""Milliseconds between an event and the moment of its state that a token names."""


@dataclass(frozen=True)
class Case:
    """An execution; ``ran_on`` is None where nobody knows its definition."""

    course: Course
    facts: Dossier
    ran_on: Version | None

    @property
    def version(self) -> str:
        """The name of the definition that it ran on; empty where nobody knows."""
        return self.ran_on.name if self.ran_on else ""

    @cached_property
    def deviations(self) -> Sequence[Deviation] | None:
        """What its definition does not allow; None where that can't be judged, as where no event is known."""
        return deviations_of(self.course, self.ran_on.definition) if self.ran_on and self.course.events else None

    @cached_property
    def orders(self) -> Sequence[str]:
        """For each visit the reference of the order that it is about, or empty."""
        return orders_of(self.course.visits, self.facts.orders)

    @property
    def limitation_id(self) -> str:
        return limitation_of(self.course.name)

    @property
    def trigger(self) -> str:
        """The type of what started it, as both files have it."""
        return shown_trigger(self.course.origin.partition("|")[0])

    @property
    def payment(self) -> tuple[str, str] | None:
        """The payment that started it, and its status then; None when it was something else."""
        kind, _, name = self.course.origin.partition("|")
        payment, _, status = name.rpartition(":")
        return (payment, status) if kind in PAYMENT_TRIGGERS and payment else None

    @property
    def conforms(self) -> str:
        """Whether its path is as its definition allows: ``yes``, ``no``; ``unknown`` where that could not be judged."""
        return "unknown" if self.deviations is None else "no" if self.deviations else "yes"

    @property
    def decisions(self) -> Sequence[KeptDecision]:
        """The decisions that it asked for."""
        return [each for each in self.facts.decisions if each.asked_by.startswith(f"{self.course.name}/")]


def orders_of(visits: Sequence[Visit], orders: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """The order that each visit is about: the one that was asked for last, until the case is looked at again.

    An order knows when the state that waits for it was entered; of an order that was asked for twice, the last time.
    """
    found: list[str] = []
    current = ""
    for visit in visits:
        if visit.state == ORDERS:
            current = _asked_in(visit, orders)
        elif visit.state in LOOKS_AGAIN:
            current = ""
        found.append(current)
    return found


def _asked_in(visit: Visit, orders: Sequence[Mapping[str, Any]]) -> str:
    asked = {
        str(each["reference"]): from_text(each["tokenEnteredAt"]).timestamp() * 1000
        for each in orders
        if "tokenEnteredAt" in each
    }
    earliest, latest = visit.entered_at - _CLOCKS_DIFFER, inf if visit.left_at is None else visit.left_at
    within = {name: abs(at - visit.entered_at) for name, at in asked.items() if earliest <= at <= latest}
    if within:
        return min(within, key=within.__getitem__)
    return str(orders[0]["reference"]) if len(orders) == 1 else ""
