"""Somebody says or asks something on a case: it is noted, then put on the core's bus as a fact.

A form that is sent twice is one act: its key is in its event's id. Noted first: what a crash left unsaid is said again
when the form is sent again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.contracts import asking
from channels.contracts.asking import Asking, BadForm, PaymentDeclaration
from channels.contracts.published import Asked, DebtDisputed, PlanAsked, ProtectionClaimed, ReviewAsked
from channels.domain.act import Act
from channels.ports import Bus, Rules, Standings, Table, Visits
from channels.use_cases.ask_rules import worth_of
from record.cases.standing import Standing
from restoration.clock import paris_date
from restoration.contracts.received_details import Channel, PaymentDeclaredDetail, PowerMissingDetail, Role
from restoration.contracts.visits import VisitAsked
from restoration.contracts.wire import WireModel

POWER_MISSING_EVERY = timedelta(minutes=10)
"""A point is read once in that time on behalf of people, of Enedis' quota."""
ONE_HOUR = timedelta(hours=1)
ACTS_AN_HOUR = 10
"""Of customers on one case: each has billing asked, a meter read or a person look."""
ADVISOR_ACTS_AN_HOUR = 60
"""Of one advisor on all cases, within a clock hour: more than anybody says on the telephone."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """The person who speaks: ``by`` is an advisor's id, or empty; ``key`` is of the form that they sent."""

    channel: Channel
    role: Role
    key: str
    by: str = ""

    def act(self, kind: str, at: datetime, content: dict[str, str]) -> Act:
        return Act(self.key, kind, at, self.channel.value, self.role.value, self.by, content)


class NotSaid(Exception):
    """Raised where nothing came of what somebody said.

    Parameters
    ----------
    told
        The name of the sentence for the person who speaks, such as ``said_again``.
    wait
        After how long it can be said again, where that is known.
    """

    def __init__(self, told: str, wait: timedelta = timedelta()) -> None:
        super().__init__(told)
        self.told = told
        self.wait = wait


def left_of_hour(now: datetime) -> timedelta:
    """How long a clock hour lasts on, after which its counts begin again."""
    return ONE_HOUR - timedelta(seconds=now.timestamp() % 3600)


ASKED: Mapping[type[Asking], type[Asked]] = {
    asking.PlanRequest: PlanAsked,
    asking.Dispute: DebtDisputed,
    asking.ProtectionClaim: ProtectionClaimed,
    asking.ReviewRequest: ReviewAsked,
}
"""What billing hears of what was asked for."""


class NoSuchCase(Exception):
    """Raised where the register knows no limitation of that name."""


def known(standings: Standings, limitation_id: str) -> Standing:
    """Where a case stands. Raises :class:`NoSuchCase`."""
    standing = standings.read(limitation_id)
    if standing is None:
        raise NoSuchCase(limitation_id)
    return standing


def was_noted(table: Table, limitation_id: str, act: Act) -> bool:
    """Whether the same form was sent before, and noted.

    Raises
    ------
    NotSaid
        Its key was used for something else.
    """
    kept = [each for each in table.of_case(limitation_id).acts if each.key == act.key]
    if kept and not kept[0].repeats(act):
        raise NotSaid("said_key_used")
    return bool(kept)


