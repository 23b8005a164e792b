"""A bulk redrive's manifest: which failed executions are redriven, frozen before anybody confirms it.

Its SHA-256 is what one confirms, so the set that was shown is the set that is redriven.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from record.domain.failure import FORGOTTEN_FACTS, NOT_FOR_A_REDRIVE, signature_of
from record.domain.kept import Kept, Moment
from record.domain.redrive_choice import Choice, Described
from record.domain.states import state_of
from restoration.clock import from_text, to_text
from restoration.errors import RestorationError

if TYPE_CHECKING:
    from restoration.domain.claim import Claim

MOST_ITEMS = 10_000
"""So many executions one manifest holds: the history of its own execution has room for them (decision 0079)."""
ID_LENGTH = 12
"""Letters of the hash by which a redrive is named."""
CLAIMING = "TakeCharge"
"""The state that claims the limitation: an execution that failed there need not be the holder."""
SETTLING = "CloseOrLetGo"


class InvalidManifest(RestorationError):
    """Raised when a bulk redrive's manifest is missing, unreadable, or not the one that was confirmed."""

    to_do = "freeze the set again, and confirm its new hash"


class Effect(StrEnum):
    """What a redrive of one execution would do, as far as one knows before."""

    RESUMES = "RESUMES"
    """It goes on at the state where it stopped."""
    SUPERSEDED = "SUPERSEDED"
    """Nothing: another execution has the case, or it is closed."""
    NOT_REDRIVABLE = "NOT_REDRIVABLE"
    """AWS would refuse it, or it would fail again whatever was mended."""


NEXT_TRIGGER = "its next trigger takes the case over, the nightly check at the latest, or a check at once"


@dataclass(frozen=True, slots=True)
class Item(Kept):
    """One execution of a manifest.

    Parameters
    ----------
    redrive_count
        How often it had been redriven when the manifest was frozen: with another count it is left alone.
    why
        Why it will not be redriven, and what takes the case over instead; empty where it will be.
    """

    execution: str
    limitation_id: str
    status: str
    redrive_count: int
    state: str
    error: str
    signature: str
    stopped_at: Moment
    effect: Effect
    why: str = ""

    @classmethod
    def of(cls, failure: Described, claim: "Claim | None") -> "Item":
        """The item of a failure, by the register as it is now."""
        effect, why = expected_effect(failure, claim)
        return cls(
            failure.execution,
            failure.limitation_id,
            failure.status,
            failure.redrive_count,
            failure.state,
            failure.error,
            signature_of(failure.cause),
            failure.since,
            effect,
            why,
        )

    @property
    def calls(self) -> int:
        """Calls to Enedis that its redrive leads to."""
        return state_of(self.state).calls if self.effect is Effect.RESUMES else 0


def expected_effect(failure: Described, claim: "Claim | None") -> tuple[Effect, str]:
    """What a redrive would do, and why it would do nothing."""
    gone = superseded(failure.execution, failure.state, claim)
    if gone:
        return Effect.SUPERSEDED, gone
    why = failure.not_redrivable or NOT_FOR_A_REDRIVE.get(failure.error, "")
    if not why and FORGOTTEN_FACTS.search(failure.cause):
        why = "the facts that it decides on are deleted"
    return (Effect.NOT_REDRIVABLE, with_next_trigger(why)) if why else (Effect.RESUMES, "")


def with_next_trigger(why: str) -> str:
    """Why an open case is not redriven, and what takes it over instead."""
    return f"{why}; {NEXT_TRIGGER}"


def superseded(execution: str, state: str, claim: "Claim | None") -> str:
    """Say what has the case instead of an execution that stopped in a state; empty where it has the case itself."""
    if claim is None:
        return "the register does not know the limitation any more"
    if state == CLAIMING:
        return "" if claim.is_open else "the limitation is closed"
    settlement = claim.settlement
    if state == SETTLING and settlement and settlement.execution == execution and not settlement.published:
        return ""
    if not claim.is_open:
        return "the limitation is closed"
    if claim.holder is None:
        return "the limitation was let go"
    return "" if claim.holder == execution else f"{claim.holder.rpartition(':')[2]} has taken the case over"


