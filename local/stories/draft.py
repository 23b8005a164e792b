"""A story while its sentences are read: the one place where they leave something."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from local.customers import Put
from local.stories.model import DEBT, SUMMER, Limited, Passed, Step, Story, Until


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
    limited: Limited = field(default_factory=lambda: Limited(()))
    """The customer, and how it ends for them."""
    refused: int = 0
    """How many orders Enedis refuses: each has an ordinal of ours, too."""
    subscribed_kva: int | float = 6
    ground: str = ""
    """On which the law's protection rests, as the tables name it; with the days below, for the law alone."""
    protects_until: date | None = None
    no_reminder_before: date | None = None
    in_shadow: bool = False
    alone: bool = False
    payments: int = 0
    protections: int = 0

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
        return (self.begins + sum((it.time for it in self.steps if isinstance(it, Passed)), timedelta(0))).date()

    def set_point(self, **changes: Any) -> None:
        """Say how the point is when the story begins.

        Raises
        ------
        StoryError
            The story has begun, or Enedis does not know the point.
        """
        if self.has_begun or self.limited.point is None:
            raise StoryError("l'état du point se dit au début, avant le premier événement")
        self.limited = replace(self.limited, point={**self.limited.point, **changes})

    def expect(self, **more: tuple[Any, ...]) -> None:
        """Expect more of the end: outcomes, messages, events, as :class:`~local.stories.model.Limited` has them."""
        changed = {name: getattr(self.limited, name) + each for name, each in more.items()}
        self.limited = replace(self.limited, **changed)

    def come_to(self, day: date) -> None:
        """Let the time pass until the day comes; a story that has not begun begins on it.

        Raises
        ------
        StoryError
            The day is past.
        """
        if not self.has_begun:
            self.begins = datetime.combine(day, time(8), tzinfo=UTC)
        elif day <= self.today:
            raise StoryError(f"le {day:%d/%m/%Y} est passé : l'histoire en est au {self.today:%d/%m/%Y}")
        else:
            self.steps.append(Passed(day - self.today))

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
        self.expect(orders=(f"{intent}/{len(self.limited.orders) + self.refused + 1}",))

    def story(self, name: str, title: str, english: str) -> Story:
        """The story that they tell.

        Raises
        ------
        StoryError
            It says of nothing how it ends.
        """
        if not self.limited.outcomes:
            raise StoryError("il manque l'issue : une phrase comme « Alors la puissance est rétablie »")
        return Story(
            name,
            title,
            (self.limited,),
            tuple(self.steps),
            english=english,
            sentences=tuple(self.sentences),
            begins=self.begins,
            debt=float(self.debt),
            in_shadow=self.in_shadow,
            alone=self.alone,
        )
