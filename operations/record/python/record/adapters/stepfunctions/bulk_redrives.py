"""The state machine that freezes and redrives: its executions, each started by its name, and looked at."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from record.domain.redrive import Manifest
from record.domain.redrive_choice import Choice
from record.domain.redrive_run import Run, run_name

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class BulkRedrives:
    """Starts and describes executions.

    Parameters
    ----------
    machine
        The ARN of the machine (``BulkRedriveStateMachine`` in the operations' template).
    """

    def __init__(self, states: "SFNClient", machine: str) -> None:
        self._states = states
        self._machine = machine

    def freeze(self, name: str, choice: Choice, rate: int) -> None:
        """Let a set be frozen by an execution of a name."""
        self._start(name, {"step": "FREEZE", "rate": rate, "chosen": choice.to_json()})

    def run(self, manifest: Manifest, number: int, rate: int) -> str:
        """Start a run of a redrive, and give its name: the same run twice at once is one."""
        name = run_name(manifest.redrive_id, number)
        self._start(name, {"step": "RUN", "redriveId": manifest.redrive_id, "hash": manifest.hash, "rate": rate})
        return name

    def find(self, name: str) -> Run | None:
        """An execution by its name; None where there is none."""
        execution = f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            found = self._states.describe_execution(executionArn=execution)
        except self._states.exceptions.ExecutionDoesNotExist:
            return None
        why = ": ".join(str(found[name]) for name in ("error", "cause") if name in found)
        return Run(found["status"], json.loads(found["input"]), json.loads(found.get("output") or "{}"), why)

    def _start(self, name: str, request: Mapping[str, Any]) -> None:
        self._states.start_execution(stateMachineArn=self._machine, name=name, input=json.dumps(request))
