"""A gentle stream of payments: some of limited customers, each with a habit of paying, among many of others.

It also does what the template's schedules do on AWS and nothing does on the embedded cloud: it reconciles the record
and measures.
"""

import logging
import sched
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud import CloudError
from local.customers import Numbering, Put
from local.demo.crowd import crowd
from local.partners.enedis import Ending
from local.stage import Customer, Entry, Stage
from local.stage.residents import SUMMER
from local.stories.model import advised, paid, protected

log = logging.getLogger(__name__)

LIMITED_SHARE = 1 / 6
"""Of the payments. In life it is hardly one in a thousand, and nothing would be seen on the screens."""
DEBTS = (45.0, 80.0, 120.0, 260.0, 410.0)
SCHEDULES: Mapping[str, float] = {
    "ReconcileExecutionsFunctionEveryFiveMinutes": 10.0,
    "MeasureExecutionsFunctionEveryFiveMinutes": 30.0,
    "MeasureEnedisFunctionEveryMinute": 30.0,
    "CheckOpenLimitationsFunctionEveryMinute": 5.0,
}
"""Rules of the template, and how many seconds lie between two times here."""
NIGHT = 45.0
"""Seconds between two of billing's nights."""


@dataclass(frozen=True, slots=True)
class Act:
    """What happens so many seconds after what came before; the amount of a payment is a share of the debt."""

    after: float
    put: Put


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind of customer pays, and how often there is one.

    Parameters
    ----------
    is_known
        Whether billing knows the contract; else the execution fails.
    point
        What is special about the point.
    """

    name: str
    weight: int
    acts: Sequence[Act]
    is_known: bool = True
    point: Mapping[str, Any] = field(default_factory=dict)


def _pays(after: float = 6, means: str = "CARD", status: str = "CAPTURED", amount: float = 1.0) -> Act:
    return Act(after, paid(amount, means, status, key="" if amount == 1 else f"-{amount:g}"))


_CHEQUE = _pays(means="CHEQUE", status="RECEIVED")
_DISPUTE = Act(6, protected("DISPUTE"))
_RESTORES = Act(45, advised("RESTORE"))

HABITS = (
    Habit("by card", 44, (_pays(),)),
    Habit("by transfer", 10, (_pays(means="TRANSFER", status="MATCHED"),)),
    Habit("a part, the rest later", 8, (_pays(amount=0.4), _pays(after=40, amount=0.6))),
    Habit("a part only", 8, (_pays(amount=0.3),)),
    Habit("by cheque, which clears", 8, (_CHEQUE, Act(40, Put("PaymentCleared")))),
    Habit("by cheque, which bounces", 3, (_CHEQUE, Act(40, Put("PaymentRejected", {"reason": "Sans provision"})))),
    Habit("a dispute, and an advisor restores", 3, (_DISPUTE, _RESTORES)),
    Habit("a dispute that nobody answers", 2, (_DISPUTE,)),
    Habit("by card, and a technician comes", 5, (_pays(),), point={"remotely_operable": False}),
    Habit("by card, and Enedis plans again", 4, (_pays(),), point={"endings": (Ending.REPLANNED,)}),
    Habit("by card, and Enedis forgets", 2, (_pays(),), point={"endings": (Ending.NEVER,)}),
    Habit("an unknown contract", 3, (), is_known=False),
)


class Stream:
    """Puts payments on the bus within its ``with`` block, in a thread of its own.

    Parameters
    ----------
    payments_per_minute
        Those of limited customers among them.
    seed
        The same seed makes the same payments.
    """

    def __init__(self, stage: Stage, payments_per_minute: float, seed: int = 1) -> None:
        self._stage = stage
        self._pause = 60 / payments_per_minute
        self._dice = Random(seed)  # noqa: S311 - repeatable chance is wanted here, not secrecy
        self._numbering = Numbering()
        self._others = crowd(sys.maxsize, seed)
        self._stopped = threading.Event()
        self._due = sched.scheduler(time.monotonic, self._stopped.wait)
        self._thread = threading.Thread(target=self._run, name="payments", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        self._in(0, self._next_payment)
        self._in(NIGHT, self._run_dunning)
        for rule, seconds in SCHEDULES.items():
            self._in(seconds, partial(self._fire, rule, seconds))
        pause: float | None = 0.0
        while not self._stopped.wait(pause):
            try:
                pause = self._due.run(blocking=False)
            except (BotoCoreError, ClientError, CloudError):
                # One payment that could not be put is no reason to put none any more.
                log.exception("a payment could not be put on the bus")

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._due.enter(seconds, 0, act)

    def _fire(self, rule: str, seconds: float) -> None:
        self._in(seconds, partial(self._fire, rule, seconds))
        with suppress(KeyError):  # the template has no such schedule any more
            self._stage.cloud.fire_rule(rule)

    def _run_dunning(self) -> None:
        self._in(NIGHT, self._run_dunning)
        self._stage.night_of_dunning()

    def _next_payment(self) -> None:
        self._in(self._pause, self._next_payment)
        if self._dice.random() < LIMITED_SHARE:
            self.limit(self._dice.choices(HABITS, [each.weight for each in HABITS])[0])
        else:
            self._stage.put([next(self._others)])

    def limit(self, habit: Habit) -> Customer:
        """Let Enedis limit a customer and billing report it; what they do then comes in time."""
        customer = self._numbering.customer(self._dice.choice(DEBTS))
        self._stage.limit(customer, datetime.now(UTC), SUMMER, booked=habit.is_known, **habit.point)
        after = 0.0
        for act in habit.acts:
            after += act.after * self._dice.uniform(0.7, 1.5)
            self._in(after, partial(self._act, customer, act.put))
        return customer

    def _act(self, customer: Customer, put: Put) -> None:
        self._stage.put([entry_of(customer, put, datetime.now(UTC))])


def entry_of(customer: Customer, put: Put, at: datetime) -> Entry:
    """The event of an act."""
    if put.amount is not None:
        put = replace(put, amount=round(customer.debt * put.amount, 2))
    return put.entry((customer,), at)
