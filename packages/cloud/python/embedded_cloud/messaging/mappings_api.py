"""Lambda's API of event source mappings: who reads which queue, and a pause that really stops the reader.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, Operation, RefusedError, json_response

if TYPE_CHECKING:
    from embedded_cloud.messaging.pollers import Poller, Pollers

CHANGEABLE = frozenset({"UUID", "Enabled", "FunctionName"})
"""What an update may name here: the batch size and its like are the template's."""


def operations(pollers: Pollers) -> dict[str, Operation]:
    """Give the operations that list, describe, pause and resume the mappings of the stacks."""
    return {
        "lambda:ListEventSourceMappings": partial(_list, pollers),
        "lambda:GetEventSourceMapping": lambda request: _described(_meant(pollers, request)),
        "lambda:UpdateEventSourceMapping": partial(_update, pollers),
        "lambda:CreateEventSourceMapping": _refuse,
        "lambda:DeleteEventSourceMapping": _refuse,
    }


def _meant(pollers: Pollers, request: AwsRequest) -> Poller:
    for poller in pollers.all():
        if poller.configuration.uuid == request.parameters["UUID"]:
            return poller
    raise RefusedError("ResourceNotFoundException", "The resource you requested does not exist.", 404)


def _list(pollers: Pollers, request: AwsRequest) -> dict[str, Any]:
    function = request.parameters.get("FunctionName", "").rpartition(":function:")[2].partition(":")[0]
    source = request.parameters.get("EventSourceArn", "")
    found = [
        _described(poller)
        for poller in pollers.all()
        if function in {"", poller.configuration.function_name} and source in {"", poller.configuration.queue_arn}
    ]
    return {"EventSourceMappings": found}


def _update(pollers: Pollers, request: AwsRequest) -> AwsResponse:
    poller, asked = _meant(pollers, request), request.parameters
    others = sorted(set(asked) - CHANGEABLE)
    if others:
        raise RefusedError("InvalidParameterValueException", f"{', '.join(others)} can't be changed here")
    described = _described(poller)
    after = bool(asked.get("Enabled", poller.enabled))
    if after is not poller.enabled:
        poller.enabled = after
        described["State"] = "Enabling" if after else "Disabling"
    return json_response(described, 202)


def _described(poller: Poller) -> dict[str, Any]:
    return {
        "UUID": poller.configuration.uuid,
        "EventSourceArn": poller.configuration.queue_arn,
        "FunctionArn": poller.function.configuration.arn,
        "State": "Enabled" if poller.enabled else "Disabled",
    }


def _refuse(_: AwsRequest) -> AwsResponse:
    raise RefusedError(
        "InvalidParameterValueException", "mappings come from the template: none is created or deleted here"
    )
