"""Arguments have the names of boto3: APIs in camelCase (Step Functions' own) fail with a KeyError.

Step Functions writes all names in PascalCase. moto has an empty method for it. The one for responses is empty here too:
a template whose machine reads the response of an SDK integration is refused.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from botocore.session import get_session
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.utils import camel_to_snake_case, snake_to_camel_case

from embedded_cloud.moto_mends.dropped_arguments import UnsupportedFieldError


@cache
def _operations(service: str) -> Mapping[str, OperationModel]:
    """The operations of a service, by the names of boto3's methods."""
    model = get_session().get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


def _normalise_parameters(task: Any, *given: Any, **named: Any) -> None:
    """Convert arguments by the API's model, in their place."""
    # They come first, by their place or by their name.
    arguments = next(iter((*given, *named.values())))
    operation = _operations(task._get_boto_service_name()).get(task._get_boto_service_action())  # noqa: SLF001
    if operation is not None and operation.input_shape:
        converted = to_api_names(arguments, operation.input_shape)
        arguments.clear()
        arguments.update(converted)


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
                known = ", ".join(snake_to_camel_case(camel_to_snake_case(member)) for member in shape.members)
                raise UnsupportedFieldError(f"The field '{path}{key}' is not supported; there are {known}")
            result[name] = to_api_names(item, shape.members[name], f"{path}{key}.")
        return result
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_api_names(item, shape.member, f"{path}[].") for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_api_names(item, shape.value, f"{path}{key}.") for key, item in value.items()}
    if isinstance(shape, StringShape) and value is not None and not isinstance(value, str):
        return to_json_str(value, separators=(",", ":"))
    return value


MENDS = ((StateTaskService, "_normalise_parameters", lambda _: _normalise_parameters),)
