"""Watching the executions through AWS's own APIs, often and cheaply: a list of them, and a scan of the register."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.demo.stage import MACHINE, Stage

INTAKE = ("payments", "limitations", "answers")


@dataclass
class Seen:
    """One execution, as far as it was seen; ``settled`` says that it has ended."""

    arn: str
    name: str
    limitation_id: str
    started_at: datetime
    status: str = "RUNNING"
    outcome: str = ""
    settled: bool = False
    error: str = ""
    cause: str = ""
    redrives: int = 0


@dataclass
class Situation:
    """One limitation: its executions, oldest first, and its item in the register."""

    executions: list[Seen] = field(default_factory=list)
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settled(self) -> list[Seen]:
        return [seen for seen in self.executions if seen.settled]

    @property
    def is_quiet(self) -> bool:
        """Whether all its executions have settled."""
        return len(self.settled) == len(self.executions)

    @property
    def outcomes(self) -> list[str]:
        """Outcome of each execution; FAILED and ABORTED for those that ended without, RUNNING for the others."""
        return [seen.outcome or seen.status for seen in self.executions]


class Watch:
    """What is known of all executions and limitations; :meth:`look` brings it up to date."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._client = stage.cloud.client("stepfunctions")
        self._machine = stage.cloud.physical_id(MACHINE)
        self._seen: dict[str, Seen] = {}
        self.situations: dict[str, Situation] = {}

    def look(self) -> Mapping[str, Situation]:
        """Look at everything once."""
        items = {item["limitationId"]: item for item in self._stage.items("LimitationsTable")}
        for listed in self._list():
            seen = self._seen.get(listed["executionArn"]) or self._meet(listed)
            if seen.status not in {"RUNNING", listed["status"]}:
                _begin_again(seen)
            if listed["status"] != "RUNNING" and seen.status == "RUNNING":
                self._read_end(seen)
        for limitation_id, item in items.items():
            self.situations.setdefault(limitation_id, Situation()).item = item
        return self.situations

    def of(self, limitation_id: str) -> Situation:
        """What the last look showed of a limitation; nothing when it is not known."""
        return self.situations.get(limitation_id, Situation())

    def executions(self) -> list[Seen]:
        """All executions, oldest first."""
        return sorted(self._seen.values(), key=lambda seen: seen.started_at)

    def history(self, seen: Seen) -> list[dict[str, Any]]:
        """An execution's events, oldest first."""
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=seen.arn, PaginationConfig={"PageSize": 1000}
        )
        return [event for page in pages for event in page["events"]]

    def last_state(self, seen: Seen) -> str:
        """The state that a running execution is in."""
        entered = [
            event["stateEnteredEventDetails"] for event in self.history(seen) if "stateEnteredEventDetails" in event
        ]
        return str(entered[-1]["name"]) if entered else ""

    def intake_is_empty(self) -> bool:
        """Whether no event waits in a queue or is being received."""
        depths = self._stage.cloud.queue_depths()
        return not any(depth.total for name, depth in depths.items() if name.endswith(INTAKE))

    def _list(self) -> Iterable[Mapping[str, Any]]:
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._machine, PaginationConfig={"PageSize": 1000}
        )
        found = [execution for page in pages for execution in page["executions"]]
        return sorted(found, key=lambda execution: execution["startDate"])

    def _meet(self, listed: Mapping[str, Any]) -> Seen:
        arn, name = listed["executionArn"], listed["name"]
        seen = Seen(arn, name, name.rpartition("-")[0], listed["startDate"])
        self._seen[arn] = seen
        self.situations.setdefault(seen.limitation_id, Situation()).executions.append(seen)
        return seen

    def _read_end(self, seen: Seen) -> None:
        told = self._client.describe_execution(executionArn=seen.arn)
        seen.status, seen.settled = told["status"], True
        seen.error, seen.cause = told.get("error") or "", told.get("cause") or ""
        if told.get("output"):
            seen.outcome = json.loads(told["output"]).get("outcome", "")


def _begin_again(seen: Seen) -> None:
    """It was redriven."""
    seen.status, seen.outcome, seen.settled, seen.error, seen.cause = "RUNNING", "", False, "", ""
    seen.redrives += 1
