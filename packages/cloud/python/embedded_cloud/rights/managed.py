"""AWS's managed policies, such as SAM attaches to the roles that it makes: moto has them as AWS publishes them."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from moto.iam.aws_managed_policies import aws_managed_policies_data

from embedded_cloud.errors import UnsupportedPolicyError
from embedded_cloud.rights.policies import statements_of

if TYPE_CHECKING:
    from embedded_cloud.rights.policies import Statement


@cache
def managed_arns() -> dict[str, str]:
    """Give the ARN of each of AWS's policies by its name."""
    names = re.findall(r'^ ?"(\w+)": ?\{', aws_managed_policies_data, re.MULTILINE)
    return {name: f"arn:aws:iam::aws:policy/{name}" for name in names}


@cache
def managed_statements(arn: str) -> tuple[Statement, ...]:
    """Give the statements of one of AWS's policies.

    Raises
    ------
    UnsupportedPolicyError
        When AWS has none of its name.
    """
    name = arn.rpartition("/")[2]
    # There are a thousand, of which a stack has five: they are not all parsed.
    found = re.search(rf'^ ?"{re.escape(name)}": ?', aws_managed_policies_data, re.MULTILINE)
    if found is None:
        raise UnsupportedPolicyError(f"the embedded cloud does not know what AWS's policy {name} allows")
    policy, _ = json.JSONDecoder().raw_decode(aws_managed_policies_data, found.end())
    return statements_of(policy["Document"], name)
