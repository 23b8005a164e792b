"""The vocabulary from the other side: the sentence for a value, a step, or a setting of the point."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from local.customers import Put
from local.stories.draft import Draft, StoryError
from local.stories.model import Do, Step, Until
from local.stories.reading import PHRASES
from local.stories.values import WRITTEN


def say(expression: str, *values: Any) -> str:
    """A sentence of the vocabulary with its values.

    Raises
    ------
    KeyError
        The vocabulary has no such sentence.
    """
    if expression not in {phrase.expression for phrase in PHRASES}:
        raise KeyError(expression)
    rest = iter(values)
    text = re.sub(r"\{(\w+)\}", lambda found: WRITTEN[found[1]](next(rest)), expression)
    many = any(
        value > timedelta(days=1) if isinstance(value, timedelta) else value in range(2, 1000) for value in values
    )
    return re.sub(r"\((s|nt)\)", r"\1" if many else "", text)


@cache
def _plain() -> Sequence[tuple[str, Draft]]:
    """The acts without values, each with what it leaves."""
    found = []
    for phrase in PHRASES:
        if phrase.part.is_act and "{" not in phrase.expression:
            draft = Draft()
            try:
                phrase.leave(draft)
            except StoryError:
                continue  # it is about a payment before it
            found.append((phrase.expression, draft))
    return found


def sentence_of(step: Step) -> str | None:
    """The sentence that does this step and nothing else."""
    return next((it for it, draft in _plain() if _done(draft) == [step]), None)


def sentence_of_event(detail_type: str) -> str | None:
    """The first sentence by which an event comes whose details are always the same."""
    puts = ((it, put) for it, draft in _plain() for put in _done(draft) if isinstance(put, Put))
    return next((it for it, put in puts if put.detail_type == detail_type), None)


def sentence_of_point(changes: Mapping[str, Any]) -> str | None:
    """The sentence that says how the point is."""
    return next((it for it, draft in _plain() if draft.limited.point == changes and not draft.steps), None)


def _done(draft: Draft) -> list[Step]:
    return [it for it in draft.steps if not isinstance(it, Until) and it is not Do.SWEEP]
