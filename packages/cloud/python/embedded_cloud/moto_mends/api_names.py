"""Arguments and responses have the names of boto3: APIs in camelCase (Step Functions' own) fail with a KeyError.

Step Functions writes all names in PascalCase. moto has two empty methods for it.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from botocore.session import get_session
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.utils import camel_to_snake_case, snake_to_camel_case

from embedded_cloud.moto_mends.dropped_arguments import UnsupportedFieldError

BOTO_SERVICE_BY_ASL_NAME = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
}


@cache
def _operations(service: str) -> Mapping[str, OperationModel]:
    """The operations of a service, by the names of boto3's methods."""
    model = get_session().get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


def _normaliser(convert: Any, shape_of: str, is_meant: Any) -> Any:
    """Give a method that converts arguments or a response by the API's model: both are changed in place."""

    def normalise(task: Any, *given: Any, **named: Any) -> None:
        # Parameters or a response come first, by their place or by their name.
        document = next(iter((*given, *named.values())))
        if not is_meant(task, document):
            return
        operation = _operations(task._get_boto_service_name()).get(task._get_boto_service_action())  # noqa: SLF001
        if shape := getattr(operation, shape_of, None):
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


MENDS = (
    (StateTaskService, "_SERVICE_NAME_SFN_TO_BOTO_OVERRIDES", lambda _: BOTO_SERVICE_BY_ASL_NAME),
    (StateTaskService, "_normalise_parameters", lambda _: _normaliser(to_api_names, "input_shape", lambda *_: True)),
    (
        StateTaskService,
        "_normalise_response",
        lambda _: _normaliser(to_states_names, "output_shape", _has_own_response),
    ),
)
