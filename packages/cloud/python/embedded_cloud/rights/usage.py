"""Rights beside calls: which were used, which only AWS itself uses, and which nothing needed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from embedded_cloud.rights.conditions import is_arn_like
from embedded_cloud.rights.record import MadeCall

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from pathlib import Path

    from embedded_cloud.rights.policies import Statement
    from embedded_cloud.rights.rights import Rights

LAMBDA_LOGS = (
    "Lambda writes the function's log: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
)
TRACES = "Lambda's X-Ray daemon: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"
INTERFACES_OF_VPC = (
    "Lambda makes network interfaces in a VPC: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
)
DELIVERY = "Step Functions delivers its log: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"
ENCRYPTION = (
    "CloudWatch publishes alarms to an encrypted topic: "
    "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
)

PUT_ASIDE = "EventBridge puts aside what it cannot deliver: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"

INTERFACES = (
    *("CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface"),
    *("AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"),
)

USED_BY_AWS: Mapping[str, str] = {
    "logs:CreateLogGroup": LAMBDA_LOGS,
    "logs:CreateLogStream": LAMBDA_LOGS,
    "logs:PutLogEvents": LAMBDA_LOGS,
    **dict.fromkeys((f"ec2:{each}" for each in INTERFACES), INTERFACES_OF_VPC),
    "xray:PutTraceSegments": TRACES,
    "xray:PutTelemetryRecords": TRACES,
    "xray:GetSamplingRules": TRACES,
    "xray:GetSamplingTargets": TRACES,
    "xray:GetSamplingStatisticSummaries": TRACES,
    "logs:CreateLogDelivery": DELIVERY,
    "logs:GetLogDelivery": DELIVERY,
    "logs:UpdateLogDelivery": DELIVERY,
    "logs:DeleteLogDelivery": DELIVERY,
    "logs:ListLogDeliveries": DELIVERY,
    "logs:PutResourcePolicy": DELIVERY,
    "logs:DescribeResourcePolicies": DELIVERY,
    "logs:DescribeLogGroups": DELIVERY,
    "kms:Decrypt": ENCRYPTION,
    "kms:GenerateDataKey*": ENCRYPTION,
    "kms:*": "The account's administrators: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
}
"""Actions that AWS's services call behind the embedded cloud's back, each with its source."""


@dataclass
class Grant:
    """One action on one resource that a statement allows a role, or lets others do to a resource.

    Attributes
    ----------
    holder
        The role's name; of a resource's policy, the resource's ARN.
    used_by
        The calls that needed it, each with the occasion on which it was seen first.
    source_of_use
        Where it is said that AWS itself uses it; empty if the stack does.
    """

    holder: str
    policy: str
    action: str
    resource: str
    used_by: dict[MadeCall, str] = field(default_factory=dict)
    source_of_use: str = ""


def grants_of(rights: Rights, calls: Mapping[MadeCall, str], dead_letters: Container[str] = ()) -> list[Grant]:
    """Give every right of the stack, with the calls that used it.

    Parameters
    ----------
    calls
        The calls that were made, each with the occasion on which it was seen first.
    dead_letters
        ARNs of the queues in which EventBridge puts aside what it cannot deliver.
    """
    grants = []
    for role in rights.roles.values():
        for statement in role.statements:
            own = {call: seen for call, seen in calls.items() if call.role == role.name}
            grants += _grants(role.name, statement, own)
    for arn, statements in rights.resource_statements().items():
        for statement in statements:
            given = [
                grant
                for grant in _grants(arn, statement, _of_others(rights, statement, calls))
                if is_arn_like(arn, grant.resource)
            ]
            for grant in given:
                grant.resource = arn
                if arn in dead_letters and not grant.used_by:
                    grant.source_of_use = PUT_ASIDE
            grants += given
    return grants


def _of_others(rights: Rights, statement: Statement, calls: Mapping[MadeCall, str]) -> dict[MadeCall, str]:
    named = {name for names in (statement.principals or {}).values() for name in names}
    roles = {role.name: role.arn for role in rights.roles.values()}

    def is_named(who: str) -> bool:
        arn = roles.get(who, who)
        root = f"{arn.rpartition(':')[0]}:root" if arn.startswith("arn:") else ""
        return bool({who, arn, root} & named)

    return {call: seen for call, seen in calls.items() if is_named(call.role)}


def _grants(holder: str, statement: Statement, calls: Mapping[MadeCall, str]) -> list[Grant]:
    if not statement.allows:
        return []
    grants = [
        Grant(holder, statement.policy, action, resource, source_of_use=USED_BY_AWS.get(action, ""))
        for action in statement.actions or ("*",)
        for resource in statement.resources or ("*",)
    ]
    for call, seen in calls.items():
        if not statement.fits_made(call):
            continue
        for grant in grants:
            if grant.action == statement.action_that_fits(call.action) and is_arn_like(call.resource, grant.resource):
                grant.used_by[call] = seen
    return grants


def unused(grants: Iterable[Grant]) -> list[Grant]:
    """Give those that no call needed, and of which nothing says that AWS uses them."""
    return [grant for grant in grants if not grant.used_by and not grant.source_of_use]


def write_calls(calls: Mapping[MadeCall, str], path: Path) -> None:
    """Keep calls, for `read_calls`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: list[Any] = [[each.role, each.action, each.resource, each.context, seen] for each, seen in calls.items()]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


def read_calls(folder: Path) -> dict[MadeCall, str]:
    """Read the calls of all files that `write_calls` left in a folder."""
    calls: dict[MadeCall, str] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            role, action, resource, context, seen = json.loads(line)
            keys = tuple((key, tuple(values)) for key, values in context)
            calls.setdefault(MadeCall(action, resource, keys, role=role), seen)
    return calls
