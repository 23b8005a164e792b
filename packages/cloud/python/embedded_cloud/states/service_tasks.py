"""Tasks that call AWS services: where their calls go, how names are written, which errors come back."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StringShape, StructureShape
from moto.stepfunctions.parser.api import HistoryEventType, LambdaFunctionFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.utils import camel_to_snake_case, snake_to_camel_case

from embedded_cloud.patching import replaced, replaced_wherever_imported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

    from embedded_cloud.backends.clients import Clients
    from embedded_cloud.rights.rights import Rights

BOTO_SERVICE_BY_ASL_NAME = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
}

ERROR_PREFIX_BY_ASL_NAME = {
    "dynamodb": "DynamoDb",
    "sesv2": "SesV2",
    "eventbridge": "EventBridge",
    "secretsmanager": "SecretsManager",
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
}
"""What SDK integrations put before an exception's name: the client's name in the AWS SDK for Java.

Of the others it is the service's own name with a capital letter.

So the same refusal is `DynamoDB.ConditionalCheckFailedException` from `arn:aws:states:::dynamodb:updateItem` and
`DynamoDb.ConditionalCheckFailedException` from `arn:aws:states:::aws-sdk:dynamodb:updateItem`.
"""


class UnsupportedFieldError(ValueError):
    """An argument's name is none of the API's; Step Functions refuses it, too, at the latest when the state runs."""


@contextmanager
def patched(clients: Clients, rights: Rights) -> Iterator[None]:
    """Make moto's interpreter call the embedded cloud, and name things as Step Functions does."""

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:  # noqa: ARG001 - moto's signature
        role = state_credentials.role_arn if state_credentials is not None else ""
        key = rights.key_of_role(role, "states.amazonaws.com", "execution") if role in rights.roles else ""
        return clients.get(service, validate=False, access_key=key)

    with ExitStack() as stack:
        # moto builds a client for each call (20-50 ms) and sends it to the port of its own server.
        original = boto_client.boto_client_for
        stack.enter_context(
            replaced_wherever_imported("moto.stepfunctions.parser", "boto_client_for", original, client_for)
        )
        # moto leaves both normalisers empty: camelCase APIs (Step Functions' own) fail with a KeyError.
        of_parameters = _normaliser(clients, to_api_names, "input_shape", lambda *_: True)
        of_response = _normaliser(clients, to_states_names, "output_shape", _has_own_response)
        stack.enter_context(replaced(StateTaskService, "_normalise_parameters", of_parameters))
        stack.enter_context(replaced(StateTaskService, "_normalise_response", of_response))
        stack.enter_context(replaced(StateTaskService, "_SERVICE_NAME_SFN_TO_BOTO_OVERRIDES", BOTO_SERVICE_BY_ASL_NAME))
        # moto drops arguments that an optimised integration does not know, so a typing error passes unseen.
        stack.enter_context(replaced(StateTask, "_eval_parameters", _checked_parameters(StateTask._eval_parameters)))  # noqa: SLF001
        stack.enter_context(
            replaced(StateTaskServiceAwsSdk, "_normalise_service_error_name", staticmethod(_error_prefix))
        )
        # moto calls every refusal of Lambda's API "Exception" when the resource is the function's ARN.
        stack.enter_context(replaced(StateTaskLambda, "_from_error", _lambda_error(StateTaskLambda._from_error)))  # noqa: SLF001
        yield


def _error_prefix(service_name: str) -> str:
    return ERROR_PREFIX_BY_ASL_NAME.get(service_name.lower(), service_name[:1].upper() + service_name[1:])


