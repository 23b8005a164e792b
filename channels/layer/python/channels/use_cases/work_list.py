"""Advisors take work, give it back, set it aside and end it. Two who decide one thing: one wins, the other is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from channels.domain.session import AdvisorSession, Refused
from channels.domain.work import SET_ASIDE_DAYS, Whose, Work, WorkKind, end_of_working_day
from channels.ports import Bus, Standings, Table
from channels.use_cases.speak import Speaker, was_noted
from restoration.contracts.received_details import AdvisorDecidedDetail, AdvisorDecision

LONGEST_REASON = 500
"""Characters of a reason with its proof, as the core takes them."""


@dataclass(frozen=True, slots=True)
class WorkDesk:
    """What advisors do with the list, once :meth:`check_may_act` has let them."""

    table: Table
    standings: Standings
    bus: Bus
    now: Callable[[], datetime]

    def open_work(self, advisor: AdvisorSession, kind: WorkKind | None = None, whose: Whose = Whose.ALL) -> list[Work]:
        """What is open and may be seen by an advisor, of one kind or of all."""
        now = self.now()
        seen = (each for each in self.table.open_work() if advisor.sees(each) and kind in {None, each.kind})
        return sorted((each for each in seen if whose.has(each, advisor.subject, now)), key=lambda each: each.place)

    def take(self, advisor: AdvisorSession, work: Work) -> None:
        """Take work on.

        Raises
        ------
        Refused
            Somebody else has it, it is done, it is of the advisor's own case, or they may not decide.
        """
        self._check(advisor, work)
        if not self.table.take_work(work, advisor.subject, advisor.name, self.now()):
            raise self._lost(work)

    def give_back(self, advisor: AdvisorSession, work: Work) -> None:
        if work.taken_by != advisor.subject:
            raise Refused("NOT_YOURS")
        if not self.table.take_work(work, None, "", self.now()):
            raise self._lost(work)

    def set_aside(self, advisor: AdvisorSession, work: Work, until: datetime, speaker: Speaker) -> None:
        """Set work aside until a moment, three working days ahead at most. It delays no order and no message."""
        self._check(advisor, work)
        now = self.now()
        if not now < until <= end_of_working_day(now, SET_ASIDE_DAYS):
            raise Refused("TOO_LONG")
        if not self.table.set_aside(work, until):
            raise self._lost(work)
        act = speaker.act("QuestionSetAside", now, {"work": work.id, "until": until.isoformat()})
        self.table.note_act(work.limitation_id, act)

    def take_up(self, advisor: AdvisorSession, work: Work, speaker: Speaker) -> None:
        self._check(advisor, work)
        if not self.table.set_aside(work, None):
            raise self._lost(work)
        act = speaker.act("QuestionTakenUp", self.now(), {"work": work.id})
        self.table.note_act(work.limitation_id, act)

    def decide(
        self,
        advisor: AdvisorSession,
        work: Work,
        decision: AdvisorDecision,
        reason: str,
        speaker: Speaker,
        *,
        proof: str = "",
    ) -> None:
        """Reply to a question of the process. The one that is open at the core counts, not the one on the page.

        Parameters
        ----------
        proof
            The proof that was seen; it goes with the reason.

        Raises
        ------
        Refused
        """
        reason = f"{reason} (preuve vue : {proof})" if proof else reason
        content = {"work": work.id, "decision": decision.value, "reason": reason}
        act = speaker.act("AdvisorDecided", self.now(), content)
        if was_noted(self.table, work.limitation_id, act):
            self._end(work, decision.value)
            return
        self._check(advisor, work)
        standing = self.standings.read(work.limitation_id)
        if work.kind is not WorkKind.QUESTION or standing is None or not standing.takes_decision(work.number):
            raise self._lost(work)
        if not work.offer.replies:
            raise Refused("NO_RULES")
        if not work.offer.allows(decision):
            raise Refused("NOT_OFFERED", decision=decision.value)
        if work.offer.proof and decision is not AdvisorDecision.REFUSE and not proof:
            raise Refused("NO_PROOF")
        if len(reason) > LONGEST_REASON:
            raise Refused("TOO_MANY_WORDS")
        # The advisor who has it speaks, and one has it. It stays on the list until the bus has what was said.
        if not self.table.take_work(work, advisor.subject, advisor.name, self.now()):
            raise self._lost(work)
        self.bus.put(
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

    def done(self, advisor: AdvisorSession, work: Work, words: str, speaker: Speaker) -> None:
        """End work that is no question of the process, with what was done."""
        act = speaker.act("WorkDone", self.now(), {"work": work.id, "words": words})
        if was_noted(self.table, work.limitation_id, act):
            self._end(work, "WorkDone")
            return
        self._check(advisor, work)
        if work.kind is WorkKind.QUESTION:
            raise Refused("IS_A_QUESTION")
        if not self.table.take_work(work, advisor.subject, advisor.name, self.now()):
            raise self._lost(work)
        self.table.note_act(work.limitation_id, act)
        self._end(work, "WorkDone")

    def _end(self, work: Work, how: str) -> None:
        is_ended = self.table.finish(work.limitation_id, work.id, how, self.now())
        if is_ended and work.kind is WorkKind.QUESTION:
            took = self.now() - work.taken_at if work.taken_at else None
            self.table.note_decision(work.reason, took, self.now())

    def check_may_act(self, advisor: AdvisorSession, limitation_id: str) -> None:
        """Refuse somebody who only reads, or whose own case it is.

        Raises
        ------
        Refused
        """
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
        now = self.table.work(work.limitation_id, work.id)
        if now and now.taken_by and not now.done:
            return Refused("TAKEN", name=now.taken_name)
        return Refused("DONE", how=now.done if now else "", name=now.taken_name if now else "")
