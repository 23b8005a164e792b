"""The policies of resources, as their services take them: about themselves, and about actions of their own.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import InvalidPolicyError
from embedded_cloud.rights.conditions import is_arn_like, is_like, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REFUSALS: Mapping[str, str] = {
    "sqs": "Invalid value for the parameter Policy.",
    "events": "ValidationException: the bus's policy is not valid.",
    "s3": "MalformedPolicy",
    "kms": "MalformedPolicyDocumentException",
    "lambda": "InvalidParameterValueException",
}
"""How each service begins to refuse a policy."""

MOST_ACTIONS_IN_QUEUE_STATEMENT = 7
NOT_OF_ONE_QUEUE = frozenset({"sqs:createqueue", "sqs:listqueues"})


def check_resource_policy(arn: str, document: Mapping[str, Any]) -> None:
    """Refuse what the resource's service would not take as its policy.

    Raises
    ------
    InvalidPolicyError
        It says what is wrong, and with which statement.
    """
    service = arn.split(":")[2]
    given = document["Statement"]
    statements: list[Mapping[str, Any]] = given if isinstance(given, list) else [given]
    for number, statement in enumerate(statements, start=1):
        for wrong in (*_wrong_actions(service, statement), *_wrong_resources(service, arn, statement)):
            which = statement.get("Sid") or f"statement {number}"
            raise InvalidPolicyError(f"{REFUSALS[service]} {which}: {wrong}")
    if service == "kms" and not any(_lets_change(statement) for statement in statements):
        raise InvalidPolicyError(
            f"{REFUSALS[service]} The new key policy will not allow you to update the key policy in the future."
        )


def _wrong_actions(service: str, statement: Mapping[str, Any]) -> Iterator[str]:
    actions = texts(statement.get("Action") or statement.get("NotAction") or ())
    foreign = [action for action in actions if action != "*" and action.partition(":")[0].lower() != service]
    if foreign:
        yield f"action out of service scope: {', '.join(foreign)}"
    if service == "sqs":
        unknown = [each for each in actions if each.lower() in NOT_OF_ONE_QUEUE or each.lower().endswith("batch")]
        if unknown:
            yield f"not an action on one queue: {', '.join(unknown)}"
        if len(actions) > MOST_ACTIONS_IN_QUEUE_STATEMENT:
            yield f"{len(actions)} actions were found in a statement, max allowed is {MOST_ACTIONS_IN_QUEUE_STATEMENT}"


def _wrong_resources(service: str, arn: str, statement: Mapping[str, Any]) -> Iterator[str]:
    if not statement.get("Principal") and not statement.get("NotPrincipal"):
        yield "it names no principal"
    resources = texts(statement.get("Resource") or statement.get("NotResource") or ())
    if service == "sqs" and len(resources) != 1:
        yield f"it must apply to a single resource, not to {', '.join(resources) or 'none'}"
    others = [each for each in resources if not _is_own(service, arn, each)]
    if others:
        yield f"the policy of {arn} names another resource: {', '.join(others)}"


def _is_own(service: str, arn: str, named: str) -> bool:
    if service == "s3":
        return is_like(arn, named.partition("/")[0])
    if service == "events" and ":rule/" in named:
        return named.startswith(f"{arn.replace(':event-bus/', ':rule/')}/")
    return is_arn_like(arn, named)


def _lets_change(statement: Mapping[str, Any]) -> bool:
    """Whether somebody is left who may change a key's policy: a key that nobody can change is lost."""
    actions = texts(statement.get("Action") or ())
    return statement["Effect"] == "Allow" and any(is_like("kms:putkeypolicy", each.lower()) for each in actions)
