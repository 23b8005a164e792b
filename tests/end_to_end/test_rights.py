"""Rights on the deployed stack: partners on the bus, operations in their role, writers of queues."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.rights.principals import Principal
from local.stage import ROOT
from local.stage.stage import ADVISORS
from tests.end_to_end.world import World

BILLING = Principal("arn:aws:iam::222222222222:role/billing", "222222222222", is_trusted=True)
NEIGHBOUR = Principal("arn:aws:iam::444444444444:user/neighbour", "444444444444", is_trusted=True)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    assert error["Code"] in {"AccessDenied", "AccessDeniedException"}
    return error["Message"]


def put(world: World, who: Principal | None, source: str, detail_type: str) -> None:
    client = world.cloud.client("events", "" if who is None else world.cloud.rights.key_of(who))
    entry = {"Source": source, "DetailType": detail_type, "Detail": "{}", "EventBusName": world.stage.bus}
    assert client.put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_billing_puts_its_own_events_and_no_others(world: World) -> None:
    put(world, BILLING, "billing", "PaymentReceived")
    refused(lambda: put(world, BILLING, "billing", "SomethingNew"))
    refused(lambda: put(world, BILLING, "advisors", "AdvisorDecided"))
    refused(lambda: put(world, NEIGHBOUR, "billing", "PaymentReceived"))


def test_a_payment_is_reported_by_billing_s_roles_and_by_nobody_of_the_account(world: World) -> None:
    put(world, world.stage.own_billing, "billing", "PaymentReceived")
    assert "explicit deny" in refused(lambda: put(world, None, "billing", "PaymentReceived"))
    another = Principal("arn:aws:iam::222222222222:role/another", "222222222222", is_trusted=True)
    assert "explicit deny" in refused(lambda: put(world, another, "billing", "PaymentReceived"))


def test_an_end_is_published_by_roles_of_the_restoration_and_by_nobody_of_the_account(world: World) -> None:
    for who in (None, BILLING):
        assert "explicit deny" in refused(partial(put, world, who, "restoration", "PowerRestored"))


def test_a_debt_is_overridden_by_the_advisors_tool_and_by_nobody_else(world: World) -> None:
    put(world, ADVISORS, "advisors", "AdvisorDecided")
    refused(lambda: put(world, ADVISORS, "billing", "PaymentReceived"))
    refused(lambda: put(world, ADVISORS, "advisors", "PaymentReceived"))
    assert "explicit deny" in refused(lambda: put(world, None, "advisors", "AdvisorDecided"))


def test_words_of_people_come_from_roles_of_the_channels_and_from_nobody_else(world: World) -> None:
    put(world, world.stage.own_channels, "channels", "PaymentDeclared")
    for detail_type in ("PaymentDeclared", "AdvisorDecided"):
        assert "explicit deny" in refused(partial(put, world, None, "channels", detail_type))


def test_clock_may_call_what_it_starts(world: World) -> None:
    before = len(world.cloud.rights.record.denials)
    for rule in ("MeasureExecutionsFunctionEveryFiveMinutes", "MeasureEnedisFunctionEveryMinute"):
        world.cloud.fire_rule(rule)
    assert world.cloud.rights.record.denials[before:] == []


def test_operations_act_by_the_runbook_and_no_further(world: World) -> None:
    states, dynamodb = world.stage.operations("stepfunctions"), world.stage.operations("dynamodb")
    machine = world.cloud.physical_id("RestorationStateMachine")
    states.list_executions(stateMachineArn=machine)
    assert "explicit deny" in refused(lambda: states.start_execution(stateMachineArn=machine, input="{}"))
    refused(lambda: dynamodb.scan(TableName=world.cloud.physical_id("LimitationsTable")))
    refused(
        lambda: world.stage.operations("secretsmanager").get_secret_value(SecretId=world.cloud.arn("BillingSecret"))
    )


def test_operations_call_the_functions_of_operations_and_no_others(world: World) -> None:
    functions = world.stage.operations("lambda")
    names = ("CheckOpenLimitations", "HandleDeadLetters", "Supervise", "ReportDaily")
    allowed = {world.cloud.physical_id(f"{name}Function") for name in names}
    others = {each.configuration.name for each in world.cloud.functions.all()} - allowed
    assert len(others) > 10
    for name in others:
        refused(partial(functions.invoke, FunctionName=name, Payload=b"{}"))


def test_operations_delete_the_breaker_and_never_the_quota(world: World) -> None:
    dynamodb = world.stage.operations("dynamodb")

    def delete(name: str) -> None:
        table: Any = {"TableName": world.cloud.physical_id("EnedisAccessTable")}
        dynamodb.delete_item(**table, Key={"name": {"S": name}})

    delete("enedis")
    delete("outage")
    refused(lambda: delete("quota"))


def test_operations_need_a_second_factor(world: World) -> None:
    refused(lambda: world.cloud.key_in_role("OperationsRole", second_factor=False))


NOBODY = {"limitationId": {"S": "LIM-NOBODY"}}
BREAKER = {"name": {"S": "test"}}
OF_CONTRACT = {"KeyConditionExpression": "contractId = :id", "ExpressionAttributeValues": {":id": {"S": "CTR-NOBODY"}}}
FOR_RACES: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
    *((each, "put_item", "enedis-access", {"Item": BREAKER}) for each in ("ReadPoint", "PlaceOrder")),
    *((each, "delete_item", "enedis-access", {"Key": BREAKER}) for each in ("ReadPoint", "PlaceOrder")),
    ("ReceivePayments", "get_item", "orders", {"Key": {"reference": {"S": "LIM-NOBODY/R/1"}}}),
    ("CheckOpenLimitations", "get_item", "campaigns", {"Key": {"campaignId": {"S": "campaign-2020"}, **NOBODY}}),
    ("ProtectionCampaign", "update_item", "limitations", {"Key": NOBODY, "UpdateExpression": "REMOVE holder"}),
    ("Supervise", "query", "limitations", {"IndexName": "by-contract", **OF_CONTRACT}),
)
"""What a function asks of a table where things cross or fail: no chain plays it."""


def test_functions_may_do_what_only_races_and_faults_have_them_do(world: World) -> None:
    """Else ``make prove-rights`` would call these rights unused."""

    def of(function: str, service: str) -> Any:
        key = world.cloud.key_of_service(f"{function}FunctionRole", "lambda.amazonaws.com")
        return world.cloud.client(service, key)

    for function, operation, table, asked in FOR_RACES:
        getattr(of(function, "dynamodb"), operation)(TableName=f"restoration-{table}", **asked)
    for function in ("CheckOpenLimitations", "IngestEnedisFlow", "ProtectionCampaign", "SettleLimitation"):
        with pytest.raises(ClientError, match="InvalidToken"):
            of(function, "stepfunctions").send_task_success(taskToken="none", output="1")
    machine = world.cloud.physical_id("RestorationStateMachine")
    nobody = f"{machine.replace(':stateMachine:', ':execution:')}:LIM-NOBODY"
    for function in ("IngestEnedisFlow", "SettleLimitation"):
        with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
            of(function, "stepfunctions").describe_execution(executionArn=nobody)


def test_play_without_a_right_ends_with_the_role_the_action_and_the_resource() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "local.demo.rights", "--without", "receive-payments:sqs:ReceiveMessage"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    lacking = "role restoration-ReceivePaymentsFunctionRole, action sqs:ReceiveMessage"
    assert lacking in " ".join(ended.stdout.split())
