"""Lambda's API of event source mappings: who reads which queue, and a pause that really stops the reader.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, Operation, RefusedError, json_response

if TYPE_CHECKING:
    from embedded_cloud.messaging.pollers import Poller, Pollers

CHANGEABLE = frozenset({"UUID", "Enabled", "FunctionName"})
"""What an update may name here: the batch size and its like are the template's."""


class MappingsApi:
    """Lists, describes, pauses and resumes the mappings of the stacks."""

    def __init__(self, pollers: Pollers) -> None:
        self._pollers = pollers
        self.operations: dict[str, Operation] = {
            "lambda:ListEventSourceMappings": self._list,
            "lambda:GetEventSourceMapping": lambda request: self._described(self._meant(request)),
            "lambda:UpdateEventSourceMapping": self._update,
            "lambda:CreateEventSourceMapping": _refuse,
            "lambda:DeleteEventSourceMapping": _refuse,
        }

    def _meant(self, request: AwsRequest) -> Poller:
        for poller in self._pollers.all():
            if poller.configuration.uuid == request.parameters["UUID"]:
                return poller
        raise RefusedError("ResourceNotFoundException", "The resource you requested does not exist.", 404)

    def _list(self, request: AwsRequest) -> dict[str, Any]:
        asked = request.parameters.get("FunctionName", "")
        function = asked.rpartition(":function:")[2].partition(":")[0]
        source = request.parameters.get("EventSourceArn", "")
        found = [
            self._described(poller)
            for poller in self._pollers.all()
            if function in {"", poller.configuration.function_name} and source in {"", poller.configuration.queue_arn}
        ]
        return {"EventSourceMappings": found}

    def _update(self, request: AwsRequest) -> AwsResponse:
        poller, asked = self._meant(request), request.parameters
        others = sorted(set(asked) - CHANGEABLE)
        if others:
            raise RefusedError("InvalidParameterValueException", f"{', '.join(others)} can't be changed here")
        described = self._described(poller)
        after = bool(asked.get("Enabled", poller.enabled))
        if after is not poller.enabled:
            poller.enabled = after
            described["State"] = "Enabling" if after else "Disabling"
        return json_response(described, 202)

    def _described(self, poller: Poller) -> dict[str, Any]:
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
