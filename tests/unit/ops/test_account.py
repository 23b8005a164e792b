"""What the tool asks CloudFormation and its profile for."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ops.account import Account
from ops.failures import OpsError


class Session:
    """An account that is asked for nothing but who calls."""

    region_name = "eu-west-3"

    def client(self, service: str, **_: object) -> Any:
        assert service in {"sts", "cloudformation"}
        return Aws()

    def get_partition_for_region(self, _: str) -> str:
        return "aws"


class Aws:
    """Says who calls, and what one stack and its companion have."""

    class meta:  # noqa: N801 - boto3's name
        class events:  # noqa: N801
            @staticmethod
            def register(*_: object) -> None: ...

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        if StackName == "restoration-dev-operations":
            return {"Stacks": [{"Outputs": [{"OutputKey": "Shown", "OutputValue": "screens"}]}]}
        if StackName not in {"restoration-dev", "alone"}:
            missing = StackName.startswith(("missing", "alone"))
            error: Any = {"Code": "x", "Message": f"Stack {StackName} does not exist" if missing else "denied"}
            raise ClientError({"Error": error}, "DescribeStacks")
        parameters = [{"ParameterKey": "Mode", "ParameterValue": "on"}]
        return {"Stacks": [{"Parameters": parameters, "Outputs": [{"OutputKey": "Key", "OutputValue": "arn"}]}]}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/operations/somebody"}


SESSION: Any = Session()
ACCOUNT = Account(SESSION, "restoration-dev")


def test_parameters_and_outputs_are_the_deployed_stack_s() -> None:
    assert (ACCOUNT.setting("Mode"), ACCOUNT.output("Key"), ACCOUNT.id) == ("on", "arn", "123456789012")
    assert ACCOUNT.output("Shown") == "screens", "the companion has it"
    for ask in (ACCOUNT.setting, ACCOUNT.output):
        with pytest.raises(OpsError, match=r"has no (parameter|output) Other, and its companion .* is older than this"):
            ask("Other")
    with pytest.raises(OpsError, match="There is no stack missing in account 123456789012, eu-west-3"):
        Account(SESSION, "missing").setting("Mode")
    with pytest.raises(OpsError, match="its companion alone-operations is not there"):
        Account(SESSION, "alone").output("Shown")
    with pytest.raises(ClientError, match="denied"):
        Account(SESSION, "other").setting("Mode")


def test_region_is_the_profile_s_or_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Account.of_profile(None, "eu-west-1", "s").region == "eu-west-1"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(OpsError, match="No region is set"):
        _ = Account(boto3.Session()).region