@dataclass(frozen=True, slots=True)
class Estimate(Kept):
    """How much a redrive is, and how long it takes at least, for two reasons."""

    items: int
    redriven: int
    calls: int
    seconds_at_rate: int
    seconds_at_quota: int


@dataclass(frozen=True)
class Manifest:
    """The frozen set, those that stopped first at the top.

    Parameters
    ----------
    left_out
        How many executions more were chosen than a manifest holds; another redrive takes them.
    """

    frozen_at: datetime
    choice: Choice
    items: tuple[Item, ...]
    left_out: int = 0

    @classmethod
    def freeze(cls, frozen_at: datetime, choice: Choice, found: Iterable[Item]) -> "Manifest":
        """Freeze what was found: each execution once, the newest look at it, in the order in which they stopped."""
        newest = {item.execution: item for item in found}
        ordered = sorted(newest.values(), key=lambda item: (item.stopped_at, item.execution))
        return cls(frozen_at, choice, tuple(ordered[:MOST_ITEMS]), max(0, len(ordered) - MOST_ITEMS))

    def to_bytes(self) -> bytes:
        """JSON Lines: a line about the manifest, then one for each execution."""
        head = {"frozenAt": to_text(self.frozen_at), "choice": self.choice.to_json(), "leftOut": self.left_out}
        return to_lines([head, *(item.to_json() for item in self.items)])

    @classmethod
    def of_bytes(cls, content: bytes, confirmed: str) -> "Manifest":
        """Read a manifest that somebody has confirmed.

        Parameters
        ----------
        confirmed
            Its SHA-256 as somebody confirmed it, or its first letters, :data:`ID_LENGTH` at least.

        Raises
        ------
        InvalidManifest
            When the content has another hash, or can't be read.
        """
        found = sha256(content).hexdigest()
        if len(confirmed) < ID_LENGTH or not found.startswith(confirmed):
            raise InvalidManifest(f"the manifest has the hash {found}, but {confirmed} was confirmed")
        try:
            head, *lines = map(json.loads, content.decode().rstrip("\n").split("\n"))
            return cls(
                from_text(head["frozenAt"]),
                Choice.of_json(head["choice"]),
                tuple(map(Item.of_json, lines)),
                head["leftOut"],
            )
        except (ValueError, KeyError) as error:
            raise InvalidManifest(f"the manifest {found} can't be read: {error!r}") from error

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of its content, in hexadecimal."""
        return sha256(self.to_bytes()).hexdigest()

    @property
    def redrive_id(self) -> str:
        return self.hash[:ID_LENGTH]

    def token(self, item: Item) -> str:
        """The client token of an item's redrive: the same call twice is one redrive.

        AWS keeps the last ten tokens of an execution for 15 minutes.
        """
        return sha256(f"{self.hash} {item.execution} {item.redrive_count}".encode()).hexdigest()

    def estimate(self, rate: int, calls_per_second: int) -> Estimate:
        """How long it takes at a rate (redrives a second) within Enedis' quota (calls a second)."""
        redriven = sum(item.effect is Effect.RESUMES for item in self.items)
        calls = sum(item.calls for item in self.items)
        return Estimate(
            len(self.items), redriven, calls, math.ceil(redriven / rate), math.ceil(calls / calls_per_second)
        )

    def groups(self) -> list[dict[str, Any]]:
        """The items by state, error, signature and effect, the most frequent first."""
        counted = Counter((item.state, item.error, item.signature, item.effect.value) for item in self.items)
        names = ("state", "error", "signature", "effect")
        return [dict(zip(names, key, strict=True)) | {"items": times} for key, times in counted.most_common()]


def to_lines(contents: Iterable[Mapping[str, Any]]) -> bytes:
    """JSON Lines; the same contents always make the same bytes."""
    lines = (json.dumps(each, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for each in contents)
    return "".join(f"{line}\n" for line in lines).encode()
