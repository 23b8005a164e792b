"""The smoke test's own test: against the embedded cloud it does what it will do against an account."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.stub import Stubber

from local.partners.enedis import PointSetup
from scripts.smoke import Ended, Sandbox, Smoke, SmokeError, Stack, arguments, verdict
from tests.end_to_end.world import World

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


class BusThatBillingHears:
    """The bus, for a billing system that books what is put there, as a sandbox's does."""

    def __init__(self, world: World) -> None:
        self._world = world

    def put_events(self, *, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's name
        for entry in Entries:
            self._world.billing.record(entry)
        return self._world.cloud.client("events").put_events(Entries=Entries)


def silently(_line: str) -> None:
    """Say nothing."""


def sandbox(world: World, name: str) -> Sandbox:
    known = Sandbox(f"SMOKE-{name}", f"CTR-{name}", f"9{int.from_bytes(name.encode()) % 10**13:013}", "CUS-S", "42.00")
    world.enedis.network.add_point(PointSetup(known.point_id, contract_id=known.contract_id))
    world.billing.set_business_date(AT.date(), known.contract_id)
    return known


def smoke(world: World, say: Callable[[str], object], **changes: Any) -> Smoke:
    settings: dict[str, Any] = {
        "stack": Stack.of_outputs(world.cloud.outputs),
        "events": BusThatBillingHears(world),
        "states": world.cloud.client("stepfunctions"),
        "patience": 120.0,
        "say": say,
        "pause": lambda _seconds: world.cloud.wait_idle(),
    }
    return Smoke(**(settings | changes))


def test_first_event_is_followed_to_power_restored(world: World) -> None:
    said: list[str] = []
    ended = smoke(world, said.append).run(sandbox(world, "first"), AT)
    assert (ended.status, ended.outcome) == ("SUCCEEDED", "RESTORED")
    assert verdict(ended, "RESTORED") == 0
    states = [line.split()[-1] for line in said if line.startswith("  ")]
    assert states[0] == "TakeCharge"
    assert states.count("OrderAtEnedis") == 1
    assert states[-1] == "Restored"
    assert said[0].startswith("PowerLimited put on ")
    assert "SUCCEEDED, RESTORED" in said[-1]


def test_second_run_with_the_same_ids_finds_the_same_executions(world: World) -> None:
    customer = sandbox(world, "again")
    first = smoke(world, silently).run(customer, AT)
    assert smoke(world, silently).run(customer, AT) == first


def test_event_that_leads_to_nothing_is_reported_with_where_to_look(world: World) -> None:
    moments = iter([0.0, 121.0])
    broken = Sandbox("SMOKE-nothing", "CTR-nothing", "not 14 digits", "CUS-S", "42.00")
    with pytest.raises(SmokeError, match=r"no execution SMOKE-nothing-.* dead-letter queues"):
        smoke(world, silently, now=lambda: next(moments)).run(broken, AT)


def test_refused_event_is_an_error() -> None:
    bus = SimpleNamespace(put_events=lambda **_: {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "Throttled"}]})
    states: Any = SimpleNamespace()
    refused: Any = bus
    run = Smoke(Stack("bus", "arn"), refused, states, 1.0, say=silently)
    with pytest.raises(SmokeError, match=r"refused PowerLimited.*Throttled"):
        run.run(Sandbox("L", "C", "P", "K", "1.00"), AT)


def test_stack_is_found_by_its_outputs(world: World) -> None:
    cloudformation = world.cloud.client("cloudformation")
    outputs = [{"OutputKey": name, "OutputValue": value} for name, value in world.cloud.outputs.items()]
    stack = {"StackName": "s", "CreationTime": AT, "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}
    with Stubber(cloudformation) as stubber:
        stubber.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "s"})
        assert Stack.deployed(cloudformation, "s") == Stack.of_outputs(world.cloud.outputs)


def test_stack_of_another_template_is_told() -> None:
    with pytest.raises(SmokeError, match="no output StateMachineArn"):
        Stack.of_outputs({"EventBusName": "bus"})


@pytest.mark.parametrize(
    ("status", "outcome", "expected", "code"),
    [
        ("SUCCEEDED", "RESTORED", None, 0),
        ("SUCCEEDED", "SHADOW", "RESTORED", 1),
        ("FAILED", "UnknownContract", None, 1),
    ],
)
def test_exit_code_says_whether_it_went_as_expected(
    status: str, outcome: str, expected: str | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(Ended("name", status, outcome, ""), expected) == code
    assert bool(capsys.readouterr().err) == bool(code)


def test_ids_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--stack-name", "restoration-dev"])
    assert "--contract-id" in capsys.readouterr().err


def test_body_of_the_payment_is_a_valid_event(world: World) -> None:
    """What the script sends must keep the contract of events, or the sandbox would never see a restoration."""
    sent: list[dict[str, Any]] = []

    class Ear(BusThatBillingHears):
        def put_events(self, *, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's name
            sent.extend(Entries)
            return super().put_events(Entries=Entries)

    smoke(world, silently, events=Ear(world)).run(sandbox(world, "heard"), AT)
    assert [entry["DetailType"] for entry in sent] == ["PowerLimited", "PaymentReceived"]
    assert json.loads(sent[1]["Detail"])["allocations"] == [{"contractId": "CTR-heard", "amount": "42.00"}]
