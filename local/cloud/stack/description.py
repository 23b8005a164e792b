"""CloudFormation's view of the stack: `DescribeStacks`, so that scripts find the outputs as they do in an account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.cloud.backends.protocol import AwsRequest, AwsResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class StackDescription:
    """An interceptor for the dispatcher: describes the one stack that is here, leaves all else to moto."""

    def __init__(self, name: str, stack_id: str, outputs: Mapping[str, str], parameters: Mapping[str, object]) -> None:
        self._name, self._id = name, stack_id
        self._outputs, self._parameters = outputs, parameters
        self._created_at = datetime.now(UTC).isoformat()

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Describe the stack; None for any other request, and for another stack."""
        if request.service != "cloudformation" or request.method != "POST":
            return None
        asked = parse_qs(request.body.decode())
        if asked.get("Action") != ["DescribeStacks"] or asked.get("StackName", [self._name])[0] not in {
            self._name,
            self._id,
        }:
            return None
        return AwsResponse(200, {"Content-Type": "text/xml"}, self._described().encode())

    def _described(self) -> str:
        outputs = _members(("OutputKey", "OutputValue"), self._outputs)
        parameters = _members(("ParameterKey", "ParameterValue"), {k: _text(v) for k, v in self._parameters.items()})
        return (
            f'<DescribeStacksResponse xmlns="{NAMESPACE}"><DescribeStacksResult><Stacks><member>'
            f"<StackName>{escape(self._name)}</StackName><StackId>{escape(self._id)}</StackId>"
            f"<CreationTime>{self._created_at}</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>"
            f"<Parameters>{parameters}</Parameters><Outputs>{outputs}</Outputs>"
            "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
        )


def _members(names: tuple[str, str], pairs: Mapping[str, str]) -> str:
    key, value = names
    return "".join(
        f"<member><{key}>{escape(name)}</{key}><{value}>{escape(text)}</{value}></member>"
        for name, text in pairs.items()
    )


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
