"""Reads where one limitation stands with few calls: for pages that many people open."""

from typing import TYPE_CHECKING

from record.adapters.dynamodb.counted_facts import references_of
from record.cases.kept_decisions import last_value
from record.cases.register import RegisterReader
from record.cases.stack import Stack
from record.cases.standing import Standing, situation_of
from record.contracts.machine_events import course_of_history
from record.domain.waiting import Party, state_of
from restoration.domain.look import CERTAINTY

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_EVENTS = 100
"""Of a history, the newest: a state's events are few."""


class StandingReader:
    """Reads where limitations of one stack stand."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._register = RegisterReader(stack)
        self._client: SFNClient = stack.client("stepfunctions")

    def read(self, limitation_id: str) -> Standing | None:
        """Where a limitation stands; None where it is not registered."""
        item = self._register.limitation(limitation_id)
        if "status" not in item:
            return None
        orders = self._register.orders(references_of(limitation_id, item))
        state, is_running = self._state(item["holder"]) if "holder" in item else (None, False)
        until = self._pending_until(limitation_id) if state_of(state).party is Party.BANK else None
        situation = situation_of(item, orders, state, until, is_running=is_running)
        return Standing(limitation_id, item, situation, situation.facts.get("case"))

    def _pending_until(self, limitation_id: str) -> str | None:
        table = self._stack.name("decisions")
        certainty = last_value(self._stack.client("dynamodb"), table, limitation_id, CERTAINTY)
        return str(certainty["pendingUntil"]) if certainty and certainty.get("pendingUntil") else None

    def _state(self, execution: str) -> tuple[str | None, bool]:
        """The state that an execution is in, and whether it runs; Step Functions may have forgotten it."""
        try:
            newest = self._client.get_execution_history(
                executionArn=execution, reverseOrder=True, maxResults=_EVENTS, includeExecutionData=False
            )["events"]
        except self._client.exceptions.ExecutionDoesNotExist:
            return None, False
        progress = course_of_history(execution, reversed(newest)).progress()
        return progress.state, progress.status == "RUNNING"