@dataclass(frozen=True, slots=True)
class SpeakingDesk:
    """Notes what people say, and passes it on. Each method raises :class:`NoSuchCase` or :class:`NotSaid`."""

    table: Table
    standings: Standings
    bus: Bus
    rules: Rules
    enedis: Visits
    now: Callable[[], datetime]

    def declare_payment(self, limitation_id: str, speaker: Speaker, asked: PaymentDeclaration) -> None:
        """Somebody says that they paid: we look at billing, and reminders pause as the rules say."""
        if asked.proof and speaker.role is not Role.ADVISOR:
            raise BadForm("proof", "unknown")
        now = self.now()
        standing, acts = self._case(limitation_id, speaker)
        earlier = _earlier(acts, "PaymentDeclared", speaker)
        worth = worth_of(self.rules, standing, f"declaration/{speaker.key}", asked, earlier)
        detail = PaymentDeclaredDetail(
            **self._said(limitation_id, speaker),
            declaration_id=speaker.key,
            means=asked.means,
            amount=asked.amount,
            paid_on=asked.paid_on,
            reminders_paused_until=paris_date(now + timedelta(days=worth.paused_days)) if worth.paused_days else None,
        )
        content = _content(asked) | ({"person": worth.reason} if worth.person else {})
        content |= {"paused": str(worth.paused_days)} if worth.paused_days else {}
        self._say(limitation_id, speaker, "PaymentDeclared", content, detail)

    def power_missing(self, limitation_id: str, speaker: Speaker) -> str:
        """Somebody has no power: the case is looked at, or a person looks where it is closed; gives the sentence.

        What Enedis shows is read then, and kept with the act, where Enedis replies.
        """
        standing, acts = self._case(limitation_id, speaker)
        now, earlier = self.now(), _earlier(acts, "PowerMissing", speaker)
        if earlier and (wait := earlier[-1].at + POWER_MISSING_EVERY - now) > timedelta():
            raise NotSaid("said_again", wait)
        detail = PowerMissingDetail(**self._said(limitation_id, speaker), report_id=speaker.key)
        self._say(limitation_id, speaker, "PowerMissing", {}, detail)
        if not any(each.key == speaker.key and each.shown for each in acts):
            reply = self.enedis.ask(VisitAsked(asks="POWER", limitation_id=limitation_id))
            if reply.power:
                self.table.note_shown(limitation_id, speaker.key, reply.power.model_dump(mode="json", by_alias=True))
        return "said_no_power" if standing.situation.is_open else "said_no_power_closed"

    def ask(self, limitation_id: str, speaker: Speaker, asked: Asking) -> None:
        """Somebody asks billing for something: a plan, a dispute, a protection, a person."""
        standing, _ = self._case(limitation_id, speaker)
        said = {**self._said(limitation_id, speaker), "id": speaker.key, "contract_id": standing.item["contractId"]}
        detail = ASKED[type(asked)](**said, **asked.model_dump())
        self._say(limitation_id, speaker, type(detail).__name__, _content(asked), detail)

    def _case(self, limitation_id: str, speaker: Speaker) -> tuple[Standing, Sequence[Act]]:
        """The case on which somebody may speak, and what was done on it.

        What was noted before is said again, however much there was.
        """
        standing = known(self.standings, limitation_id)
        now, acts = self.now(), self.table.of_case(limitation_id).acts
        lately = [each for each in acts if each.role == Role.CUSTOMER.value and each.at > now - ONE_HOUR]
        is_new = all(each.key != speaker.key for each in acts)
        if is_new and speaker.role is Role.CUSTOMER and len(lately) >= ACTS_AN_HOUR:
            raise NotSaid("said_enough", lately[-ACTS_AN_HOUR].at + ONE_HOUR - now)
        if is_new and speaker.by and self.table.count(f"SAID#{speaker.by}", now, ONE_HOUR) > ADVISOR_ACTS_AN_HOUR:
            raise NotSaid("said_enough", left_of_hour(now))
        return standing, acts

    def _said(self, limitation_id: str, speaker: Speaker) -> dict[str, Any]:
        return {
            "limitation_id": limitation_id,
            "at": self.now(),
            "channel": speaker.channel,
            "role": speaker.role,
            "by": speaker.by or None,
        }

    def _say(self, limitation_id: str, speaker: Speaker, kind: str, content: dict[str, str], detail: WireModel) -> None:
        act = speaker.act(kind, self.now(), content)
        if not self.table.note_act(limitation_id, act):
            was_noted(self.table, limitation_id, act)
        self.bus.put(kind, detail)


def _earlier(acts: Sequence[Act], kind: str, speaker: Speaker) -> list[Act]:
    """What was said of a kind before a speaker's form."""
    return [each for each in acts if each.kind == kind and each.key != speaker.key]


def _content(asked: Asking) -> dict[str, str]:
    """What was filled in, as text."""
    return {name: str(value) for name, value in asked.model_dump(mode="json", by_alias=True).items() if value}
