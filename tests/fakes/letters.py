"""Dead letters, and a judge of them who knows some facts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from record.domain.dead_letter import DeadLetter
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
