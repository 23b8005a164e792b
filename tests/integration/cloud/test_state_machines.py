"""State machines on the embedded cloud call, compute and are named as on AWS, where moto alone does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.cloud.machines import pass_state, task, token_state, wait_for_token

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud
    from tests.integration.cloud.machines import Machines


def test_undefined_expression_fails_the_state_with_query_evaluation_error(machines: Machines) -> None:
    failed = machines.one_state(pass_state({"x": "{% $states.input.nothing.here %}"}))
    assert (failed.status, failed.error) == ("FAILED", "States.QueryEvaluationError")
    assert "$states.input.nothing.here" in (failed.cause or "")


def test_name_is_taken_once_the_execution_has_ended(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = cloud.client("stepfunctions")
    machine = machines.create({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60)}})

    def start(value: object) -> str:
        return str(
            states.start_execution(stateMachineArn=machine, name="same-name", input=json.dumps(value))["executionArn"]
        )

    arn = start({"a": 1})
    assert start({"a": 1}) == arn
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        start({"a": 2})
    states.send_task_success(taskToken=wait_for_token(cloud, arn), output="{}")
    machines.end(arn)
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        start({"a": 1})
    with pytest.raises(states.exceptions.InvalidName):
        states.start_execution(stateMachineArn=machine, name="with space")


def assign(size: int, name: str = "text") -> dict[str, Any]:
    """A state that sets a variable of so many bytes, the two quotes of JSON among them."""
    return {"Type": "Pass", "Assign": {name: f'{{% $pad("", {size - 2}, "x") %}}'}}


@pytest.mark.parametrize("resource", ["lambda:invoke", "aws-sdk:sns:publish"])
def test_task_that_would_send_over_256_kib_ends_the_execution(machines: Machines, resource: str) -> None:
    send = task(
        resource,
        {"Payload": '{% $pad("", 262144, "x") %}'},
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        End=True,
    )
    failed = machines.run({"StartAt": "Send", "States": {"Send": send, "Caught": {"Type": "Succeed"}}})
    assert (failed.status, failed.error) == ("FAILED", "States.DataLimitExceeded")


def test_variables_of_an_execution_have_10_mib_and_no_more(machines: Machines) -> None:
    states = {f"S{n}": {**assign(256 * 1024, f"v{n}"), "Next": f"S{n + 1}"} for n in range(41)}
    again = assign(256 * 1024, "v0")  # in place of itself, not beside it
    fits = {**states, "S40": {**again, "End": True}}
    assert machines.run({"StartAt": "S0", "States": fits}).status == "SUCCEEDED"
    failed = machines.run({"StartAt": "S0", "States": {**states, "S41": {"Type": "Succeed"}}})
    assert (failed.status, failed.error, failed.state) == ("FAILED", "States.DataLimitExceeded", "S40")
