"""The operations' tool on the deployed stack, in the operations role: what it shows, what it changes, what it keeps."""

import time

from local.partners.billing import FaultKind
from local.partners.enedis import Ending
from ops.outage import BREAKER, OUTAGE
from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World

MOST_CALLS = 14
"""Of ``ops case``, for one limitation: each takes some 10 ms, so all of them take well under a second."""

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: what operations list and stop concerns all that is there."""


def test_failures_with_one_cause_are_one_signature(world: World, operations: Operations) -> None:
    customers = [world.limited_customer() for _ in range(3)]
    for customer in customers:
        world.billing.inject(FaultKind.NOT_FOUND, times=1000, subject=customer.contract_id)
        world.pay(customer)
    for customer in customers:
        world.wait_for_outcomes(customer, "BALANCE_DUE", "FAILED")
    found = operations.run("cases", "--state", "CheckPayment", "--error", "UnknownContract", "--json").content
    assert {case["limitationId"] for case in found["cases"]} == {each.limitation_id for each in customers}
    (signature,) = found["signatures"]
    assert (signature["error"], signature["state"], signature["count"]) == ("UnknownContract", "CheckPayment", 3)
    assert signature["holding"] == 3
    case = next(each for each in found["cases"] if each["limitationId"] == customers[0].limitation_id)
    assert (case["contractId"], case["pointId"]) == (customers[0].contract_id, customers[0].point_id)
    assert (case["waitsFor"], case["redrives"]) == ("us", 0)
    shown = operations.run("cases", "--error", "UnknownContract").text
    assert "3 cases failed, with one signature" in shown
    assert max(len(line) for line in shown.splitlines() if not line.startswith("→")) <= 80
    assert "ops redrive --error UnknownContract --state CheckPayment --dry-run" in shown

    # One is redriven after the mend: it is failed no more, and its line of time shows it.
    world.billing.clear_faults()
    execution = world.executions(customers[0])[-1]
    world.stage.operations("stepfunctions").redrive_execution(executionArn=execution.arn)
    world.wait_for_outcomes(customers[0], "BALANCE_DUE", "RESTORED")
    left = operations.run("cases", "--error", "UnknownContract", "--json").content["cases"]
    assert {each["limitationId"] for each in left} == {each.limitation_id for each in customers[1:]}
    lines = [line["text"] for line in timeline(operations, customers[0].limitation_id)]
    assert any("failed UnknownContract" in line for line in lines)
    assert any(line.endswith("redriven 1") for line in lines)


def timeline(operations: Operations, key: str) -> list[dict[str, str]]:
    (limitation,) = operations.run("case", key, "--json").content["limitations"]
    found: list[dict[str, str]] = limitation["timeline"]
    assert [line["at"] for line in found] == sorted(line["at"] for line in found)
    return found


def test_closed_case_is_whole_by_each_kind_of_key_and_takes_few_calls(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    world.cloud.wait_idle()
    last = world.executions(customer)[-1].arn.rpartition(":")[2]
    keys = {
        "limitation": customer.limitation_id,
        "contract": customer.contract_id,
        "point": customer.point_id,
        "customer": customer.customer_id,
        "execution": last,
    }
    for kind, key in keys.items():
        operations.take_calls()
        content = operations.run("case", key, "--json").content
        calls = operations.take_calls()
        assert len(calls) <= MOST_CALLS, calls
        assert content["kind"] == kind
        (limitation,) = content["limitations"]
        assert (limitation["status"], limitation["outcome"]) == ("CLOSED", "RESTORED")
        assert limitation["say"].startswith("Votre puissance est rétablie.")
        assert limitation["caseAtEnedis"]
        kinds = {line["kind"] for line in limitation["timeline"]}
        assert kinds == {"register", "execution", "decision", "order", "message"}
    lines = [line["text"] for line in timeline(operations, customer.limitation_id)]
    assert any(line.startswith(f"{customer.limitation_id}/R/1 ACCEPTED") for line in lines)
    assert any(line.startswith("POWER_RESTORED#") and line.endswith(": sent") for line in lines)
    assert any(line.startswith("coverage: ") and "Politique commerciale" in line for line in lines), "a rule says why"
    assert sum("started by" in line for line in lines) == 2, "the registration's execution is there, too"


def test_explain_finds_the_decisions_by_contract(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    explained = operations.run("explain", customer.contract_id, "--long")
    assert explained.exit_code == 0, explained
    assert "Règle" in explained.text


def test_unknown_case_is_a_sentence(operations: Operations) -> None:
    ran = operations.run("case", "CTR-NOBODY")
    assert "No limitation, contract, point or customer CTR-NOBODY is in the register" in str(ran.error)


def test_stopping_one_case_is_confirmed_by_its_limitation_and_kept(world: World, operations: Operations) -> None:
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.pay(customer)
    world.wait_until_followed(customer)
    waiting = operations.run("cases", "--waiting-for", "enedis", "--json").content["cases"]
    assert customer.limitation_id in {case["limitationId"] for case in waiting}
    (before,) = operations.run("case", customer.point_id, "--json").content["limitations"]
    assert (before["state"], before["waitsFor"]) == ("WaitForEnedis", "enedis")
    assert f"affaire {before['caseAtEnedis']}" in before["say"]

    earlier = len(operations.run("journal", "--json").content)
    refused = operations.run("stop", customer.limitation_id, typed=["wrong order", "yes"])
    assert str(refused.error) == "Nothing was done."
    stopped = operations.run("stop", customer.limitation_id, typed=["wrong order", customer.limitation_id])
    assert stopped.exit_code == 0, stopped
    assert f"order {customer.limitation_id}/R/1 is open" in " ".join(stopped.text.split())
    world.wait_for_outcomes(customer, "BALANCE_DUE", "ABORTED")
    (case,) = operations.run("cases", "--status", "aborted", "--json").content["cases"]
    assert (case["limitationId"], case["error"], case["hold"]) == (
        customer.limitation_id,
        "StoppedByOperations",
        "holds",
    )
    entries = operations.run("journal", "--json").content[earlier:]
    written = [(each["command"], each["stage"]) for each in entries]
    assert written == [("stop", "begun"), ("stop", "ended")], "what was not confirmed is not in the journal"
    assert case["cause"] == f"journal {entries[0]['id']}"


def test_check_by_hand_finds_a_payment_whose_event_was_lost(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    world.pay(customer, told=False)
    checked = operations.run("check", customer.contract_id, "--reason", "the customer calls", "--yes")
    assert checked.exit_code == 0, checked
    assert "an execution was started: 1" in checked.text
    world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED")
    assert operations.run("check").error is not None, "a check of nothing, or of all by mistake, is refused"


def test_check_of_all_is_the_nightly_check(world: World, operations: Operations) -> None:
    checked = operations.run("check", "--all", "--reason", "the switch was turned up", "--yes")
    assert checked.exit_code == 0, checked
    (ended,) = [
        each for each in operations.run("journal", "--json").content if each["outcome"].startswith("the nightly")
    ]
    name = ended["outcome"].split()[3]
    world.wait(lambda: world.cloud.execution(operations.account.execution(name, "nightly-check")).output, "its end")


def test_outage_says_since_when_and_what_waits_and_is_reset_with_a_reason(world: World, operations: Operations) -> None:
    calm = operations.run("outage", "--json").content
    assert (calm["breaker"], calm["beganAt"]) == ("closed", None)
    assert "the breaker is closed" in str(operations.run("outage", "--reset", typed=["why", "reset"]).error)

    table = world.cloud.physical_id("EnedisAccessTable")
    expires = {"N": str(int(time.time()) + 3600)}
    began = "2026-11-26T08:00:00.000Z"
    client = world.cloud.client("dynamodb")
    client.put_item(TableName=table, Item={"name": {"S": OUTAGE}, "beganAt": {"S": began}, "expiration": expires})
    client.put_item(TableName=table, Item={"name": {"S": BREAKER}, "state": {"S": "OPEN"}, "expiration": expires})
    during = operations.run("outage", "--json").content
    assert (during["breaker"], during["beganAt"]) == ("open", began)

    ended = operations.run("outage", "--reset", "--reason", "Enedis responds", "--yes")
    assert ended.exit_code == 0, ended
    after = operations.run("outage", "--json").content
    assert (after["breaker"], after["beganAt"]) == ("closed", None)
    assert operations.run("journal", "--json").content[-1]["command"] == "outage reset"


def test_turning_the_switch_is_kept_with_who_and_why(world: World, operations: Operations) -> None:
    assert operations.run("switch", "--json").content["mode"] == "on"

    turned = operations.run("switch", "on", "--percent", "10", typed=["go-live, ticket 12", "on"])
    assert turned.exit_code == 0, turned
    assert "90 % of the limitations will run in shadow" in turned.text
    now = operations.run("switch", "--json").content
    assert (now["mode"], now["percent"]) == ("on", 10)
    begun, ended = operations.run("journal", "--json").content[-2:]
    assert begun["by"].endswith(":assumed-role/restoration-OperationsRole/somebody")
    assert (begun["stage"], begun["reason"]) == ("begun", "go-live, ticket 12")
    assert (ended["stage"], ended["outcome"]) == ("ended", "the switch is on for 10 % of the limitations")
    world.turn_switch("on")


def test_stopping_the_system_turns_the_switch_off(operations: Operations) -> None:
    stopped = operations.run("stop", "--reason", "wrong orders", "--yes")
    assert stopped.exit_code == 0, stopped
    assert operations.run("switch", "--json").content["mode"] == "off"
    again = operations.run("stop", "--reason", "wrong orders", "--yes")
    assert "the switch is off already" in str(again.error)
    assert operations.run("switch", "on", "--percent", "100", "--reason", "over", "--yes").exit_code == 0
