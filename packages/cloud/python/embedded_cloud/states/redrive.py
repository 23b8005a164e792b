"""RedriveExecution, which moto does not have: an unsuccessful execution goes on at the state where it stopped.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import weakref
from typing import Any

from moto.core.utils import utcnow
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from embedded_cloud.patching import around

REDRIVABLE_PERIOD = dt.timedelta(days=14)
MAX_EVENTS_BEFORE = 24_999
PARTS = re.compile(r'"Type"\s*:\s*"(Map|Parallel)"')

RUNNING: Any = ProgramRunning


def count_of(execution: Any) -> int:
    """Give how often an execution was redriven."""
    return int(getattr(execution, "redrive_count", 0))


def reason_against(execution: Any) -> str | None:
    """Say why an execution cannot be redriven, in AWS's words, or give None when it can."""
    if execution.status in {"RUNNING", "SUCCEEDED"}:
        return f"Execution is {execution.status} and cannot be redriven"
    if found := PARTS.search(execution.state_machine.definition):
        return f"Executions of a machine with a {found[1]} state are not redriven by the embedded cloud"
    if execution.stop_date and utcnow() - execution.stop_date.replace(tzinfo=None) > REDRIVABLE_PERIOD:
        return "Execution redrivable period exceeded"
    if len(execution.exec_worker.env.event_manager._history_event_list) > MAX_EVENTS_BEFORE:  # noqa: SLF001
        return "Execution history event limit exceeded"
    return None


def redrive(execution: Any) -> dt.datetime:
    """Let an execution go on: same ARN, same definition, input and variables; the caller has checked that it may.

    Returns
    -------
    dt.datetime
        The time of the redrive.
    """
    at = dt.datetime.now(tz=dt.UTC)
    environment = execution.exec_worker.env
    data = environment.states.context_object.context_object_data
    execution.redrive_count = count_of(execution) + 1
    execution.redrive_date = at
    execution.exec_status = ExecutionStatus.RUNNING
    execution.stop_date = execution.error = execution.cause = execution.output = None
    data["Execution"]["RedriveCount"] = execution.redrive_count
    data["Execution"]["RedriveTime"] = at.isoformat()
    program: Any = AmazonStateLanguageParser.parse(execution.state_machine.definition)[0]
    state = data["State"]["Name"] if data.get("State") else program.start_at.start_at_name
    with environment._state_mutex:  # noqa: SLF001 - the machine's own lock on what follows
        environment._frames.clear()  # noqa: SLF001
        environment.stack.clear()
        environment.heap.clear()
        environment._program_state = RUNNING()  # noqa: SLF001
        environment.next_state_name = state
    environment.event_manager.add_event(
        context=environment.event_history_context,
        event_type="ExecutionRedriven",
        event_details={"executionRedrivenEventDetails": {"redriveCount": execution.redrive_count}},
    )
    environment.event_manager.__dict__["resumes_quietly"] = True
    threading.Thread(target=_go_on, args=(execution, program), name=f"redrive-{execution.name}", daemon=True).start()
    return at


def _go_on(execution: Any, program: Any) -> None:
    environment = execution.exec_worker.env
    timeout = program.timeout_seconds.timeout_seconds if program.timeout_seconds else None
    worker = threading.Thread(target=EvalComponent.eval, args=(program, environment), daemon=True)
    worker.start()
    worker.join(timeout)
    if worker.is_alive():
        environment.set_timed_out()
    execution.exec_worker._execution_communication.terminated()  # noqa: SLF001 - what the first run calls at its end


def _open_frame(original: Any, parent: Any, *args: Any, **kwargs: Any) -> Any:
    frame = original(parent, *args, **kwargs)
    frame.__dict__["parent"] = parent
    frame.event_history_context.__dict__["frame"] = weakref.ref(frame)
    return frame


def _add_event(original: Any, manager: Any, context: Any, event_type: Any, *args: Any, **kwargs: Any) -> Any:
    is_first_entry = event_type.endswith("StateEntered") and manager.__dict__.pop("resumes_quietly", False)
    if is_first_entry and event_type == "TaskStateEntered":
        return context.last_published_event_id
    return original(manager, context, event_type, *args, **kwargs)


MENDS = (
    (Environment, "open_frame", around(_open_frame)),
    (Environment, "open_inner_frame", around(_open_frame)),
    (EventManager, "add_event", around(_add_event)),
)
"""They know the frame of each event, and schedule a resumed task again without a second entry, as AWS does."""
