"""AWS's managed policies that SAM attaches to the roles it makes, as AWS publishes them.

Each was read in AWS's managed policy reference on 2026-11-25:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.cloud.errors import UnsupportedPolicyError
from local.cloud.rights.policies import Statement, statements_of

if TYPE_CHECKING:
    from collections.abc import Mapping

TRACING = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
)
LOGGING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

READING = (
    "cloudformation:Describe*",
    "cloudformation:Get*",
    "cloudformation:List*",
    "cloudwatch:Describe*",
    "cloudwatch:Get*",
    "cloudwatch:List*",
    "dynamodb:BatchGet*",
    "dynamodb:Describe*",
    "dynamodb:Get*",
    "dynamodb:List*",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "events:Describe*",
    "events:List*",
    "events:Test*",
    "lambda:Get*",
    "lambda:List*",
    "logs:Describe*",
    "logs:FilterLogEvents",
    "logs:Get*",
    "logs:ListTagsLogGroup",
    "logs:StartQuery",
    "logs:StopQuery",
    "logs:TestMetricFilter",
    "s3:Get*",
    "s3:List*",
    "secretsmanager:Describe*",
    "secretsmanager:GetResourcePolicy",
    "secretsmanager:List*",
    "ses:Get*",
    "ses:List*",
    "sns:Get*",
    "sns:List*",
    "sqs:Get*",
    "sqs:List*",
    "sqs:Receive*",
    "ssm:Describe*",
    "ssm:Get*",
    "ssm:List*",
    "states:Describe*",
    "states:GetExecutionHistory",
    "states:List*",
    "sts:GetCallerIdentity",
    "xray:BatchGet*",
    "xray:Get*",
)
"""Of AWS's `ReadOnlyAccess`, the services that are here. It reads no secret and invokes no function."""

MANAGED: Mapping[str, tuple[str, ...]] = {
    # Every function, so that Lambda can write its log.
    "AWSLambdaBasicExecutionRole": LOGGING,
    # A function with `Tracing: Active`; older versions of SAM attach the second.
    "AWSXRayDaemonWriteAccess": TRACING,
    "AWSXrayWriteOnlyAccess": TRACING,
    # A function with a `VpcConfig`, also where a condition leaves it out.
    "AWSLambdaVPCAccessExecutionRole": LOGGING + INTERFACES,
    # A function with an event of type SQS.
    "AWSLambdaSQSQueueExecutionRole": POLLING + LOGGING,
    # A person who looks, and changes nothing.
    "ReadOnlyAccess": READING,
}
"""Actions of each policy; each is one statement on every resource."""


def managed_statements(arn: str) -> tuple[Statement, ...]:
    """Give the statements of one of AWS's policies.

    Raises
    ------
    UnsupportedPolicyError
        When it is not in the table above.
    """
    name = arn.rpartition("/")[2]
    if name not in MANAGED:
        raise UnsupportedPolicyError(f"the embedded cloud does not know what AWS's policy {name} allows")
    document: dict[str, Any] = {"Statement": [{"Effect": "Allow", "Action": list(MANAGED[name]), "Resource": "*"}]}
    return statements_of(document, name)
