"""Advisors take work, give it back, set it aside and end it. Two who decide one thing: one wins, the other is told."""

from dataclasses import dataclass
from datetime import datetime

from channels.contracts.asking import Decision, End, SettingAside
from channels.domain.of_case import SET_ASIDE_DAYS, Act, Whose, Work, WorkKind, end_of_working_day
from channels.domain.session import AdvisorSession, Refused
from channels.ports import Parts
from channels.use_cases.speak import Speaker, was_noted
from restoration.contracts.received_details import AdvisorDecidedDetail, AdvisorDecision

LONGEST_REASON = 500
"""Characters of a reason with its proof, as the core takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDesk(Parts):
    """What advisors do with the list, once :meth:`check_may_act` has let them.

    Each act raises :class:`Refused` where somebody else has the work, it is done, or the advisor may not see it. The
    first line of each is its summary in the API's document.
    """

    def open_work(self, advisor: AdvisorSession, kind: WorkKind | None = None, whose: Whose = Whose.ALL) -> list[Work]:
        """What is open and may be seen by an advisor, of one kind or of all."""
        now = self.now()
        seen = (each for each in self.table.open_work() if advisor.sees(each) and kind in {None, each.kind})
        return sorted((each for each in seen if whose.has(each, advisor.subject, now)), key=lambda each: each.place)

    def take(self, advisor: AdvisorSession, work: Work, *_: object) -> None:
        """Take work on."""
        self._check(advisor, work)
        self._take(advisor, work)

    def give_back(self, advisor: AdvisorSession, work: Work, *_: object) -> None:
        """Give back what one has taken."""
        if work.taken_by != advisor.subject:
            raise Refused("NOT_YOURS")
        if not self.table.take_work(work, None, "", self.now()):
            raise self._lost(work)

    def set_aside(self, advisor: AdvisorSession, work: Work, speaker: Speaker, asked: SettingAside) -> None:
        """Set work aside until a moment. It delays no order and no message."""
        last = min(end_of_working_day(self.now(), SET_ASIDE_DAYS), work.due_by)
        if not self.now() < asked.until <= last:
            raise Refused("TOO_LONG")
        content = {"work": work.id, "until": asked.until.isoformat()}
        self._put_aside(advisor, work, asked.until, speaker.act("QuestionSetAside", self.now(), content))

    def take_up(self, advisor: AdvisorSession, work: Work, speaker: Speaker, *_: object) -> None:
        """Take up again what was set aside."""
        self._put_aside(advisor, work, None, speaker.act("QuestionTakenUp", self.now(), {"work": work.id}))

    def decide(self, advisor: AdvisorSession, work: Work, speaker: Speaker, asked: Decision) -> None:
        """Decide a question of the process. The one that is open counts; nobody decides their own case."""
        decision = asked.decision
        reason = f"{asked.reason} (preuve vue : {asked.proof})" if asked.proof else asked.reason
        content = {"work": work.id, "decision": decision.value, "reason": reason}
        act = speaker.act("AdvisorDecided", self.now(), content)
        if was_noted(self.table, work.limitation_id, act):
            self._end(work, decision.value)
            return
        self._check(advisor, work)
        standing = self.standings.read(work.limitation_id)
        # The question that is open at the core counts, not the one on the page.
        if work.kind is not WorkKind.QUESTION or standing is None or not standing.may_take_decision(work.number):
            raise self._lost(work)
        if not standing.takes_decision(work.number):
            raise Refused("LOOKED_AT")
        if not work.offer.replies:
            raise Refused("NO_RULES")
        if decision not in {each.decision for each in work.offer.replies}:
            raise Refused("NOT_OFFERED", decision=decision.value)
        if work.offer.proof and decision is not AdvisorDecision.REFUSE and not asked.proof:
            raise Refused("NO_PROOF")
        if len(reason) > LONGEST_REASON:
            raise Refused("TOO_MANY_WORDS")
        # The advisor who has it speaks, and one has it. It stays on the list until the bus has what was said.
        self._take(advisor, work)
        self.core.put(
            "AdvisorDecided",
            AdvisorDecidedDetail(
                limitation_id=work.limitation_id,
                decision=decision,
                advisor=advisor.subject,
                reason=reason,
                at=act.at,
                question=work.number,
                channel=speaker.channel,
            ),
        )
        self.table.note_act(work.limitation_id, act)
        self._end(work, decision.value)

    def end(self, advisor: AdvisorSession, work: Work, speaker: Speaker, asked: End) -> None:
        """End work that is no question of the process, with what was done."""
        act = speaker.act("WorkDone", self.now(), {"work": work.id, "words": asked.words})
        if not was_noted(self.table, work.limitation_id, act):
            self._check(advisor, work)
            if work.kind is WorkKind.QUESTION:
                raise Refused("IS_A_QUESTION")
            self._take(advisor, work)
            self.table.note_act(work.limitation_id, act)
        self._end(work, "WorkDone")

    def _take(self, advisor: AdvisorSession, work: Work) -> None:
        if not self.table.take_work(work, advisor.subject, advisor.name, self.now()):
            raise self._lost(work)

    def _put_aside(self, advisor: AdvisorSession, work: Work, until: datetime | None, act: Act) -> None:
        self._check(advisor, work)
        if not self.table.set_aside(work, until):
            raise self._lost(work)
        self.table.note_act(work.limitation_id, act)

    def _end(self, work: Work, how: str) -> None:
        is_ended = self.table.finish(work.limitation_id, work.id, how, self.now())
        if is_ended and work.kind is WorkKind.QUESTION:
            took = self.now() - work.taken_at if work.taken_at else None
            self.table.note_decision(work.reason, took, self.now())

    def check_may_act(self, advisor: AdvisorSession, limitation_id: str) -> None:
        """Refuse somebody who only reads, or whose own case it is."""
        if not advisor.may_decide:
            raise Refused("MAY_NOT")
        standing = self.standings.read(limitation_id) if advisor.own_customer else None
        if standing and standing.item.get("customerId") == advisor.own_customer:
            raise Refused("OWN_CASE")

    def _check(self, advisor: AdvisorSession, work: Work) -> None:
        if not advisor.sees(work):
            raise Refused("MAY_NOT")
        if work.done:
            raise self._lost(work)
        if work.taken_by not in {None, advisor.subject}:
            raise Refused("TAKEN", name=work.taken_name)

    def _lost(self, work: Work) -> Refused:
        """Say by whom, and what: another advisor was faster, or the case went on by itself."""
        now = self.table.of_case(work.limitation_id).work_of(work.id)
        if now and now.taken_by and not now.done:
            return Refused("TAKEN", name=now.taken_name)
        return Refused("DONE", how=now.done if now else "", name=now.taken_name if now else "")
