"""Lambda's API of event source mappings: who reads which queue, and a pause that really stops the reader.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
"""

from __future__ import annotations

import time
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
        self._changed: dict[str, float] = {}
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
        before = poller.enabled
        after = bool(asked.get("Enabled", before))
        if after is not before:
            poller.enabled = after
            self._changed[poller.configuration.uuid] = time.time()
        described = self._described(poller)
        if after is not before:
            described["State"] = "Enabling" if after else "Disabling"
        return json_response(described, 202)

    def _described(self, poller: Poller) -> dict[str, Any]:
        mapping = poller.configuration
        responses = ["ReportBatchItemFailures"] if mapping.report_batch_item_failures else []
        scaling = {"MaximumConcurrency": mapping.maximum_concurrency} if mapping.maximum_concurrency else {}
        return {
            "UUID": mapping.uuid,
            "EventSourceArn": mapping.queue_arn,
            "FunctionArn": poller.function_arn,
            "BatchSize": mapping.batch_size,
            "FunctionResponseTypes": responses,
            **({"ScalingConfig": scaling} if scaling else {}),
            "State": "Enabled" if poller.enabled else "Disabled",
            "StateTransitionReason": "USER_INITIATED",
            "LastModified": self._changed.get(mapping.uuid, poller.created_at),
        }


def _refuse(_: AwsRequest) -> AwsResponse:
    raise RefusedError(
        "InvalidParameterValueException", "mappings come from the template: none is created or deleted here"
    )