def _normaliser(clients: Clients, convert: Any, shape_of: str, is_meant: Any) -> Any:
    """Give a method that converts arguments or a response by the API's model: both are changed in place."""

    def normalise(task: Any, *given: Any, **named: Any) -> None:
        # Parameters or a response come first, by their place or by their name.
        document = next(iter((*given, *named.values())))
        if not is_meant(task, document):
            return
        client = clients.get(task._get_boto_service_name(), validate=False)  # noqa: SLF001
        name = client.meta.method_to_api_mapping.get(task._get_boto_service_action())  # noqa: SLF001
        shape = getattr(client.meta.service_model.operation_model(name), shape_of) if name else None
        if shape is not None:
            converted = convert(document, shape)
            document.clear()
            document.update(converted)

    return normalise


def _has_own_response(task: Any, response: Any) -> bool:
    """Whether a response is the API's, with its names: a callback's is the outcome."""
    is_sdk = isinstance(response, dict) and isinstance(task, (StateTaskServiceAwsSdk, StateTaskServiceSfn))
    return is_sdk and "waitForTaskToken" not in str(task.resource.condition)


def to_api_names(value: Any, shape: Shape, path: str = "") -> Any:
    """Give arguments with the names that the API has: `StateMachineArn` becomes `stateMachineArn`.

    Raises
    ------
    UnsupportedFieldError
        When a name is none of the API's.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        names = {camel_to_snake_case(name): name for name in shape.members}
        if "NULL" in shape.members:
            names["nul"] = "NULL"  # DynamoDB's, as the AWS SDK for Java has it
        result = {}
        for key, item in value.items():
            name = names.get(camel_to_snake_case(key))
            if name is None:
                known = ", ".join(_pascal(member) for member in shape.members)
                raise UnsupportedFieldError(f"The field '{path}{key}' is not supported; there are {known}")
            result[name] = to_api_names(item, shape.members[name], f"{path}{key}.")
        return result
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_api_names(item, shape.member, f"{path}[].") for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_api_names(item, shape.value, f"{path}{key}.") for key, item in value.items()}
    if isinstance(shape, StringShape) and value is not None and not isinstance(value, str):
        return to_json_str(value, separators=(",", ":"))
    if shape.type_name == "blob" and value is not None and not isinstance(value, bytes):
        return (value if isinstance(value, str) else to_json_str(value, separators=(",", ":"))).encode()
    return value


def to_states_names(value: Any, shape: Shape) -> Any:
    """Give a response with the names that Step Functions writes: `executionArn` becomes `ExecutionArn`."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            "Nul" if key == "NULL" else _pascal(key): to_states_names(item, shape.members[key])
            for key, item in value.items()
            if key in shape.members
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_states_names(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_states_names(item, shape.value) for key, item in value.items()}
    if hasattr(value, "read"):
        return value.read().decode(errors="replace")
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return value


def _pascal(name: str) -> str:
    return str(snake_to_camel_case(camel_to_snake_case(name)))


def _checked_parameters(original: Any) -> Any:
    def eval_parameters(self: Any, env: Any) -> Any:
        supported = self._get_supported_parameters()
        if supported and self.parargs is not None:
            self.parargs.eval(env=env)
            given = env.stack.pop()
            unknown = sorted(set(given) - set(supported) - {"ReturnValuesOnConditionCheckFailure", "TraceHeader"})
            if unknown:
                raise UnsupportedFieldError(
                    f"The field '{unknown[0]}' is not supported by {self.resource.resource_arn}"
                )
            return given
        return original(self, env)

    return eval_parameters


def _lambda_error(original: Any) -> Any:
    def from_error(self: Any, env: Any, ex: Exception) -> Any:
        if isinstance(ex, ClientError) and not isinstance(ex, lambda_eval_utils.LambdaFunctionErrorException):
            error = f"Lambda.{ex.response['Error']['Code']}"
            details = LambdaFunctionFailedEventDetails(error=error, cause=ex.response["Error"]["Message"])
            event: Any = {"lambdaFunctionFailedEventDetails": details}
            return FailureEvent(
                env=env,
                error_name=CustomErrorName(error),
                event_type=HistoryEventType.LambdaFunctionFailed,
                event_details=event,
            )
        return original(self, env, ex)

    return from_error
