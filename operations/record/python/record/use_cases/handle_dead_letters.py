"""Looking into dead letters, replaying chosen ones after a mend, discarding others: nobody else may.

What is handled lies in a dead-letter queue, under the id and with the body that a person looked at. So nothing can be
forged or changed on the way. A copy is sent before the letter is deleted: a crash in between leaves two, and each
consumer recognises the second.
"""

from collections.abc import Callable, Collection, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from record.contracts.letter_request import HandleRequest
from record.domain.dead_letter import Action, DeadLetter, Family, Fate, Handled, Judgement
from record.ports import LetterArchive, LetterBoxes
from record.use_cases.judge_dead_letters import LetterJudge

type Seen = tuple[DeadLetter, Judgement]
"""A letter as it was seen, with its judgement."""


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """Handles dead letters.

    Parameters
    ----------
    is_time_left
        Whether one more letter can be handled; what is not reached stays where it is.
    """

    boxes: LetterBoxes
    judge: LetterJudge
    archive: LetterArchive
    now: Callable[[], datetime]
    is_time_left: Callable[[], bool] = lambda: True

    def seen(self, family: Family, limit: int, only: frozenset[str] = frozenset()) -> tuple[list[Seen], bool]:
        """Look at up to ``limit`` letters, or at those that are named, and give them back; and whether that is all."""
        found: dict[str, Seen] = {}
        with closing(self._letters(family)) as look:
            for letter in look:
                if letter.id in found or (only and letter.id not in only):
                    continue
                if len(found) == limit or not self.is_time_left():
                    return list(found.values()), False
                found[letter.id] = (letter, self.judge.judge(family, letter))
                if only and len(found) == len(only):
                    return list(found.values()), False
        return list(found.values()), True

    def handle(self, request: HandleRequest) -> list[Handled]:
        """Replay or discard chosen letters.

        Returns
        -------
        list of Handled
            One for each chosen letter, in the order in which they were met. Those that were not met come last.
        """
        chosen = request.chosen
        missed, why = Fate.NOT_FOUND, "it is not there, or somebody else is looking at it: look again in two minutes"
        handled: dict[str, Handled] = {}
        done: set[str] = set()
        with closing(self._letters(request.family, done)) as look:
            for letter in look:
                if letter.id not in chosen or letter.id in handled:
                    continue
                if not self.is_time_left():
                    missed, why = Fate.NOT_REACHED, "there was no time left for it, and it is where it was: repeat this"
                    break
                outcome = self._handle_one(letter, chosen[letter.id], request)
                if outcome.fate in {Fate.REPLAYED, Fate.DISCARDED}:
                    done.add(letter.id)
                handled[letter.id] = outcome
                if len(handled) == len(chosen):
                    break
        return [*handled.values(), *(Handled(each, missed, why) for each in chosen if each not in handled)]

    def _handle_one(self, letter: DeadLetter, digest: str, request: HandleRequest) -> Handled:
        if letter.digest != digest:
            return Handled(letter.id, Fate.CHANGED, "under this id lies another body than the one that you looked at")
        if request.action is Action.DISCARD:
            self.archive.keep(letter, request, self.now())
            self.boxes.delete(request.family, letter)
            return Handled(letter.id, Fate.DISCARDED)
        judgement = self.judge.judge(request.family, letter)
        if judgement.to is None:
            return Handled(letter.id, Fate.REFUSED, judgement.words)
        self.archive.keep(letter, request, self.now())
        self.boxes.send(judgement.to, letter)
        self.boxes.delete(request.family, letter)
        return Handled(letter.id, Fate.REPLAYED, f"to {judgement.to}")

    def _letters(self, family: Family, done: Collection[str] = ()) -> Generator[DeadLetter]:
        """Give the letters one by one. At the end, however it ends, those that are not done are given back."""
        held: list[DeadLetter] = []
        try:
            for some in self.boxes.look(family):
                held.extend(some)
                yield from some
        finally:
            self.boxes.give_back(family, [letter for letter in held if letter.id not in done])
