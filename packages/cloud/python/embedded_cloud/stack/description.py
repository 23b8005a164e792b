"""CloudFormation's view of the stacks, so that scripts find the outputs, and delete stacks, as in an account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, query_response
from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.intrinsics import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_cloud.backends.protocol import Operation
    from embedded_cloud.stack.stack import Stack
    from embedded_cloud.stack.stacks import Stacks


class StacksApi:
    """Describes and deletes the stacks that are here; of others moto says that there are none."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self._at = datetime.now(UTC)
        self.operations: dict[str, Operation] = {
            f"cloudformation:{name}": self._serve for name in ("DescribeStacks", "ListStackResources", "DeleteStack")
        }

    def _serve(self, request: AwsRequest) -> AwsResponse | None:
        name, action = request.parameters.get("StackName", ""), request.parameters["Action"]
        found = [stack for stack in self._stacks.all() if name in {"", stack.name, stack.arn}]
        if not found:
            return None
        result: dict[str, Any] = {}
        if action == "DescribeStacks":
            result = {"Stacks": [self._described(stack) for stack in found]}
        elif action == "ListStackResources":
            result = {"StackResourceSummaries": [each for stack in found for each in self._resources(stack)]}
        else:
            with contextlib.suppress(TemplateError):  # as on AWS, the stack's status says it
                self._stacks.delete(found[0].name)
        return query_response("cloudformation", action, result)

    def _described(self, stack: Stack) -> dict[str, Any]:
        parameters = stack.template.parameters if stack.template else {}
        return {
            "StackName": stack.name,
            "StackId": stack.arn,
            "CreationTime": self._at,
            "StackStatus": stack.status,
            "StackStatusReason": stack.reason,
            "Parameters": [{"ParameterKey": key, "ParameterValue": text_of(it)} for key, it in parameters.items()],
            "Outputs": [{"OutputKey": key, "OutputValue": it} for key, it in stack.outputs.items()],
        }

    def _resources(self, stack: Stack) -> Iterator[dict[str, Any]]:
        for key, held in stack.held.items():
            yield {
                "LogicalResourceId": key,
                "PhysicalResourceId": held.created.ref,
                "ResourceType": held.resource.type,
                "ResourceStatus": "CREATE_COMPLETE",
                "LastUpdatedTimestamp": self._at,
            }
