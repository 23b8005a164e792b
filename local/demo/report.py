"""What became of each case, and the figures: from executions' histories to ``build/demo/report.json``."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from statistics import quantiles
from typing import Any

from embedded_cloud import Execution
from local.demo.crowd import BadEvent
from local.stage import outcome_of
from local.stories.taken import Taken, to_json
from ops.event_log.command import deviation_lines
from ops.event_log.export import Exported
from record.domain.failure import words_of
from record.domain.states import STEP_OF

PASSIVE = frozenset({"JOINED", "NOT_LIMITED", "SUPERSEDED", "OFF", "NOTHING_NEW"})
"""Outcomes of executions that left a case as it was."""

PAYING = frozenset({"PaymentReceived", "PaymentCleared", "PaymentPlanAgreed", "HousingAidGranted"})
"""Events that bring money, or the promise that the rules take for it."""

_CLOSING = "CloseOrLetGo"


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one limitation.

    ``seconds`` run from the moment its paying event was put on the bus (the last one before it closed; its last event
    when nobody paid) until the deciding execution closed it. ``problems`` is what differs from the story. ``runs`` are
    the executions as they stood when they were looked at.
    """

    limitation_id: str
    story: str
    title: str
    runs: tuple[Execution, ...]
    seconds: float | None = None
    was_paid: bool = False
    orders: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    english: str = ""
    """The story's title in English; ``title`` is the French one that business wrote."""

    @property
    def decisive(self) -> Execution | None:
        """The last execution that did something about the case."""
        doing = [run for run in self.runs if outcome_of(run) not in PASSIVE]
        return next(reversed(doing or self.runs), None)

    @property
    def outcome(self) -> str:
        return outcome_of(self.decisive) if self.decisive else "NO_EXECUTION"

    @property
    def path(self) -> Sequence[str]:
        return self.decisive.path if self.decisive else ()

    @property
    def route(self) -> str:
        """The steps of the path, in words."""
        return in_words([step.lower() for step, _ in groupby(STEP_OF[state] for state in self.path)])


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """One line of somebody else's events, and what became of it. ``is_lost`` is never to be."""

    number: int
    type: str
    text: str
    is_lost: bool = False


