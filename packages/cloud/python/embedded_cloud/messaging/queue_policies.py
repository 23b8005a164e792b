"""The policies that queues are given, at deployment or later: moto keeps any text, and judges nothing by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response
from embedded_cloud.errors import InvalidPolicyError

if TYPE_CHECKING:
    from embedded_cloud.backends.protocol import Operation
    from embedded_cloud.rights.rights import Rights


class QueuePolicies:
    """Judges by a queue's new policy from now on, or refuses it as SQS does."""

    def __init__(self, rights: Rights) -> None:
        self._rights = rights
        self.operations: dict[str, Operation] = {"sqs:SetQueueAttributes": self._judge}

    def _judge(self, request: AwsRequest) -> AwsResponse | None:
        """Give the refusal; None lets the request go on, for moto keeps what the queue's attributes say."""
        policy = request.parameters.get("Attributes", {}).get("Policy")
        if policy is None:
            return None
        name = str(request.parameters["QueueUrl"]).rpartition("/")[2]
        arn = f"arn:aws:sqs:{request.region}:{self._rights.account}:{name}"
        if not policy:
            self._rights.remove_statement(arn)
            return None
        try:
            self._rights.put_statement(arn, json.loads(policy), f"policy of {name}")
        except (InvalidPolicyError, ValueError) as error:
            return error_response(400, "InvalidAttributeValue", str(error))
        return None
