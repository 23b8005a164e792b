"""Arguments that an optimised integration does not know are dropped, so that a typing error passes unseen.

moto drops two that AWS takes, too: `ReturnValuesOnConditionCheckFailure` of DynamoDB, `TraceHeader` of Step Functions.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

from embedded_cloud.patching import around

ALSO_SUPPORTED = frozenset({"ReturnValuesOnConditionCheckFailure", "TraceHeader"})


class UnsupportedFieldError(ValueError):
    """An argument's name is none of the API's; Step Functions refuses it, too, at the latest when the state runs."""


def _eval_parameters(original: Any, task: Any, env: Any) -> Any:
    supported = task._get_supported_parameters()  # noqa: SLF001
    if not supported or task.parargs is None:
        return original(task, env)
    task.parargs.eval(env=env)
    given = env.stack.pop()
    if unknown := sorted(given.keys() - supported - ALSO_SUPPORTED):
        raise UnsupportedFieldError(f"The field '{unknown[0]}' is not supported by {task.resource.resource_arn}")
    return given


MENDS = ((StateTask, "_eval_parameters", around(_eval_parameters)),)
