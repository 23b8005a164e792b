"""What a sentence of the stories is: found by its expression, it leaves something in the draft."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.stories.model import Step

type Leave = Callable[..., None]
type Act = Step | Sequence[Step] | Callable[..., Step | Sequence[Step]]


class Part(StrEnum):
    """Where a sentence may stand."""

    ACT = "Étant donné, Quand"
    STORY_ACT = "Étant donné, Quand, sauf dans loi.feature"
    END = "Alors"
    STORY_END = "Alors, sauf dans loi.feature"
    LAW = "Alors, dans loi.feature"

    @property
    def is_act(self) -> bool:
        return self in {Part.ACT, Part.STORY_ACT}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence of the vocabulary."""

    expression: str
    part: Part
    theme: str
    leave: Leave


class Theme:
    """A part of the vocabulary; ``part`` is where its sentences may stand."""

    def __init__(self, title: str, part: Part = Part.ACT) -> None:
        self._title = title
        self._part = part
        self.phrases: list[Phrase] = []

    def phrase(self, expression: str, part: Part | None = None) -> Callable[[Leave], Leave]:
        """Add a sentence: the decorated function leaves what it says. ``part`` is where it alone may stand."""

        def added(leave: Leave) -> Leave:
            self.phrases.append(Phrase(expression, part or self._part, self._title, leave))
            return leave

        return added

    def acts(self, acts: Mapping[str, Act]) -> None:
        """Add sentences that do something: steps, or what makes them of the sentence's values."""
        for expression, act in acts.items():
            self.phrase(expression)(lambda draft, *values, act=act: draft.do(*_steps(act, values)))

    def points(self, settings: Mapping[str, Mapping[str, Any] | Callable[..., Mapping[str, Any]]]) -> None:
        """Add sentences about the point at the beginning: changes, or what makes them of the sentence's values."""
        for expression, changes in settings.items():
            self.phrase(expression)(
                lambda draft, *values, its=changes: draft.set_point(**(its(*values) if callable(its) else its))
            )


def _steps(act: Act, values: Sequence[Any]) -> Sequence[Step]:
    made = act(*values) if callable(act) else act
    return made if isinstance(made, Sequence) else (made,)
