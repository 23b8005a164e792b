"""The names that the tool uses are those that the template gives."""

from typing import Any

import pytest

from ops.account import Account
from tests.infrastructure.templates import template

TEMPLATE = template()


class Session:
    """An account that is asked for nothing but who calls."""

    region_name = "eu-west-3"

    def client(self, service: str, **_: object) -> Any:
        assert service == "sts"
        return Sts()

    def get_partition_for_region(self, _: str) -> str:
        return "aws"


class Sts:
    """Says who calls."""

    class meta:  # noqa: N801 - boto3's name
        class events:  # noqa: N801
            @staticmethod
            def register(*_: object) -> None: ...

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/operations/somebody"}


SESSION: Any = Session()
ACCOUNT = Account(SESSION, "restoration-dev")


def given(logical_id: str, name: str) -> str:
    text: str = TEMPLATE.resources[logical_id].properties[name]["Fn::Sub"]
    return text.replace("${AWS::StackName}", "restoration-dev").replace("${AWS::AccountId}", "123456789012")


@pytest.mark.parametrize(
    ("logical_id", "suffix"),
    [
        ("LimitationsTable", "limitations"),
        ("OrdersTable", "orders"),
        ("MessagesTable", "messages"),
        ("DecisionsTable", "decisions"),
        ("EnedisAccessTable", "enedis-access"),
    ],
)
def test_tables(logical_id: str, suffix: str) -> None:
    assert ACCOUNT.name(suffix) == given(logical_id, "TableName")


@pytest.mark.parametrize(
    ("logical_id", "suffix"),
    [
        ("RestorationStateMachine", "restoration"),
        ("NightlyCheckStateMachine", "nightly-check"),
        ("ProtectionCampaignStateMachine", "protection-campaign"),
    ],
)
def test_state_machines(logical_id: str, suffix: str) -> None:
    expected = f"arn:aws:states:eu-west-3:123456789012:stateMachine:{given(logical_id, 'Name')}"
    assert ACCOUNT.machine(suffix) == expected


def test_bucket_and_parameters() -> None:
    assert ACCOUNT.operations_bucket == given("OperationsBucket", "BucketName")
    outputs = TEMPLATE.document["Outputs"]
    for output, name in (("ModeParameterName", "mode"), ("RolloutPercentParameterName", "rollout-percent")):
        assert ACCOUNT.parameter(name) == outputs[output]["Value"]["Fn::Sub"].replace(
            "${AWS::StackName}", "restoration-dev"
        )
