"""Lambda's API of event source mappings: who reads which queue, and a pause that really stops the reader.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response, json_response

if TYPE_CHECKING:
    from embedded_cloud.messaging.pollers import Poller, Pollers

MAPPINGS = re.compile(r"/2015-03-31/event-source-mappings/?(?P<uuid>[^/]*)")
CHANGEABLE = frozenset({"Enabled", "FunctionName"})
"""What an update may name here: the batch size and its like are the template's."""


class MappingsApi:
    """An interceptor for the dispatcher: lists, describes, pauses and resumes the mappings of the stack."""

    def __init__(self, pollers: Pollers) -> None:
        self._pollers = pollers
        self._changed: dict[str, float] = {}

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Serve a request about mappings; None for any other."""
        parts = urlsplit(request.path)
        match = MAPPINGS.fullmatch(parts.path) if request.service == "lambda" else None
        if match is None:
            return None
        if not match["uuid"]:
            return self._list(parse_qs(parts.query)) if request.method == "GET" else _not_here()
        poller = next((it for it in self._pollers.all() if it.configuration.uuid == match["uuid"]), None)
        if poller is None:
            return error_response(404, "ResourceNotFoundException", "The resource you requested does not exist.")
        if request.method == "GET":
            return json_response(self._described(poller))
        return self._update(poller, json.loads(request.body or b"{}")) if request.method == "PUT" else _not_here()

    def _list(self, asked: dict[str, list[str]]) -> AwsResponse:
        function = asked.get("FunctionName", [""])[0].rpartition(":function:")[2].partition(":")[0]
        source = asked.get("EventSourceArn", [""])[0]
        if "FunctionName" in asked and not function:
            function = asked["FunctionName"][0]
        found = [
            self._described(poller)
            for poller in self._pollers.all()
            if function in {"", poller.configuration.function_name} and source in {"", poller.configuration.queue_arn}
        ]
        return json_response({"EventSourceMappings": found})

    def _update(self, poller: Poller, asked: dict[str, Any]) -> AwsResponse:
        others = sorted(set(asked) - CHANGEABLE)
        if others:
            return error_response(400, "InvalidParameterValueException", f"{', '.join(others)} can't be changed here")
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
            "MaximumBatchingWindowInSeconds": int(mapping.window_seconds),
            "FunctionResponseTypes": responses,
            **({"ScalingConfig": scaling} if scaling else {}),
            "State": "Enabled" if poller.enabled else "Disabled",
            "StateTransitionReason": "USER_INITIATED",
            "LastModified": self._changed.get(mapping.uuid, poller.created_at),
        }


def _not_here() -> AwsResponse:
    return error_response(
        400, "InvalidParameterValueException", "mappings come from the template: none is created or deleted here"
    )
