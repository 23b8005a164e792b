"""The events of the core's bus, as the list of work and the doors need them.

Events come twice and out of order: work has the id of its event, and what was done before it came stays done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from channels.domain.of_case import Offer, Reply, Work, WorkKind, end_of_working_day
from channels.ports import Parts, RulesUnavailable
from record.domain.promises import REQUESTS
from restoration.clock import from_text, moment_of, to_text
from restoration.contracts.notifications import RequestOverdue
from restoration.contracts.received_details import AdvisorDecision, Role

SETTLED_BY = frozenset({"PowerRestored", "RestorationRefused", "BalanceDue", "PowerFloorRaised"})
"""Events after which the process needs no decision."""
ONE_HOUR = timedelta(hours=1)
_EFFECTS = {
    AdvisorDecision.RESTORE: "restore",
    AdvisorDecision.SEND_TECHNICIAN: "technician",
    AdvisorDecision.REFUSE: "refuse",
}
"""The part of the value that has a decision's effect: empty where it is not offered."""
_LABELS = {AdvisorDecision.SEND_TECHNICIAN: "Envoyer un technicien", AdvisorDecision.REFUSE: "Refuser"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkKeeping(Parts):
    """Keeps the list. ``question_lasts`` is how long the process waits for an advisor's decision."""

    question_lasts: timedelta

    def receive(self, event: Mapping[str, Any]) -> str:
        """Take in one event of the bus, as EventBridge writes it; gives what became of it.

        Raises
        ------
        RulesUnavailable
            The event is to come again. A question is on the list by then, without what may be decided on it.
        """
        kind, detail = str(event["detail-type"]), event["detail"]
        if kind == "Scheduled Event":
            return self._compare()
        limitation_id = str(detail.get("limitationId", ""))
        if not limitation_id:
            return "CONCERNS_NOBODY"
        if event["source"] == "restoration":
            names = self.keys.code(limitation_id), self.keys.link(limitation_id)
            self.table.open_doors(limitation_id, names, self.now())
        if detail.get("role") == Role.CUSTOMER:
            for each in self.table.of_case(limitation_id).work:
                if each.is_asleep(self.now()) and not each.done:
                    self.table.set_aside(each, None)
        if of := next((each for each in WorkKind if each.event == kind), None):
            return self._ask(of, str(event["id"]), limitation_id, event)
        if kind == "AdvisorQuestionWithdrawn":
            # Of an execution that was taken over, the question has an earlier generation.
            self._settle(limitation_id, event, "WITHDRAWN", detail["question"])
            is_known = not self.table.finish(limitation_id, _question(detail), "WITHDRAWN", self.now())
            return "KNOWN" if is_known else "DONE"
        if kind == "AdvisorDecided" or kind in SETTLED_BY:
            how = str(detail.get("decision") or detail.get("outcome") or "SETTLED")
            return self._settle(limitation_id, event, how, detail.get("question"))
        return "NOTED"

    def _ask(self, of: WorkKind, event_id: str, limitation_id: str, event: Mapping[str, Any]) -> str:
        detail, standing = event["detail"], self.standings.registered(limitation_id)
        if of is WorkKind.POWER_MISSING and standing and standing.situation.is_open:
            return "LOOKED_AT"  # an execution reads the point
        if of is WorkKind.DECLARATION:
            # The rules had somebody look for the payment; the declaration was noted with it.
            acts = self.table.of_case(limitation_id).acts
            if not any(each.key == _form(detail) and each.content.get("person") for each in acts):
                return "NOTED"
        asked_at = from_text(str(detail.get("at") or event["time"]))
        number = detail.get("question")
        name = _question(detail) if of is WorkKind.QUESTION else _form(detail) or event_id
        if of is WorkKind.QUESTION:
            self._settle(limitation_id, event, "WITHDRAWN", but=name)  # the process asks one question at a time
        reason = str(detail.get("reason", ""))
        first = standing is not None and standing.comes_first
        work = Work(name, limitation_id, of, asked_at, asked_at + self.question_lasts, reason, number, first=first)
        is_new = self._ask_question(work) if of is WorkKind.QUESTION else self._ask_other(work)
        return "ASKED" if is_new else "KNOWN"

    def _compare(self) -> str:
        """Mend what a lost event left: a question of the register that is not on the list, one there that is over.

        Each request that is late is said again: the customer is told once.
        """
        listed = [each for each in self.table.open_work() if each.kind is WorkKind.QUESTION]
        # An execution that took over waits on with the question of an earlier generation. One without an offer came
        # while the rules were silent.
        known = {(each.limitation_id, each.number, each.reason) for each in listed if each.offer.replies}
        for item in self.standings.questions():
            question = item["question"]
            detail = {"limitationId": item["limitationId"], "generation": int(item["generation"])}
            detail |= {"question": int(question["number"]), "reason": question["reason"]}
            if (item["limitationId"], detail["question"], detail["reason"]) not in known:
                asked = {"detail": detail, "time": to_text(moment_of(question["askedAt"]))}
                self._ask(WorkKind.QUESTION, "", item["limitationId"], asked)
        for each in listed:
            # The register has a question some minutes after its event.
            if each.asked_at < self.now() - ONE_HOUR:
                standing = self.standings.registered(each.limitation_id)
                if standing is None or not standing.may_take_decision(each.number):
                    self.table.finish(each.limitation_id, each.id, "SETTLED", self.now())
        for each in self.overdue():
            standing = self.standings.registered(each.limitation_id) if each.kind.lower() in REQUESTS else None
            if standing:
                given = {"limitation_id": each.limitation_id, "contract_id": standing.item["contractId"]}
                self.core.put(RequestOverdue.__name__, RequestOverdue(**given, due_by=each.due_by))
        return "COMPARED"

    def overdue(self) -> Sequence[Work]:
        """What waits for longer than it should: anything but a question of the process."""
        now, work = self.now(), self.table.open_work()
        return [each for each in work if each.kind is not WorkKind.QUESTION and each.due_by < now]

    def _ask_question(self, work: Work) -> bool:
        """Put a question on the list with what may be decided: the page that shows it need not ask the rules."""
        try:
            # The process's own reason: on a refusal of Enedis, its code comes before it.
            value = self._decide("question", work, reason=work.reason.rpartition(":")[2])
        except RulesUnavailable:
            self.table.ask(work)
            raise
        replies = [
            Reply(decision, _LABELS.get(decision, value["label"]), value[part])
            for decision, part in _EFFECTS.items()
            if value[part]
        ]
        offer = Offer(sorted(replies, key=lambda each: each.decision != value["first"]), value["proof"])
        if self.table.ask(replace(work, offer=offer)):
            return True
        self.table.offer(work, offer)  # it may have come while the rules were silent
        return False

    def _ask_other(self, work: Work) -> bool:
        value = self._decide("attention", work, kind=work.kind.value)
        due_by = end_of_working_day(work.asked_at, int(value["workingDays"]))
        return self.table.ask(replace(work, due_by=due_by, health=value["health"]))

    def _decide(self, decision: str, work: Work, **inputs: str) -> Any:
        return self.core.value(decision, work.limitation_id, f"keep_work/{work.id}", inputs)

    def _settle(
        self, limitation_id: str, event: Mapping[str, Any], how: str, number: int | None = None, but: str = ""
    ) -> str:
        """Take what the process asked before an event off: the question of a number, or all but one."""
        until = from_text(event["time"])
        done = [
            self.table.finish(limitation_id, each.id, how, self.now())
            for each in self.table.of_case(limitation_id).work
            if each.kind in {WorkKind.QUESTION, WorkKind.LEFT_TO_ADVISOR} and not each.done and each.id != but
            if (number is None or each.number in {None, number}) and each.asked_at <= until
        ]
        return "DONE" if any(done) else "NOTED"


def _form(detail: Mapping[str, Any]) -> str:
    """The key of the form by which somebody said something: its act has it, too."""
    return str(detail.get("id") or detail.get("declarationId") or detail.get("reportId") or "")


def _question(detail: Mapping[str, Any]) -> str:
    """The name of a question: each execution counts its own from one, and has a generation of its own."""
    return f"question-{detail['generation']}-{detail['question']}"
