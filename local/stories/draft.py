"""A story while its sentences are read: the one place where they leave something."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from local.stories.model import DEBT, SUMMER, Limited, Put, Step, Story, Until


class StoryError(ValueError):
    """Raised when a sentence makes no sense where it stands; says in French what to write instead."""


@dataclass(slots=True)
class Draft:
    """What the sentences so far have said. Amounts are in euro."""

    debt: Decimal = Decimal(str(DEBT))
    begins: datetime = SUMMER
    steps: list[Step] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    """Of each step, the sentence that it is of."""
    point: dict[str, Any] | None = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    refused: int = 0
    """How many orders Enedis refuses: each has an ordinal of ours, too."""
    messages: tuple[str, ...] = ()
    dunning: tuple[str, ...] = ()
    balances: list[Decimal] = field(default_factory=list)
    questions: tuple[str, ...] = ()
    events: list[str] = field(default_factory=list)
    status: str = ""
    power_kva: int | float = 1
    subscribed_kva: int | float = 6
    ground: str = ""
    """On which the law's protection rests, as the tables name it; with the days below, for the law alone."""
    protects_until: date | None = None
    no_reminder_before: date | None = None
    in_shadow: bool = False
    alone: bool = False
    payments: int = 0
    protections: int = 0
    nights: int = 0
    flows: int = 0
    _elapsed: timedelta = timedelta(0)

    def do(self, *steps: Step) -> None:
        """Do something once nothing else goes on, as minutes or hours later."""
        if self.has_begun:
            self.steps.append(Until.AT_REST)
        self.steps += steps

    @property
    def has_begun(self) -> bool:
        """Whether something has happened, so that a sentence is no setting any more."""
        return any(isinstance(step, Put) for step in self.steps)

    @property
    def today(self) -> date:
        """The day that the story has come to."""
        return (self.begins + self._elapsed).date()

    def set_point(self, **changes: Any) -> None:
        """Say how the point is when the story begins.

        Raises
        ------
        StoryError
            The story has begun, or Enedis does not know the point.
        """
        if self.has_begun or self.point is None:
            raise StoryError("l'état du point se dit au début, avant le premier événement")
        self.point |= changes

    def come_to(self, day: date) -> timedelta:
        """Let the day come; returns the time that passes until then, nothing where the story begins on it.

        Raises
        ------
        StoryError
            The day is past.
        """
        if not self.has_begun:
            self.begins = datetime.combine(day, time(8), tzinfo=UTC)
            return timedelta(0)
        passes = day - self.today
        if passes <= timedelta(0):
            raise StoryError(
                f"le {day:%d/%m/%Y} est passé : l'histoire en est au {self.begins + self._elapsed:%d/%m/%Y}"
            )
        self._elapsed += passes
        return passes

    def pass_time(self, passes: timedelta) -> None:
        """Note that so much time has passed."""
        self._elapsed += passes

    def payment_key(self, *, is_new: bool) -> str:
        """What tells a customer's payments apart; that of the newest one, or of one more.

        Raises
        ------
        StoryError
            Nobody has paid.
        """
        if not is_new and not self.payments:
            raise StoryError("aucun paiement n'a été fait avant cette phrase")
        self.payments += is_new
        return "" if self.payments == 1 else f"-{self.payments}"

    def accept(self, intent: str) -> None:
        """Expect that Enedis accepts an order: the next ordinal after those that it accepted and refused."""
        ordinal = len(self.orders) + self.refused + 1
        self.orders.append(f"{intent}/{ordinal}")

    def story(self, name: str, title: str, english: str) -> Story:
        """The story that they tell.

        Raises
        ------
        StoryError
            It says of nothing how it ends.
        """
        if not self.outcomes:
            raise StoryError("il manque l'issue : une phrase comme « Alors la puissance est rétablie »")
        limited = Limited(
            outcomes=tuple(self.outcomes),
            orders=tuple(self.orders),
            point=self.point,
            messages=self.messages,
            dunning=self.dunning,
            balances=tuple(self.balances),
            questions=self.questions,
            events=tuple(self.events),
            status=self.status,
            power_kva=self.power_kva,
        )
        return Story(
            name,
            title,
            (limited,),
            tuple(self.steps),
            english=english,
            sentences=tuple(self.sentences),
            begins=self.begins,
            debt=float(self.debt),
            in_shadow=self.in_shadow,
            alone=self.alone,
        )
