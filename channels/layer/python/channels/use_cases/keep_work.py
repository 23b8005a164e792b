"""The events of the core's bus, as the list of work and the doors need them.

Events come twice and out of order: work has the id of its event, and what was done before it came stays done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.domain.work import OF_EVENT, Work, WorkKind, due_by
from channels.ports import Doors, Standings, WorkList
from restoration.clock import from_text
from restoration.domain.case_keys import CaseKeys

SETTLED_BY = frozenset({"PowerRestored", "RestorationRefused", "BalanceDue", "PowerFloorRaised"})
"""Events after which the process needs no decision."""


@dataclass(frozen=True, slots=True)
class WorkKeeping:
    """Keeps the list.

    Parameters
    ----------
    question_lasts
        How long the process waits for an advisor's decision.
    """

    work: WorkList
    doors: Doors
    keys: CaseKeys
    standings: Standings
    question_lasts: timedelta
    now: Callable[[], datetime]

    def receive(self, event: Mapping[str, Any]) -> str:
        """Take in one event of the bus, as EventBridge writes it; gives what became of it."""
        kind, detail = str(event["detail-type"]), event["detail"]
        limitation_id = str(detail.get("limitationId", ""))
        if not limitation_id:
            return "CONCERNS_NOBODY"
        if event["source"] == "restoration":
            names = self.keys.code(limitation_id), self.keys.link(limitation_id)
            self.doors.open_doors(limitation_id, names, self.now())
        if kind in OF_EVENT:
            return self._ask(kind, str(event["id"]), limitation_id, event)
        if kind == "AdvisorQuestionWithdrawn":
            return self._finish(limitation_id, f"question-{detail['question']}", "WITHDRAWN")
        if kind == "AdvisorDecided" or kind in SETTLED_BY:
            return self._settle(limitation_id, detail)
        return "NOTED"

    def _ask(self, kind: str, event_id: str, limitation_id: str, event: Mapping[str, Any]) -> str:
        detail, of = event["detail"], OF_EVENT[kind]
        if of is WorkKind.POWER_MISSING:
            standing = self.standings.read(limitation_id)
            if standing and standing.situation.is_open:
                return "LOOKED_AT"  # an execution reads the point
        asked_at = from_text(str(detail.get("at") or event["time"]))
        number = detail.get("question")
        name = f"question-{number}" if of is WorkKind.QUESTION else str(detail.get("id") or event_id)
        work = Work(
            name, limitation_id, of, str(detail.get("reason", "")), asked_at,
            due_by(of, asked_at, self.question_lasts), number,
        )  # fmt: skip
        return "ASKED" if self.work.ask(work) else "KNOWN"

    def _settle(self, limitation_id: str, detail: Mapping[str, Any]) -> str:
        """Take the process' questions off: one was decided, or the case was settled."""
        how = str(detail.get("decision") or detail.get("outcome") or "SETTLED")
        done = [
            self.work.finish(limitation_id, each.id, how, self.now())
            for each in self.work.work_of(limitation_id)
            if each.kind in {WorkKind.QUESTION, WorkKind.LEFT_TO_ADVISOR} and not each.done
        ]
        return "DONE" if any(done) else "NOTED"

    def _finish(self, limitation_id: str, work_id: str, how: str) -> str:
        return "DONE" if self.work.finish(limitation_id, work_id, how, self.now()) else "KNOWN"
