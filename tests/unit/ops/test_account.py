"""What the tool asks CloudFormation and its profile for."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.account import Account
from ops.failures import OpsError
from tests.unit.ops.accounts import OwnAws


class Aws(OwnAws):
    """Says what one stack and its companion have."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        if StackName == "restoration-dev-operations":
            return {"Stacks": [{"Outputs": [{"OutputKey": "Shown", "OutputValue": "screens"}]}]}
        if StackName not in {"restoration-dev", "alone"}:
            missing = StackName.startswith(("missing", "alone"))
            error: Any = {"Code": "x", "Message": f"Stack {StackName} does not exist" if missing else "denied"}
            raise ClientError({"Error": error}, "DescribeStacks")
        parameters = [{"ParameterKey": "Mode", "ParameterValue": "on"}]
        return {"Stacks": [{"Parameters": parameters, "Outputs": [{"OutputKey": "Key", "OutputValue": "arn"}]}]}


def account(stack: str) -> Account:
    return Account(lambda *_: Aws(), "eu-west-3", stack)


def test_parameters_and_outputs_are_the_deployed_stack_s() -> None:
    dev = account("restoration-dev")
    assert (dev.setting("Mode"), dev.output("Key"), dev.id) == ("on", "arn", "123456789012")
    assert dev.output("Shown") == "screens", "the companion has it"
    for ask in (dev.setting, dev.output):
        with pytest.raises(OpsError, match=r"has no (parameter|output) Other, and its companion .* is older than this"):
            ask("Other")
    with pytest.raises(OpsError, match="There is no stack missing in account 123456789012, eu-west-3"):
        account("missing").setting("Mode")
    with pytest.raises(OpsError, match="its companion alone-operations is not there"):
        account("alone").output("Shown")
    with pytest.raises(ClientError, match="denied"):
        account("other").setting("Mode")


def test_region_is_the_profile_s_or_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Account.of_profile(None, "eu-west-1", "s").region == "eu-west-1"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(OpsError, match="No region is set"):
        _ = Account.of_profile(None, None, "s").region
