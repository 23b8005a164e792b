"""The stack as CloudFormation describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local.cloud import EmbeddedCloud


def test_stack_is_described_with_its_outputs(cloud: EmbeddedCloud) -> None:
    cloudformation = cloud.client("cloudformation")
    (stack,) = cloudformation.describe_stacks()["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]} == cloud.outputs
    assert cloudformation.describe_stacks(StackName=stack["StackName"])["Stacks"] == [stack]
    assert cloudformation.describe_stacks(StackName=stack["StackId"])["Stacks"] == [stack]


def test_another_stack_does_not_exist(cloud: EmbeddedCloud) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        cloud.client("cloudformation").describe_stacks(StackName="another")
