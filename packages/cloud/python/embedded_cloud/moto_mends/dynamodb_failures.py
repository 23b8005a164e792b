"""Time-outs, limits and mistakes of a task of DynamoDB have the one name of all its failures.

On AWS they are `States.Timeout`, `States.DataLimitExceeded` and `States.Runtime`, as in any task:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask


def _of_any_task(original: Any) -> Any:
    def from_error(self: Any, env: Any, ex: Exception) -> Any:
        return original(self, env, ex) if isinstance(ex, ClientError) else StateTask._from_error(self, env, ex)  # noqa: SLF001

    return from_error


MENDS = ((StateTaskServiceDynamoDB, "_from_error", _of_any_task),)
