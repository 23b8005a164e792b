"""AWS's managed policies, such as SAM attaches to the roles that it makes: moto has them as AWS publishes them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from embedded_cloud.errors import UnsupportedPolicyError
from embedded_cloud.rights.policies import statements_of

if TYPE_CHECKING:
    from embedded_cloud.rights.policies import Statement


@cache
def _documents() -> dict[str, Any]:
    return {name: policy["Document"] for name, policy in json.loads(aws_managed_policies_data).items()}


def managed_arns() -> dict[str, str]:
    """Give the ARN of each of AWS's policies by its name."""
    return {name: f"arn:aws:iam::aws:policy/{name}" for name in _documents()}


def managed_statements(arn: str) -> tuple[Statement, ...]:
    """Give the statements of one of AWS's policies.

    Raises
    ------
    UnsupportedPolicyError
        When AWS has none of its name.
    """
    name = arn.rpartition("/")[2]
    if name not in _documents():
        raise UnsupportedPolicyError(f"the embedded cloud does not know what AWS's policy {name} allows")
    return statements_of(_documents()[name], name)
