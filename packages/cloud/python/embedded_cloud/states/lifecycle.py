"""The end of executions: recorded, and told to EventBridge as Step Functions does."""

from __future__ import annotations

import datetime as dt
import json
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import events_backends
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication

from embedded_cloud.patching import around
from embedded_cloud.states import redrive

if TYPE_CHECKING:
    from embedded_cloud.patching import Mend
    from embedded_cloud.states.executions import Executions

END_LOCK = threading.RLock()
"""Held while an execution's end is written down: moto sets the status first, and error and cause after it."""

DETAIL_TYPE = "Step Functions Execution Status Change"


def mend_of(executions: Executions) -> Mend:
    """Record the end of each execution; moto sets its status after the last event of its history, and tells nobody."""
    return BaseExecutionWorkerCommunication, "terminated", around(partial(_terminated, executions))


def _terminated(executions: Executions, original: Any, communication: Any) -> None:
    execution = communication.execution
    with executions.ends(execution.execution_arn):
        with END_LOCK:
            original(communication)
            # On AWS they are the moments of the first and the last event; moto takes others.
            history = execution.exec_worker.env.event_manager._history_event_list  # noqa: SLF001
            began, ended = (dt.datetime.fromisoformat(str(history[each]["timestamp"])) for each in (0, -1))
            execution.start_date, execution.stop_date = began, ended
            executions.note_end(execution)
        publish_status(execution)


def publish_status(execution: Any) -> None:
    """Put the event that Step Functions puts on the default bus when an execution's status changes.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    backend = events_backends[DEFAULT_ACCOUNT_ID][execution.region_name]
    if not backend.event_buses["default"].rules:
        return
    status = execution.status
    detail = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": status,
        "startDate": int(execution.start_date.timestamp() * 1000),
        "stopDate": int(execution.stop_date.timestamp() * 1000) if execution.stop_date else None,
        "input": execution.execution_input,
        "output": json.dumps(execution.output, default=str) if status == "SUCCEEDED" else None,
        "error": execution.error,
        "cause": execution.cause,
        "redriveCount": redrive.count_of(execution),
    }
    entry = {"Source": "aws.states", "DetailType": DETAIL_TYPE, "Detail": json.dumps(detail)}
    backend.put_events([{**entry, "Resources": [execution.execution_arn]}])
