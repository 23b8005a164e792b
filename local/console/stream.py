"""A gentle stream of payments: some of limited customers, each with a habit of paying, among many of others.

It also does what the template's schedules do on AWS and nothing does on the embedded cloud: it reconciles the record
and measures.
"""

import logging
import sched
import sys
import threading
import time
from collections.abc import Callable, Mapping
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
from local.stage import Customer, Stage
from local.stage.residents import SUMMER
from local.stories.model import DEBT
from local.stories.reading import stories_called

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
class Habit:
    """How often a kind of customer is limited, the story whose events follow, and what is special about the point.

    Without a story, billing does not know the contract: the execution fails.
    """

    weight: int
    story: str
    point: Mapping[str, Any] = field(default_factory=dict)


HABITS = (
    Habit(44, "carte"),
    Habit(10, "virement-d-un-proche"),
    Habit(8, "deux-paiements"),
    Habit(8, "solde-du"),
    Habit(8, "cheque-encaisse"),
    Habit(3, "cheque-sans-suite"),
    Habit(3, "litige-accepte"),
    Habit(2, "litige-sans-reponse"),
    Habit(5, "carte", {"remotely_operable": False}),
    Habit(4, "carte", {"endings": (Ending.REPLANNED,)}),
    Habit(2, "carte", {"endings": (Ending.NEVER,)}),
    Habit(3, ""),
)
FIRST, NEXT = 6.0, 40.0
"""About how many seconds after the limitation the first event of a story comes, and each other after the one before."""


class Stream:
    """Puts payments, always the same ones, on the bus within its ``with`` block, in a thread of its own.

    Parameters
    ----------
    payments_per_minute
        Those of limited customers among them.
    """

    def __init__(self, stage: Stage, payments_per_minute: float) -> None:
        self._stage = stage
        self._pause = 60 / payments_per_minute
        self._dice = Random(1)  # noqa: S311 - repeatable chance is wanted here, not secrecy
        self._numbering = Numbering()
        self._others = crowd(sys.maxsize)
        stories = stories_called([habit.story for habit in HABITS if habit.story])
        self._puts = {story.name: [it for it in story.steps if isinstance(it, Put)][1:] for story in stories}
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
            self._limit(self._dice.choices(HABITS, [each.weight for each in HABITS])[0])
        else:
            self._stage.put([next(self._others)])

    def _limit(self, habit: Habit) -> None:
        """Let Enedis limit a customer and billing report it; what they do then comes in time."""
        customer = self._numbering.customer(self._dice.choice(DEBTS))
        self._stage.limit(customer, datetime.now(UTC), SUMMER, booked=bool(habit.story), **habit.point)
        after, seconds = 0.0, FIRST
        for put in self._puts[habit.story] if habit.story else ():
            after += seconds * self._dice.uniform(0.7, 1.5)
            seconds = NEXT
            self._in(after, partial(self._act, customer, put))

    def _act(self, customer: Customer, put: Put) -> None:
        """Put an event of a story on the bus; a part of the story's debt is the same part of this customer's."""
        if put.amount is not None:
            put = replace(put, amount=round(customer.debt * put.amount / DEBT, 2))
        self._stage.put([put.entry((customer,), datetime.now(UTC))])
