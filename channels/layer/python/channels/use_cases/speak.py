"""Somebody says or asks something on a case: it is noted, then put on the core's bus as a fact.

A form that is sent twice is one act: its key is in its event's id. Noted first: what a crash left unsaid is said again
when the form is sent again.

When Enedis' technician comes, Enedis is asked only when somebody wants to see the slots, and then to agree one: pages
show what is kept. An agreement is noted once Enedis has it. A form that is sent again after a crash finds its slot
planned, and is noted then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.contracts.asking import Asking, BadForm, PaymentDeclaration, PlanRequest, Request, VisitAgreement
from channels.domain.of_case import VISIT, Act
from channels.ports import Parts, RulesUnavailable, Standings, Table
from record.cases.standing import Standing
from restoration.clock import paris_date
from restoration.contracts.received_details import Channel, PaymentDeclaredDetail, PowerMissingDetail, Role, SaidDetail
from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.domain.point import Visit

POWER_MISSING_EVERY = timedelta(minutes=10)
"""A point is read once in that time on behalf of people, of Enedis' quota."""
ONE_HOUR = timedelta(hours=1)
ACTS_AN_HOUR = 10
"""Of customers on one case: each has billing asked, a meter read or a person look."""
ADVISOR_ACTS_AN_HOUR = 60
"""Of one advisor on all cases, within a clock hour: more than anybody says on the telephone."""
SLOTS_SHOWN_FOR = timedelta(minutes=10)
"""Enedis is asked once in that time for the slots of a case, but where what was shown proved wrong."""
VISIT_CALLS_AN_HOUR = 6
"""To Enedis for the visit of one case, by customer and advisors together, within a clock hour."""
OF_VISIT = {
    VisitStatus.NOTHING: "said_no_visit",
    VisitStatus.REFUSED: "said_slot_gone",
    VisitStatus.UNAVAILABLE: "said_visit_later",
    VisitStatus.UNKNOWN: "said_visit_unknown",
}
"""The sentence for each reply about a visit that is none of the wanted ones."""


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

    ``told`` is the name of the sentence for the person who speaks, ``wait`` after how long it can be said again.
    """

    def __init__(self, told: str, wait: timedelta = timedelta()) -> None:
        super().__init__(told)
        self.told = told
        self.wait = wait


def left_of_hour(now: datetime) -> timedelta:
    """How long a clock hour lasts on, after which its counts begin again."""
    return ONE_HOUR - timedelta(seconds=now.timestamp() % 3600)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingDesk(Parts):
    """Notes what people say, and passes it on. Each method raises :class:`NoSuchCase` or :class:`NotSaid`.

    What is said gives the name of the sentence that is told then, where it depends on the case.
    """

    def declare_payment(self, limitation_id: str, speaker: Speaker, asked: PaymentDeclaration) -> str | None:
        """Somebody says that they paid: we look at billing while the case is open, and reminders pause by the rules."""
        if asked.proof and speaker.role is not Role.ADVISOR:
            raise BadForm("proof", "unknown")
        standing, acts = self._case(limitation_id, speaker)
        earlier = _earlier(acts, "PaymentDeclared", speaker)
        worth = self._worth(standing, speaker, asked, earlier)
        paused, content = int(worth["pausedDays"]), _content(asked)
        content |= {"person": worth["reason"]} if worth["person"] else {}
        content |= {"paused": str(paused)} if paused else {}
        self._say(
            limitation_id, speaker, PaymentDeclaredDetail, content,
            declaration_id=speaker.key, means=asked.means, amount=asked.amount, paid_on=asked.paid_on,
            reminders_paused_until=paris_date(self.now() + timedelta(days=paused)) if paused else None,
        )  # fmt: skip
        return None if standing.situation.is_open else "noted"

    def _worth(
        self, standing: Standing, speaker: Speaker, asked: PaymentDeclaration, earlier: Sequence[Act]
    ) -> Mapping[str, Any]:
        """For how many days reminders pause, whether a ``person`` looks for the payment, and why; nothing is restored.

        While the rules are silent, reminders pause once.
        """
        has_paused = any("paused" in each.content for each in earlier)
        inputs = {
            "means": asked.means.value,
            "amount": float(asked.amount),
            "remains": None if standing.balance is None else float(standing.balance),
            "earlier": len(earlier),
            "paused": has_paused,
        }
        name, asked_by = standing.limitation_id, f"declaration/{speaker.key}"
        try:
            value: Mapping[str, Any] = self.core.value("declaredPayment", name, asked_by, inputs)
        except RulesUnavailable:
            return {"pausedDays": 0 if has_paused else 3, "person": False, "reason": "DECLARED"}
        return value

    def power_missing(self, limitation_id: str, speaker: Speaker, _asked: None = None) -> str:
        """Somebody has no power: the case is looked at, or a person looks where it is closed.

        What Enedis shows is read then, and kept with the act, where Enedis replies.
        """
        standing, acts = self._case(limitation_id, speaker)
        now, earlier = self.now(), _earlier(acts, "PowerMissing", speaker)
        if earlier and (wait := earlier[-1].at + POWER_MISSING_EVERY - now) > timedelta():
            raise NotSaid("said_again", wait)
        self._say(limitation_id, speaker, PowerMissingDetail, {}, report_id=speaker.key)
        if not any(each.key == speaker.key and each.shown for each in acts):
            reply = self.core.ask(VisitAsked(asks="POWER", limitation_id=limitation_id))
            if reply.power:
                self.table.note_shown(limitation_id, speaker.key, reply.power.model_dump(mode="json", by_alias=True))
        return "said_no_power" if standing.situation.is_open else "said_no_power_closed"

    def ask(self, limitation_id: str, speaker: Speaker, asked: Request) -> None:
        """Somebody asks billing for something: a plan, a dispute, a protection, a person."""
        standing, _ = self._case(limitation_id, speaker)
        name = "first_amount" if isinstance(asked, PlanRequest) else "amount"
        if (amount := getattr(asked, name, None)) and amount > standing.item.get("debt", amount):
            raise BadForm(name, "over_debt")
        about = {"id": speaker.key, "contract_id": standing.item["contractId"], **asked.model_dump()}
        self._say(limitation_id, speaker, asked.fact, _content(asked), **about)

    def slots(self, limitation_id: str) -> VisitReply:
        """When a technician may come."""
        if not known(self.standings, limitation_id).situation.awaits_visit:
            raise NotSaid(OF_VISIT[VisitStatus.NOTHING])
        if shown := self.table.of_case(limitation_id).slots(self.now()):
            return shown
        reply = self._of_visit(limitation_id)
        if not reply.slots:
            raise NotSaid(OF_VISIT.get(reply.status, OF_VISIT[VisitStatus.NOTHING]))
        content = {"reply": reply.model_dump_json(by_alias=True)}
        self.table.keep(VISIT, content, self.now() + SLOTS_SHOWN_FOR, limitation_id)
        return reply

    def show_slots(self, limitation_id: str, _speaker: Speaker, _asked: None) -> None:
        """Somebody wants to see the slots: the next page shows them."""
        self.slots(limitation_id)

    def agree_visit(self, limitation_id: str, speaker: Speaker, asked: VisitAgreement) -> None:
        """Agree one of the slots; who will be there is told to Enedis alone."""
        visit = Visit(asked.on, asked.slot)
        act = speaker.act("VisitAgreed", self.now(), {"visit": str(visit)})
        if was_noted(self.table, limitation_id, act):
            return
        shown = self.slots(limitation_id)
        if visit not in {shown.planned, *shown.slots}:
            raise NotSaid(OF_VISIT[VisitStatus.REFUSED])
        if visit != shown.planned:
            reply = self._of_visit(limitation_id, reference=shown.reference, agreed=visit, present=asked.present)
            if reply.status is not VisitStatus.UNAVAILABLE:
                self.table.take(VISIT, self.now(), limitation_id)
            if reply.status is not VisitStatus.AGREED:
                raise NotSaid(OF_VISIT[reply.status])
        self.table.note_act(limitation_id, act)

    def _of_visit(self, limitation_id: str, **agreed: Any) -> VisitReply:
        if self.table.count(f"VISITS#{limitation_id}", self.now(), ONE_HOUR) > VISIT_CALLS_AN_HOUR:
            raise NotSaid("said_visit_often", left_of_hour(self.now()))
        return self.core.ask(VisitAsked(asks="VISIT", limitation_id=limitation_id, **agreed))

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

    def _say(
        self, limitation_id: str, speaker: Speaker, fact: type[SaidDetail], content: dict[str, str], **about: Any
    ) -> None:
        """Note an act, and put its fact on the bus."""
        act = speaker.act(fact.__name__.removesuffix("Detail"), self.now(), content)
        if not self.table.note_act(limitation_id, act):
            was_noted(self.table, limitation_id, act)
        who = {"channel": speaker.channel, "role": speaker.role, "by": speaker.by or None}
        self.core.put(act.kind, fact(limitation_id=limitation_id, at=act.at, **who, **about))


def _earlier(acts: Sequence[Act], kind: str, speaker: Speaker) -> list[Act]:
    """What was said of a kind before a speaker's form."""
    return [each for each in acts if each.kind == kind and each.key != speaker.key]


def _content(asked: Asking) -> dict[str, str]:
    """What was filled in, as text."""
    return {name: str(value) for name, value in asked.model_dump(mode="json", by_alias=True).items() if value}
