"""CloudFormation's view of the stacks, so that scripts find the outputs, and delete stacks, as in an account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse
from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_cloud.stack.stack import Stack
    from embedded_cloud.stack.stacks import Stacks

NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class StacksApi:
    """An interceptor for the dispatcher: describes and deletes the stacks that are here, leaves all else to moto."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self._at = datetime.now(UTC).isoformat()

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Serve a request about stacks that are here; None for any other, also for one that names no such stack."""
        if request.service != "cloudformation" or request.method != "POST":
            return None
        asked = parse_qs(request.body.decode())
        [action], [name] = asked.get("Action", [""]), asked.get("StackName", [""])
        found = [stack for stack in self._stacks.all() if name in {"", stack.name, stack.arn}]
        if not found:
            return None
        if action == "DescribeStacks":
            return _answer(action, f"<Stacks>{''.join(map(self._described, found))}</Stacks>")
        if action == "ListStackResources":
            members = "".join(map(self._resources, found))
            return _answer(action, f"<StackResourceSummaries>{members}</StackResourceSummaries>")
        if action == "DeleteStack":
            with contextlib.suppress(TemplateError):  # as on AWS, the stack's status says it
                self._stacks.delete(found[0].name)
            return _answer(action, "")
        return None

    def _described(self, stack: Stack) -> str:
        outputs = _members(("OutputKey", "OutputValue"), stack.outputs)
        parameters = {name: _text(value) for name, value in stack.template.parameters.items()} if stack.template else {}
        return (
            f"<member><StackName>{escape(stack.name)}</StackName><StackId>{escape(stack.arn)}</StackId>"
            f"<CreationTime>{self._at}</CreationTime><StackStatus>{stack.status}</StackStatus>"
            f"<StackStatusReason>{escape(stack.reason)}</StackStatusReason>"
            f"<Parameters>{_members(('ParameterKey', 'ParameterValue'), parameters)}</Parameters>"
            f"<Outputs>{outputs}</Outputs></member>"
        )

    def _resources(self, stack: Stack) -> str:
        return "".join(
            f"<member><LogicalResourceId>{escape(key)}</LogicalResourceId>"
            f"<PhysicalResourceId>{escape(held.created.ref)}</PhysicalResourceId>"
            f"<ResourceType>{held.resource.type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>"
            f"<LastUpdatedTimestamp>{self._at}</LastUpdatedTimestamp></member>"
            for key, held in stack.held.items()
        )


def _answer(action: str, result: str) -> AwsResponse:
    body = f'<{action}Response xmlns="{NAMESPACE}"><{action}Result>{result}</{action}Result></{action}Response>'
    return AwsResponse(200, {"Content-Type": "text/xml"}, body.encode())


def _members(names: tuple[str, str], pairs: Mapping[str, str]) -> str:
    key, value = names
    return "".join(
        f"<member><{key}>{escape(name)}</{key}><{value}>{escape(text)}</{value}></member>"
        for name, text in pairs.items()
    )


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
