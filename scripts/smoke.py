"""Sends a first event to a deployed stack and follows what becomes of it.

A limitation of a sandbox contract is registered (``PowerLimited``), then paid (``PaymentReceived``); the executions
that both start are followed by name, state by state, to their outcome. The contract and the point must be known to the
billing and Enedis systems that the stack talks to. Run it through ``make sam-smoke``.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from restoration.domain.limitation import Trigger, execution_name, registration_trigger

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_stepfunctions import SFNClient

POLL_SECONDS = 2.0


class SmokeError(Exception):
    """Raised when the stack does not do what it should; says what was expected and where to look."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The customer to try it on, with ids that billing and Enedis know."""

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    debt: str


@dataclass(frozen=True, slots=True)
class Stack:
    """What of the deployed stack the smoke test touches."""

    bus: str
    machine_arn: str

    @classmethod
    def of_outputs(cls, outputs: Mapping[str, str]) -> "Stack":
        """Take the names from a stack's outputs.

        Raises
        ------
        SmokeError
            When an output misses.
        """
        missing = {"EventBusName", "StateMachineArn"} - set(outputs)
        if missing:
            raise SmokeError(f"the stack has no output {', '.join(sorted(missing))}. Is it a stack of this template?")
        return cls(outputs["EventBusName"], outputs["StateMachineArn"])

    @classmethod
    def deployed(cls, cloudformation: Any, name: str) -> "Stack":
        """Look up a stack's outputs."""
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        return cls.of_outputs({item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])})


@dataclass(frozen=True)
class Ended:
    """How an execution ended."""

    name: str
    status: str
    outcome: str
    reason: str


@dataclass
class Smoke:
    """One run against one stack.

    Parameters
    ----------
    patience
        How long an execution may take, in seconds.
    pause
        Waits between two looks, given the seconds.
    """

    stack: Stack
    events: "EventBridgeClient"
    states: "SFNClient"
    patience: float
    say: Callable[[str], object] = print
    pause: Callable[[float], object] = time.sleep
    now: Callable[[], float] = time.monotonic
    _seen: dict[str, int] = field(default_factory=dict)

    def run(self, sandbox: Sandbox, at: datetime) -> Ended:
        """Limit, pay, and say how the payment's execution ended.

        Raises
        ------
        SmokeError
            When an event is refused, or an execution does not start, or does not end within the patience.
        """
        payment_id = f"PAY-{sandbox.limitation_id}"
        moment = at.isoformat()
        self._put(
            "PowerLimited",
            {
                "limitationId": sandbox.limitation_id,
                "contractId": sandbox.contract_id,
                "pointId": sandbox.point_id,
                "customerId": sandbox.customer_id,
                "at": moment,
                "debt": sandbox.debt,
                "currency": "EUR",
                "limitedPowerKva": 1,
                "subscribedPowerKva": 6,
            },
        )
        self._follow(sandbox, registration_trigger(sandbox.limitation_id, at, event_id=""))
        self._put(
            "PaymentReceived",
            {
                "paymentId": payment_id,
                "customerId": sandbox.customer_id,
                "at": moment,
                "means": "CARD",
                "status": "CAPTURED",
                "amount": sandbox.debt,
                "currency": "EUR",
                "allocations": [{"contractId": sandbox.contract_id, "amount": sandbox.debt}],
            },
        )
        return self._follow(sandbox, Trigger("PaymentReceived", f"{payment_id}:CAPTURED", at, event_id=""))

    def _put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        entry: PutEventsRequestEntryTypeDef = {
            "Source": "billing",
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "EventBusName": self.stack.bus,
        }
        answer = self.events.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise SmokeError(f"EventBridge refused {detail_type}: {answer['Entries']}")
        self.say(f"{detail_type} put on {self.stack.bus}")

    def _follow(self, sandbox: Sandbox, trigger: Trigger) -> Ended:
        name = execution_name(sandbox.limitation_id, trigger)
        arn = f"{self.stack.machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        deadline = self.now() + self.patience
        while True:
            description = self._describe(arn)
            if description:
                for state in self._new_states(arn):
                    self.say(f"  {state}")
                if description["status"] != "RUNNING":
                    return self._ended(name, description)
            if self.now() > deadline:
                raise SmokeError(_too_long(name, self.patience, started=bool(description)))
            self.pause(POLL_SECONDS)

    def _describe(self, arn: str) -> Mapping[str, Any] | None:
        try:
            return self.states.describe_execution(executionArn=arn)
        except self.states.exceptions.ExecutionDoesNotExist:
            return None

    def _new_states(self, arn: str) -> Iterator[str]:
        """The states entered since the last look, with the seconds since the execution's start."""
        pages = self.states.get_paginator("get_execution_history").paginate(
            executionArn=arn, includeExecutionData=False
        )
        started: datetime | None = None
        for event in (event for page in pages for event in page["events"]):
            started = started or event["timestamp"]
            if event["id"] <= self._seen.get(arn, 0):
                continue
            self._seen[arn] = event["id"]
            if entered := event.get("stateEnteredEventDetails"):
                yield f"{(event['timestamp'] - started).total_seconds():8.2f} s  {entered['name']}"

    def _ended(self, name: str, description: Mapping[str, Any]) -> Ended:
        output = json.loads(description.get("output") or "{}")
        outcome = str(output.get("outcome") or description.get("error") or description["status"])
        reason = str(output.get("reason") or description.get("cause") or "")
        self.say(f"{name}: {description['status']}, {outcome}{f' ({reason})' if reason else ''}")
        return Ended(name, str(description["status"]), outcome, reason)


