"""The rules, for the other functions."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from restoration.domain.decision import DecisionRequest
from restoration.errors import DecisionFailed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class DecisionFunction:
    """The function ``evaluate_decision``, called from another function, so that all rules have one home and audit."""

    def __init__(self, client: "LambdaClient", function_name: str) -> None:
        self._client = client
        self._function_name = function_name

    def value(self, request: DecisionRequest, look: Mapping[str, Any] | None = None) -> Any:
        """Return the value that the rules decide: of a whole ``look`` at billing's facts, nothing is kept.

        Raises
        ------
        DecisionFailed
            When the function raised, with its message.
        """
        payload = {
            "decision": request.decision,
            "limitationId": request.limitation_id,
            "askedBy": request.asked_by,
            "inputs": dict(request.inputs),
        }
        if look is not None:
            payload["look"] = dict(look)
        response = self._client.invoke(FunctionName=self._function_name, Payload=json.dumps(payload).encode())
        body: dict[str, Any] = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise DecisionFailed(f"{body.get('errorType')}: {body.get('errorMessage')}")
        return body["value"]
