"""Every refusal of Lambda's API is called "Exception", where the resource is the function's ARN.

On AWS it is `Lambda.TooManyRequestsException`, for instance:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda


def _lambda_error(original: Any) -> Any:
    def from_error(self: Any, env: Any, ex: Exception) -> Any:
        failure = original(self, env, ex)
        if isinstance(ex, ClientError):
            error = f"Lambda.{ex.response['Error']['Code']}"
            failure.error_name = CustomErrorName(error)
            failure.event_details["lambdaFunctionFailedEventDetails"]["error"] = error
        return failure

    return from_error


MENDS = ((StateTaskLambda, "_from_error", _lambda_error),)