def _too_long(name: str, patience: float, *, started: bool) -> str:
    if started:
        return f"execution {name} is still running after {patience:g} s: look at it in the Step Functions console"
    return (
        f"no execution {name} after {patience:g} s: look into the dead-letter queues and at the logs of"
        " register-limitations and receive-payments; with the same ids a second time, nothing new is started"
    )


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make sam-smoke", description="Send a first event to a deployed stack.")
    parser.add_argument("--stack-name", required=True)
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument("--contract-id", required=True, help="a contract that the stack's billing system knows")
    parser.add_argument("--point-id", required=True, help="its delivery point (PRM), 14 digits, known to Enedis")
    parser.add_argument("--customer-id", required=True)
    parser.add_argument("--limitation-id", help="default: a new one for each run")
    parser.add_argument("--debt", default="42.00", help="in euro, also what is paid (default: %(default)s)")
    parser.add_argument("--expect", help="the outcome to insist on, such as RESTORED or SHADOW; default: any success")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds (default: %(default)s)")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    chosen = arguments(given)
    at = datetime.now(UTC)
    sandbox = Sandbox(
        chosen.limitation_id or f"SMOKE-{at:%Y%m%d%H%M%S}",
        chosen.contract_id,
        chosen.point_id,
        chosen.customer_id,
        chosen.debt,
    )
    session = boto3.Session(region_name=chosen.region)
    try:
        stack = Stack.deployed(session.client("cloudformation"), chosen.stack_name)
        smoke = Smoke(stack, session.client("events"), session.client("stepfunctions"), chosen.patience)
        ended = smoke.run(sandbox, at)
    except (SmokeError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"smoke test failed: {error}\n")
        return 1
    return verdict(ended, chosen.expect)


def verdict(ended: Ended, expected: str | None) -> int:
    """The exit code: 0 when the execution succeeded, with the expected outcome where there is one."""
    if ended.status != "SUCCEEDED":
        sys.stderr.write(f"smoke test failed: {ended.name} ended {ended.status}: {ended.outcome} {ended.reason}\n")
        return 1
    if expected and ended.outcome != expected:
        sys.stderr.write(f"smoke test failed: expected {expected}, got {ended.outcome} {ended.reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
