"""The contract of ``handle_dead_letters``: what the operations' tool asks of it, and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from record.domain.dead_letter import Action, DeadLetter, Family, Judgement
from record.domain.kept import Kept, Moment
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


type LetterRequest = Annotated[LookRequest | HandleRequest, Field(discriminator="action")]


@dataclass(frozen=True, slots=True)
class SeenLetter(Kept):
    """A dead letter, as it was looked at.

    Parameters
    ----------
    what
        Its type and id.
    error, reason
        Why it was put aside, in a word and in a sentence.
    to
        The family whose queue would take it; None when it must not be replayed.
    today
        Why, or why not.
    body, attributes
        Only of letters of which the whole was asked for.
    """

    id: str
    sha256: str
    what: str
    sent_at: Moment
    kept_until: Moment
    error: str
    reason: str
    to: Family | None
    today: str
    body: str | None = None
    attributes: Mapping[str, str] | None = None

    @classmethod
    def of(cls, letter: DeadLetter, judgement: Judgement, *, whole: bool) -> "SeenLetter":
        longest = None if whole else LONGEST_REASON
        return cls(
            letter.id,
            letter.digest,
            judgement.what,
            letter.sent_at,
            letter.kept_until,
            letter.error,
            letter.reason[:longest],
            judgement.to,
            judgement.words[:longest],
            letter.body if whole else None,
            letter.attributes if whole else None,
        )
