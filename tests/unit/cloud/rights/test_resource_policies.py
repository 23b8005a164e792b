"""A resource's policy is refused where its service refuses it, so that a template that deploys here deploys on AWS."""

from typing import Any

import pytest

from embedded_cloud.errors import InvalidPolicyError
from embedded_cloud.rights.resource_policies import check_resource_policy

PLACE = "eu-west-3:123456789012"
QUEUE = f"arn:aws:sqs:{PLACE}:orders"
BUS, KEY = f"arn:aws:events:{PLACE}:event-bus/main", f"arn:aws:kms:{PLACE}:key/1"
BUCKET, SECRET = "arn:aws:s3:::drops", f"arn:aws:secretsmanager:{PLACE}:secret:billing-a1"


def check(arn: str, action: Any, resource: Any, **more: Any) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": action, "Resource": resource, **more}
    check_resource_policy(arn, {"Statement": statement})


@pytest.mark.parametrize(
    ("arn", "action", "resource"),
    [
        (QUEUE, "sqs:*", QUEUE),
        (QUEUE, "SQS:SendMessage", ["*"]),
        (BUS, "events:PutEvents", BUS),
        (BUS, ["events:PutRule"], f"arn:aws:events:{PLACE}:rule/main/theirs"),
        (BUCKET, "s3:*", [BUCKET, f"{BUCKET}/*"]),
        (KEY, "kms:*", "*"),
    ],
)
def test_policy_about_its_own_resource_is_taken(arn: str, action: Any, resource: Any) -> None:
    check(arn, action, resource)


@pytest.mark.parametrize(
    ("arn", "action", "resource", "why"),
    [
        (QUEUE, "sqs:SendMessage", [QUEUE, f"{QUEUE}-dead-letters"], "single resource"),
        (QUEUE, "sqs:SendMessage", f"{QUEUE}-dead-letters", "another resource: .*orders-dead-letters"),
        (QUEUE, ["sqs:SendMessage", "sns:Publish"], QUEUE, "out of service scope: sns:Publish"),
        (QUEUE, "sqs:SendMessageBatch", QUEUE, "not an action on one queue: sqs:SendMessageBatch"),
        (QUEUE, "sqs:ListQueues", QUEUE, "not an action on one queue"),
        (QUEUE, [f"sqs:Action{n}" for n in range(8)], QUEUE, "8 actions were found in a statement, max allowed is 7"),
        (BUS, "events:PutEvents", f"{BUS}-2", "another resource"),
        (BUS, "events:PutRule", f"arn:aws:events:{PLACE}:rule/other/theirs", "another resource"),
        (BUCKET, "s3:GetObject", f"{BUCKET}-2/*", "another resource"),
        (BUCKET, "kms:Decrypt", BUCKET, "out of service scope"),
        (KEY, "kms:Decrypt", "*", "not allow you to update the key policy"),
    ],
)
def test_policy_about_something_else_is_refused(arn: str, action: Any, resource: Any, why: str) -> None:
    with pytest.raises(InvalidPolicyError, match=why):
        check(arn, action, resource)


def test_statement_without_a_principal_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="OnlyOverTls: it names no principal"):
        check(QUEUE, "sqs:*", QUEUE, Principal=None, Sid="OnlyOverTls")
