"""ops switch, and ops stop without a case: what is written, in which order, and what is said next."""

import json
from typing import Any

import pytest

from ops.failures import WrongRequest
from tests.unit.ops.accounts import NOW, OwnAccount, run, words

MODE, SHARE = "/restoration/mode", "/restoration/rollout-percent"


class SwitchOfAnAccount(OwnAccount):
    """An account with a switch; the template says shadow and 0 %."""

    services = frozenset({"dynamodb", "sqs", "ssm", "stepfunctions"})

    def __init__(self, **values: str) -> None:
        super().__init__()
        self.values = {f"/restoration/{name.replace('_', '-')}": value for name, value in values.items()}
        self.put: list[tuple[str, str]] = []

    def parameter(self, name: str) -> str:
        return f"/restoration/{name}"

    def setting(self, name: str) -> str:
        return {"Mode": "shadow", "RolloutPercent": "0"}[name]

    def machine(self) -> str:
        return "arn:restoration"

    def get_parameters(self, Names: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's
        there = [name for name in Names if name in self.values]
        found = [{"Name": name, "Value": self.values[name], "LastModifiedDate": NOW} for name in there]
        return {"Parameters": found, "InvalidParameters": [name for name in Names if name not in there]}

    def put_parameter(self, Name: str, Value: str, **how: object) -> None:  # noqa: N803 - boto3's
        assert how == {"Type": "String", "Overwrite": True}
        self.put.append((Name, Value))
        self.values[Name] = Value

    def get_queue_attributes(self, **asked: object) -> dict[str, Any]:
        assert asked == {"QueueUrl": "enedis-orders", "AttributeNames": ["ApproximateNumberOfMessages"]}
        return {"Attributes": {"ApproximateNumberOfMessages": "3"}}

    def get_paginator(self, _operation: str) -> Any:
        class Pages:
            def paginate(_self, **_: object) -> list[dict[str, Any]]:  # noqa: N805
                return [{"executions": [{}]}]

        return Pages()


@pytest.mark.parametrize(
    ("mode", "percent", "turned", "is_up"),
    [
        ("off", "100", ("on",), True),
        ("shadow", "0", ("on", "--percent", "10"), True),
        ("on", "10", ("--percent", "50"), True),
        ("on", "50", ("--percent", "10"), False),
        ("on", "10", ("shadow",), False),
        ("on", "10", ("off", "--percent", "100"), False),
    ],
)
def test_who_turns_it_up_is_told_to_have_all_checked(
    mode: str, percent: str, turned: tuple[str, ...], *, is_up: bool
) -> None:
    ran = run(SwitchOfAnAccount(mode=mode, rollout_percent=percent), "switch", *turned, "--reason", "x", "--yes")
    assert ran.exception is None, ran
    assert ("ops check --all" in words(ran)) is is_up


def test_share_is_written_before_the_mode() -> None:
    account = SwitchOfAnAccount(mode="shadow", rollout_percent="100")
    run(account, "switch", "on", "--percent", "10", "--reason", "x", "--yes")
    assert account.put == [(SHARE, "10"), (MODE, "on")]


def test_first_turn_writes_both_parameters_so_that_no_deployment_turns_it() -> None:
    account = SwitchOfAnAccount()
    ran = run(account, "switch", "shadow", "--percent", "0", "--reason", "x", "--yes")
    assert ran.exception is None, "the template's value is the same, and does not count any more"
    assert account.put == [(SHARE, "0"), (MODE, "shadow")]
    again = run(account, "switch", "shadow", "--reason", "x", "--yes")
    assert isinstance(again.exception, WrongRequest)


def test_turning_is_confirmed_with_the_mode() -> None:
    account = SwitchOfAnAccount(mode="on", rollout_percent="100")
    assert (
        str(run(account, "switch", "off", typed=("wrong orders", "yes")).exception)
        == 'Nothing was done: "off" was not typed.'
    )
    assert (account.put, account.entries) == ([], [])
    assert run(account, "switch", "off", typed=("wrong orders", "off")).exception is None
    assert account.put == [(MODE, "off")]


def test_stop_turns_it_off_keeps_the_share_and_says_what_goes_on() -> None:
    account = SwitchOfAnAccount(mode="on", rollout_percent="40")
    ran = run(account, "stop", typed=("wrong orders", "off"))
    assert ran.exception is None, ran
    assert account.put == [(MODE, "off")]
    assert "1 execution will go on as begun" in words(ran)
    assert "leave for Enedis all the same: 3." in words(ran)
    assert [each["command"] for each in account.entries] == ["stop", "stop"]


def test_switch_is_shown_with_the_moments_at_which_it_was_set() -> None:
    for account in (SwitchOfAnAccount(mode="on", rollout_percent="40"), SwitchOfAnAccount()):
        assert "The switch is " in run(account, "switch").output
        assert set(json.loads(run(account, "switch", "--json").output)) > {"mode", "percent"}
    already = run(SwitchOfAnAccount(mode="off", rollout_percent="40"), "stop", typed=("wrong orders", "off"))
    assert "the switch is off already" in str(already.exception)
