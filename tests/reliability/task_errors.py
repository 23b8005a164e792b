"""Every error with which each Task state of the process can fail for good."""

from collections.abc import Sequence

from local.asl import RESTORATION, Machine, State, function_named
from tests.statemachine.aws_errors import LAMBDA_ERRORS, sdk_errors
from tests.statemachine.raised_errors import failed_with, raised_by
from tests.statemachine.rules import CONSUMERS

OF_ANY_TASK = (
    "States.QueryEvaluationError",
    "States.Timeout",
    "States.TaskFailed",
    "States.Permissions",
    "States.DataLimitExceeded",
    "States.Runtime",
)
"""What Step Functions itself reports of a task. The first is data or code to be mended: no state tries it again."""
UNFORESEEN = "KeyError"
"""Stands for every class that a mistake in a function raises."""


def task_states() -> Sequence[State]:
    """The Task states of the process, in its order."""
    return tuple(state for state in Machine.read(RESTORATION).states() if state.type == "Task")


def errors_of(state: State) -> tuple[str, ...]:
    """The errors with which a state can fail: Step Functions', its service's, its function's, those it names."""
    named = [name for retrier in state.retriers for name in retrier["ErrorEquals"] if name != "States.ALL"]
    found = [*OF_ANY_TASK, *named]
    if state.function:
        found += [*sorted(raised_by(function_named(state.function))), *sorted(LAMBDA_ERRORS), UNFORESEEN]
    else:
        found += sorted(sdk_errors(state.resource))
    if state.queue:
        found += sorted(failed_with(CONSUMERS[state.queue]))
    # With an error that it catches it does not fail.
    caught = {name for catcher in state.catchers for name in catcher["ErrorEquals"]}
    return tuple(error for error in dict.fromkeys(found) if error not in caught)
