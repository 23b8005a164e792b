"""The rules, for the other functions."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from restoration.domain.decision import DecisionRequest
from restoration.domain.look import COVERAGE, PROTECTION
from restoration.errors import DecisionFailed

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class DecisionFunction:
    """The function ``evaluate_decision``, called from another function, so that all rules have one home and audit."""

    def __init__(self, client: "LambdaClient", function_name: str) -> None:
        self._client = client
        self._function_name = function_name

    def value(self, request: DecisionRequest) -> Any:
        """Return the value that the rules decide.

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
        return self._ask(payload)["value"]

    def look(
        self, limitation_id: str, asked_by: str, facts: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Take a whole look at billing's facts, and return its coverage; nothing of it is kept.

        Raises
        ------
        DecisionFailed
            As for :meth:`value`.
        """
        return self._look(COVERAGE, limitation_id, asked_by, facts, given)

    def protection(
        self, limitation_id: str, asked_by: str, facts: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Look at billing's facts no further than the protection, and return it; nothing of it is kept.

        Raises
        ------
        DecisionFailed
            As for :meth:`value`.
        """
        return self._look(PROTECTION, limitation_id, asked_by, facts, given)

    def _look(
        self, decision: str, limitation_id: str, asked_by: str, facts: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        payload = {
            "decision": decision,
            "limitationId": limitation_id,
            "askedBy": asked_by,
            "inputs": dict(given),
            "look": dict(facts),
        }
        value: Mapping[str, Any] = self._ask(payload)["value"]
        return value

    def _ask(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        response = self._client.invoke(FunctionName=self._function_name, Payload=json.dumps(payload).encode())
        body: dict[str, Any] = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise DecisionFailed(f"{body.get('errorType')}: {body.get('errorMessage')}")
        return body
