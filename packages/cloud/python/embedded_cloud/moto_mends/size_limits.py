"""Variables and what a task sends may have any size; the limits on results are held.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from embedded_cloud.moto_mends.jsonata import evaluation_failed
from embedded_cloud.patching import around

ASSIGNED_BYTES = 256 * 1024
"""Of one variable, and of all that one `Assign` sets together."""
ARGUMENT_BYTES = 256 * 1024
"""Of what a task sends."""
STORED_BYTES = 10 * 1024 * 1024
"""Of all variables of an execution. A branch of a Parallel or an item of a Map is counted by itself here."""


def _eval_parameters(original: Any, task: Any, env: Any) -> Any:
    arguments = original(task, env)
    size = _size_of(arguments)
    if size > ARGUMENT_BYTES:
        _fail(env, f"the task's arguments have {size} bytes, allowed are {ARGUMENT_BYTES}")
    return arguments


def _assign(self: Any, env: Any) -> None:
    declarations: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        declarations |= env.stack.pop()
    sizes = {name: _size_of(value) for name, value in declarations.items()}
    if sum(sizes.values()) > ASSIGNED_BYTES:
        _fail(env, f"the variables {', '.join(sizes)} have {sum(sizes.values())} bytes, allowed are {ASSIGNED_BYTES}")
    kept: dict[str, int] = env.variable_store.__dict__.setdefault("sizes", {})
    kept |= sizes
    stored = sum(kept.values())
    if stored > STORED_BYTES:
        _fail(env, f"the execution's variables have {stored} bytes, allowed are {STORED_BYTES}")
    for name, value in declarations.items():
        env.variable_store.set(variable_identifier=name, variable_value=value)


def _size_of(value: Any) -> int:
    return len(to_json_str(value, separators=(",", ":")).encode())


def _fail(env: Any, what: str) -> None:
    """End the execution: no Catch takes this error."""
    raise evaluation_failed(
        env, StatesErrorNameType.StatesStatesDataLimitExceeded, f"State '{env.next_state_name}': {what}"
    )


MENDS = (
    (AssignDecl, "_eval_body", lambda _: _assign),
    (StateTask, "_eval_parameters", around(_eval_parameters)),
)
