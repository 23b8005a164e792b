"""Dead letters on the deployed stack, by the operations' tool in its role; and what that role can't forge."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.stage.gates import failing
from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World, running_world

QUEUES = (
    *("PaymentsQueue", "LimitationsQueue", "ResumptionsQueue", "OrdersQueue", "FlowsQueue", "NotificationsQueue"),
    *("PaymentsDeadLetters", "LimitationsDeadLetters", "ResumptionsDeadLetters", "OrdersDeadLetters"),
    *("FlowsDeadLetters", "NotificationsDeadLetters", "UnrecognisedEventsQueue"),
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world() as world:
        yield world


@pytest.fixture(scope="module")
def operations(world: World) -> Operations:
    return Operations(world.stage)


def letters(operations: Operations, family: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = operations.run("letters", "list", family, "--json").content["letters"]
    return found


def wait_for_letters(world: World, operations: Operations, family: str, count: int) -> list[dict[str, Any]]:
    return world.wait(
        lambda: found if len(found := letters(operations, family)) == count else [], f"{count} dead letters of {family}"
    )


def archived(world: World) -> list[dict[str, Any]]:
    s3, bucket = world.cloud.client("s3"), world.cloud.outputs["OperationsBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="letters/").get("Contents", [])
    return [json.loads(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()) for each in listed]


def test_decision_about_an_unknown_limitation_waits_for_billing_and_then_goes_back(
    world: World, operations: Operations
) -> None:
    """Put aside, listed with its reason, refused before the mend, taken after it: the customer gets power."""
    customer = world.new_customer()
    decision = {
        "limitationId": customer.limitation_id,
        "decision": "RESTORE",
        "advisor": "ADV-7",
        "reason": "Preuve de paiement vue",
        "at": datetime.now(UTC).isoformat(),
    }
    world.put("AdvisorDecided", source="advisors", **decision)
    (letter,) = wait_for_letters(world, operations, "resumptions", 1)
    assert letter["error"] == "InvalidEvent"
    assert letter["reason"] == f"detail.limitationId: no limitation {customer.limitation_id} is registered"
    assert letter["to"] is None

    early = operations.run("letters", "replay", "resumptions", "--all", "--reason", "try", "--yes")
    assert "none of them may be replayed today" in str(early.error)

    world.announce(customer)
    world.wait_for_rest(customer, 1)
    (letter,) = letters(operations, "resumptions")
    assert (letter["to"], letter["today"]) == ("resumptions", "today it would be taken")
    replayed = operations.run("letters", "replay", "resumptions", letter["id"][:8], typed=["billing sent it", "yes"])
    assert (replayed.error, replayed.exit_code) == (None, 0)
    assert "1 replayed." in replayed.text
    world.wait_for_outcome(customer, "RESTORED")
    assert letters(operations, "resumptions") == []
    (kept,) = [each for each in archived(world) if each["letter"] == letter["id"]]
    assert kept["by"].endswith(":assumed-role/restoration-OperationsRole/somebody")
    assert (kept["action"], kept["reason"], kept["sha256"]) == ("REPLAY", "billing sent it", letter["sha256"])


def test_record_on_which_the_function_failed_to_the_end_keeps_the_error(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    payment = {"paymentId": "PAY-KEPT"}
    with failing(world.cloud, "ReceivePaymentsFunction", lambda call: "PAY-KEPT" in json.dumps(call), "Unexpected"):
        world.pay(customer, **payment)
        assert customer.limitation_id