@dataclass(slots=True)
class Summary:
    """The whole run in figures."""

    mode: str
    cases: Sequence[Case]
    runs: Sequence[Execution]
    payments: int
    enedis_orders: int
    duplicates_absorbed: int
    put_aside: Sequence[BadEvent] = ()
    """Each with the reason that it carries."""
    problems: list[str] = field(default_factory=list)
    event_outcomes: Sequence[EventOutcome] = ()
    ways_taken: int = 0
    never_taken: Sequence[tuple[str, str]] = ()
    """States and ways that no execution took, each with its explanation (empty when there is none)."""
    taken: dict[str, Taken] = field(default_factory=dict)
    """What each story takes."""
    files: str = ""
    """The hash of the files that were played (:func:`local.stories.taken.files_hash`)."""
    decisions_kept: int = 0
    event_log: Exported | None = None
    """The files for process mining."""
    duration_seconds: float = 0.0

    def keep(self, event_log: Exported) -> None:
        """Keep where the event log is, and each path that its definition does not allow as a problem."""
        self.event_log = event_log
        for each in event_log.deviations:
            self.problems.append(" ".join(line.strip() for line in deviation_lines(each)))
        if event_log.unjudged or event_log.partly:
            unknown = event_log.unjudged + event_log.partly
            self.problems.append(f"paths that can't be compared with their definition: {unknown}")

    @property
    def outcomes(self) -> dict[str, int]:
        """How many executions ended with each outcome."""
        return dict(sorted(Counter(map(outcome_of, self.runs)).items()))

    @property
    def restored(self) -> list[Case]:
        return [case for case in self.cases if case.outcome == "RESTORED"]

    @property
    def measured(self) -> list[float]:
        """Seconds from payment to power restored, of the restored cases that somebody paid for."""
        return [case.seconds for case in self.restored if case.was_paid and case.seconds is not None]

    @property
    def seconds(self) -> dict[str, float | None]:
        """Median and 95th percentile of :attr:`measured`."""
        return {"p50": percentile(self.measured, 50), "p95": percentile(self.measured, 95)}

    @property
    def all_problems(self) -> list[str]:
        in_shadow = self.enedis_orders if self.mode == "shadow" else 0
        return [
            *(f"{case.limitation_id} {problem}" for case in self.cases for problem in case.problems),
            *self.problems,
            *([f"Enedis accepted {in_shadow} orders in shadow"] if in_shadow else []),
            *(
                f"{what}: no story takes it, and coverage.py has no reason"
                for what, reason in self.never_taken
                if not reason
            ),
        ]

    def to_json(self) -> dict[str, Any]:
        return {
            "mode": self.mode,
            "payments": self.payments,
            "limited": len(self.cases),
            "executions": len(self.runs),
            "restored": len(self.restored),
            "outcomes": self.outcomes,
            "enedis_orders": self.enedis_orders,
            "duplicates_absorbed": self.duplicates_absorbed,
            "seconds": self.seconds,
            "put_aside": [{"event": it.title, "queue": it.queue, "reason": it.reason} for it in self.put_aside],
            "problems": self.all_problems,
            "events": [{"line": it.number, "type": it.type, "outcome": it.text} for it in self.event_outcomes],
            "never_taken": [{"way": way, "reason": reason} for way, reason in self.never_taken],
            "taken": to_json(self.taken),
            "files": self.files,
            "duration_seconds": round(self.duration_seconds, 1),
            "cases": [
                {
                    "limitationId": case.limitation_id,
                    "story": case.story,
                    "outcome": case.outcome,
                    "path": case.path,
                    "seconds": case.seconds,
                    "executions": list(map(outcome_of, case.runs)),
                    "orders": list(case.orders),
                }
                for case in self.cases
            ],
        }

    def write(self, path: Path) -> None:
        """Write the report as JSON: the whole of it, or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        half.write_text(json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        half.replace(path)


def is_incident(run: Execution) -> bool:
    """Whether it failed and was not resumed: an aborted one was stopped by somebody."""
    return run.status in {"FAILED", "TIMED_OUT"}


def failure_of(run: Execution) -> str:
    """Error, state and cause of a failed execution."""
    return f"{run.error} in {run.state}: {words_of(run.cause or '')}" if run.error else ""


def in_words(words: Sequence[str]) -> str:
    """Words with an arrow between them; one that repeats is counted, and so is a round of a few that repeats."""

    def counted(found: re.Match[str]) -> str:
        times = len(found[0]) // len(found[1])
        once = found[1].strip().replace("\n", " > ")
        return f"({once}) x{times}\n" if " > " in once else f"{once} x{times}\n"

    told = re.sub(r"^((?:.+\n){1,4}?)\1+", counted, "".join(f"{word}\n" for word in words), flags=re.MULTILINE)
    return told.strip().replace("\n", " > ")


def measure(
    run: Execution | None, paid_at: Sequence[datetime], told_at: Sequence[datetime]
) -> tuple[float | None, bool]:
    """Seconds from the paying event (else the last event) before a run closed until it closed; and whether one paid."""
    entries = run.entries if run else ()
    closed_at = next((entry.at for entry in reversed(entries) if entry.state == _CLOSING), None)
    if closed_at is None:
        return None, False
    paying = [at for at in paid_at if at <= closed_at]
    begins = max(paying or [at for at in told_at if at <= closed_at], default=None)
    if begins is None:
        return None, False
    return round((closed_at - begins).total_seconds(), 3), bool(paying)


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The percentile of some values, between two of them where it falls between; None without any."""
    if len(values) < 2:  # noqa: PLR2004 - quantiles need two
        return values[0] if values else None
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 3)
