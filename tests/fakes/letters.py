"""In-memory dead-letter queues: a look hides letters from others, what is deleted is gone, and a call may be lost."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from record.domain.dead_letter import DeadLetter, Family, Instruction
from record.use_cases.judge_dead_letters import LetterJudge
from restoration.adapters.enedis.flows.bucket import parse_dropped_file
from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.message import Channel
from restoration.domain.sending import Sending, SendingState
from tests.fakes.claims import InMemoryClaims
from tests.fakes.samples import NOON

NOW = NOON + timedelta(days=1)


def letter(body: str, letter_id: str = "letter-1", *, moved: bool = False, **attributes: str) -> DeadLetter:
    """A dead letter that was put aside at noon."""
    return DeadLetter(letter_id, body, NOON, attributes, was_moved_by_sqs=moved, handle=f"handle of {letter_id}")


@dataclass
class InMemoryBoxes:
    """The dead-letter queues of all families, and what was sent to their queues.

    Parameters
    ----------
    batch
        How many letters one receive gives.
    lost
        What is lost once, after it was done: ``send`` or ``delete``.
    """

    letters: dict[Family, list[DeadLetter]] = field(default_factory=dict)
    batch: int = 10
    lost: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    sent: list[tuple[Family, str]] = field(default_factory=list)

    @classmethod
    def of(cls, family: Family, *letters: DeadLetter, **settings: Any) -> "InMemoryBoxes":
        return cls({family: list(letters)}, **settings)

    def look(self, family: Family) -> Iterator[list[DeadLetter]]:
        while some := [each for each in self.letters.get(family, []) if each.id not in self.hidden][: self.batch]:
            self.hidden |= {each.id for each in some}
            yield some

    def give_back(self, family: Family, letters: Iterable[DeadLetter]) -> None:
        assert family in self.letters
        self.hidden -= {each.id for each in letters}

    def send(self, family: Family, letter: DeadLetter) -> None:
        self.sent.append((family, letter.body))
        self._lose("send")

    def delete(self, family: Family, letter: DeadLetter) -> None:
        self.letters[family] = [each for each in self.letters[family] if each.id != letter.id]
        self._lose("delete")

    def _lose(self, what: str) -> None:
        if what in self.lost:
            self.lost.discard(what)
            raise ConnectionError(f"the response to {what} was lost")

    def visible(self, family: Family) -> list[str]:
        return [each.id for each in self.letters[family] if each.id not in self.hidden]


@dataclass
class InMemoryArchive:
    """What was written about letters; ``is_down`` refuses it."""

    kept: list[tuple[str, Instruction]] = field(default_factory=list)
    is_down: bool = False

    def keep(self, _family: Family, letter: DeadLetter, instruction: Instruction, _at: datetime) -> None:
        if self.is_down:
            raise ConnectionError("S3 cannot be reached")
        self.kept.append((letter.id, instruction))


@dataclass
class Facts:
    """The holders and messages that a judgement looks at."""

    statuses: Mapping[str, HolderStatus] = field(default_factory=dict)
    states: Mapping[str, SendingState] = field(default_factory=dict)

    def status_of(self, execution: str) -> HolderStatus:
        return self.statuses.get(execution, HolderStatus.UNKNOWN)

    def find(self, attempt_id: str) -> Sending | None:
        state = self.states.get(attempt_id)
        return Sending(state, "attempt", NOON, channel=Channel.SMS) if state else None


def judge_with(claims: Collection[Claim] = (), facts: Facts | None = None, now: datetime = NOW) -> LetterJudge:
    """A judge who knows some claims and facts."""
    known = facts or Facts()
    return LetterJudge(
        claims=InMemoryClaims(*claims),
        holders=known,
        sending=known.find,
        read_dropped_file=lambda body: parse_dropped_file(body).name,
        now=lambda: now,
    )


def changed(one: DeadLetter, body: str) -> DeadLetter:
    """The same letter with another body, as nobody can make it."""
    return replace(one, body=body)
