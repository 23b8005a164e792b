"""The policies that queues are given, at deployment or later: moto keeps any text, and judges nothing by it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response
from embedded_cloud.errors import InvalidPolicyError

if TYPE_CHECKING:
    from embedded_cloud.backends.protocol import Operation
    from embedded_cloud.rights.rights import Rights


def operations(rights: Rights) -> dict[str, Operation]:
    """Give the operation that judges by a queue's new policy from now on, or refuses it as SQS does."""
    return {"sqs:SetQueueAttributes": partial(_judge, rights)}


def _judge(rights: Rights, request: AwsRequest) -> AwsResponse | None:
    """Give the refusal; None lets the request go on, for moto keeps what the queue's attributes say."""
    policy = request.parameters.get("Attributes", {}).get("Policy")
    if policy is None:
        return None
    name = str(request.parameters["QueueUrl"]).rpartition("/")[2]
    arn = f"arn:aws:sqs:{request.region}:{rights.account}:{name}"
    if not policy:
        rights.remove_statement(arn)
        return None
    try:
        rights.put_statement(arn, json.loads(policy), f"policy of {name}")
    except (InvalidPolicyError, ValueError) as error:
        return error_response(400, "InvalidAttributeValue", str(error))
    return None
