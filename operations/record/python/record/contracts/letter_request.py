"""The contract of ``handle_dead_letters``: what the operations' tool asks of it, and what it returns."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from record.domain.dead_letter import Action, DeadLetter, Family, Handled, Instruction, Judgement
from restoration.clock import to_text
from restoration.contracts.wire import WireModel

MOST_LETTERS = 1000
"""At most so many letters are looked at or handled in one call."""

LONGEST_REASON = 600
"""A list shows the beginning of a reason; a single letter has the whole."""


class LetterChoice(WireModel):
    """A letter as a person looked at it."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class LookRequest(WireModel):
    """Looks at letters and changes nothing. With ``whole``, their bodies come, too."""

    action: Literal["LOOK"]
    family: Family
    limit: Annotated[int, Field(ge=1, le=MOST_LETTERS)] = MOST_LETTERS
    only: Annotated[frozenset[str], Field(max_length=10)] = frozenset()
    whole: bool = False


class HandleRequest(WireModel):
    """Replays or discards letters. ``by`` is the caller's ARN by STS, ``operation`` the command's id in the journal."""

    action: Literal[Action.REPLAY, Action.DISCARD]
    family: Family
    letters: Annotated[tuple[LetterChoice, ...], Field(min_length=1, max_length=MOST_LETTERS)]
    operation: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    by: Annotated[str, StringConstraints(min_length=1, max_length=2048)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]

    @property
    def chosen(self) -> dict[str, str]:
        """The hash that was looked at, by message id."""
        return {letter.id: letter.sha256 for letter in self.letters}

    @property
    def instruction(self) -> Instruction:
        return Instruction(self.action, self.operation, self.by, self.reason)


type LetterRequest = Annotated[LookRequest | HandleRequest, Field(discriminator="action")]


def seen_facts(letters: Iterable[tuple[DeadLetter, Judgement]], *, is_all: bool, whole: bool) -> dict[str, Any]:
    """What a look returns."""
    return {"letters": [_facts(letter, judgement, whole=whole) for letter, judgement in letters], "isAll": is_all}


def handled_facts(handled: Iterable[Handled]) -> dict[str, Any]:
    """What a replay or a discard returns."""
    return {"letters": [{"id": each.id, "fate": each.fate.value, "words": each.words} for each in handled]}


def _facts(letter: DeadLetter, judgement: Judgement, *, whole: bool) -> Mapping[str, Any]:
    facts = {
        "id": letter.id,
        "sha256": letter.digest,
        "what": judgement.what,
        "sentAt": to_text(letter.sent_at),
        "keptUntil": to_text(letter.kept_until),
        "error": letter.error,
        "reason": letter.reason if whole else letter.reason[:LONGEST_REASON],
        "to": judgement.to.value if judgement.to else None,
        "today": judgement.words if whole else judgement.words[:LONGEST_REASON],
    }
    return facts | ({"body": letter.body, "attributes": dict(letter.attributes)} if whole else {})
