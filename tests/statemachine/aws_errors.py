"""The error names that AWS gives to a state machine, checked against the SDK's own service models."""

from functools import cache

import botocore.session

STATES_ERRORS = frozenset(
    f"States.{name}"
    for name in (
        "ALL", "Timeout", "HeartbeatTimeout", "TaskFailed", "Permissions", "Runtime", "DataLimitExceeded",
        "QueryEvaluationError", "ExceedToleratedFailureThreshold", "ItemReaderFailed", "ResultWriterFailed",
        "BranchFailed", "Http.Socket",
    )
)  # fmt: skip
"""The reserved names of the Amazon States Language."""

LAMBDA_ERRORS = frozenset(
    f"Lambda.{name}"
    for name in (
        "ServiceException", "AWSLambdaException", "SdkClientException", "ClientExecutionTimeoutException",
        "TooManyRequestsException", "Unknown", "ResourceConflictException", "ResourceNotReadyException",
        "ResourceNotFoundException", "SnapStartNotReadyException", "SnapStartTimeoutException",
    )
) | {"Sandbox.Timedout"}  # fmt: skip
"""The errors of the Lambda integration besides the handler's own; a timeout is reported as the sandbox's."""

_OPTIMISED_PREFIXES = {"dynamodb": "DynamoDB", "sqs": "SQS", "events": "EventBridge", "states": "StepFunctions"}
"""An optimised integration names its errors so; an ``aws-sdk`` one after its service's name in the Java SDK."""
_SDK_PREFIXES = {"dynamodb": "DynamoDb", "sfn": "Sfn", "ssm": "Ssm", "sqs": "Sqs", "eventbridge": "EventBridge"}
_BOTOCORE_NAMES = {"sfn": "stepfunctions", "states": "stepfunctions", "eventbridge": "events"}


def aws_error_of(resource: str, error: str) -> str | None:
    """The name under which a task of ``resource`` gets ``error``, whose service may be spelt otherwise.

    ``None`` when the call has no such error.
    """
    service, call, prefixes = _service_call(resource)
    if service not in prefixes:
        return None
    prefix, _, exception = error.partition(".")
    if prefix.lower() != prefixes[service].lower() or exception not in _exceptions(service, call):
        return None
    return f"{prefixes[service]}.{exception}"


def _service_call(resource: str) -> tuple[str, str, dict[str, str]]:
    """Service, call and prefixes of ``arn:aws:states:::[aws-sdk:]service:call[.pattern]``."""
    parts = resource.split(":::", 1)[-1].split(":")
    call = parts[-1].split(".")[0]
    if parts[0] == "aws-sdk":
        return parts[1], call, _SDK_PREFIXES
    return parts[0], call, _OPTIMISED_PREFIXES


@cache
def _exceptions(service: str, call: str) -> frozenset[str]:
    """The errors that the call may raise by the service's model; the Java SDK adds ``Exception`` where it lacks."""
    model = botocore.session.get_session().get_service_model(_BOTOCORE_NAMES.get(service, service))
    operation = model.operation_model(call[0].upper() + call[1:])
    return frozenset(
        shape.name if shape.name.endswith("Exception") else f"{shape.name}Exception" for shape in operation.error_shapes
    )


def sdk_errors(resource: str) -> frozenset[str]:
    """All errors that the service's model gives to the call of a task, as the task gets them."""
    service, call, prefixes = _service_call(resource)
    failed = frozenset({"EventBridge.FailedEntry"} if call == "putEvents" else ())
    return failed | {f"{prefixes[service]}.{exception}" for exception in _exceptions(service, call)}
