"""Sends a first event to a deployed stack and follows what becomes of it.

A limitation that billing knows is registered (``PowerLimited``), then paid (``PaymentReceived``). The executions that
both start are followed, state by state, to their outcome. Then yesterday's report is made: it needs S3 and CloudWatch,
which a restoration does not. Billing and Enedis have to know the contract, the limitation and the point: nothing here
tells them. Run it through ``make sam-smoke``.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

POLL_SECONDS = 2.0
MOST_PAGES = 20

RESTORED = frozenset({"RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"})
"""Power is back, or never left. When a limitation was paid before it was registered, its registration ends so."""
OPEN = frozenset({"BALANCE_DUE", "FLOOR_RAISED"})
"""The debt is open, in the winter truce with the floor raised: a payment is to come."""
ELSEWHERE = frozenset({"JOINED", "SUPERSEDED"})
"""Another execution acts."""
PAYMENT_NOT_SHOWN = "Billing does not show the payment. Book it on this contract, and give its id as --payment-id."
ADVICE = {
    "UnknownContract": "Billing knows no such limitation on this contract. Take one that it has.",
    "BALANCE_DUE": PAYMENT_NOT_SHOWN,
    "FLOOR_RAISED": PAYMENT_NOT_SHOWN,
    "OFF": "The switch is off: turn it to shadow or on (docs/deploying.md, step 10).",
    "NOT_LIMITED": "This limitation is not open any more. Take another.",
    "CONTRACT_ENDED": "The contract has ended. Take another.",
    "NO_ORDER": "At Enedis the point is not ours, or has no contract. Take another.",
    "InvalidConfiguration": "The cause names the secret or the parameter. make preflight looks at all of them.",
}
"""What to do about an outcome that is none of those hoped for."""


class SmokeError(Exception):
    """Raised when the stack does not do what it should; says what was expected and where to look."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The customer to try it on, with ids that billing and Enedis know. The debt is in euro."""

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    debt: str
    payment_id: str = ""

    @property
    def payment(self) -> str:
        """The payment's id: the one that billing gave, or one made of the limitation's."""
        return self.payment_id or f"PAY-{self.limitation_id}"


@dataclass(frozen=True, slots=True)
class Stack:
    """What of the deployed stack the smoke test touches."""

    bus: str
    machine_arn: str

    @property
    def report_function(self) -> str:
        """Its name begins with the stack's, which the bus has, too."""
        return f"{self.bus}-report-daily"

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

    @property
    def is_restored(self) -> bool:
        """Whether power is back, or would be if the mode were not shadow."""
        return self.outcome in RESTORED or (self.outcome == "SHADOW" and self.reason.startswith("RESTORE"))

    @property
    def waits_for_payment(self) -> bool:
        """Whether the debt is open."""
        return self.outcome in OPEN or (self.outcome == "SHADOW" and not self.is_restored)


@dataclass
class Smoke:
    """One run against one stack.

    Parameters
    ----------
    patience
        How long an execution may take, in seconds.
    settle
        How long an event may take to start an execution, in seconds, when the limitation has some from before.
    look
        How long the sweep may take to look at a limitation that is registered, in seconds.
    before_payment
        Is told what billing has to show when the payment's event leaves.
    pause
        Waits between two looks, given the seconds.
    """

    stack: Stack
    events: "EventBridgeClient"
    states: "SFNClient"
    patience: float
    settle: float = 60.0
    look: float = 90.0
    say: Callable[[str], object] = print
    before_payment: Callable[[str], object] = print
    pause: Callable[[float], object] = time.sleep
    now: Callable[[], float] = time.monotonic
    _seen: dict[str, int] = field(default_factory=dict)

    def run(self, sandbox: Sandbox, at: datetime) -> Ended:
        """Limit, pay, and say how the last execution ended.

        A limitation that is paid already is restored by the look at its registration, and nothing is paid.

        Raises
        ------
        SmokeError
            When an event is refused, or an execution does not start, or does not end within the patience.
        """
        moment = at.isoformat()
        earlier = {execution["name"] for execution in self._executions(sandbox.limitation_id)}
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
        registered = self._looked_at(sandbox, earlier)
        if registered and not registered.waits_for_payment:
            return registered
        self.before_payment(
            f"Billing has to show payment {sandbox.payment} of {sandbox.debt} € on contract {sandbox.contract_id} now."
        )
        earlier = {execution["name"] for execution in self._executions(sandbox.limitation_id)}
        self._put(
            "PaymentReceived",
            {
                "paymentId": sandbox.payment,
                "customerId": sandbox.customer_id,
                "at": moment,
                "means": "CARD",
                "status": "CAPTURED",
                "amount": sandbox.debt,
                "currency": "EUR",
                "allocations": [{"contractId": sandbox.contract_id, "amount": sandbox.debt}],
            },
        )
        return self._follow(sandbox, earlier)

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

    def _looked_at(self, sandbox: Sandbox, earlier: Collection[str]) -> Ended | None:
        """Follow the execution that the sweep starts for a registration; None where it finds nothing to do."""
        sent = self.now()
        while self.now() - sent <= self.look:
            for execution in self._executions(sandbox.limitation_id):
                if execution["name"] not in earlier:
                    return self._end_of(sandbox, execution)
            self.pause(POLL_SECONDS)
        self.say(
            "No execution: the limitation is registered, and the sweep finds nothing to do as long as nothing is paid."
        )
        return None

    def _follow(self, sandbox: Sandbox, earlier: Collection[str]) -> Ended:
        """Follow the execution that an event starts; the last one from before when it starts none."""
        sent = self.now()
        while True:
            found = self._executions(sandbox.limitation_id)
            new = [execution for execution in found if execution["name"] not in earlier]
            if not new and found and self.now() - sent > self.settle:
                self.say("No new execution: the stack has met this fact before. This is how its last one ended.")
                new = found[-1:]
            if new:
                return self._end_of(sandbox, new[0])
            if self.now() - sent > self.patience:
                raise SmokeError(
                    f"no execution of {sandbox.limitation_id} after {self.patience:g} s: look into the dead-letter"
                    " queues and at the logs of register-limitations and receive-payments"
                )
            self.pause(POLL_SECONDS)

    def _end_of(self, sandbox: Sandbox, execution: "ExecutionListItemTypeDef") -> Ended:
        """How an execution ends; when it left the limitation to another one, how that one does."""
        ended = self._to_its_end(execution["name"], execution["executionArn"])
        others = [one for one in self._executions(sandbox.limitation_id) if one["name"] != ended.name]
        if ended.outcome in ELSEWHERE and others:
            return self._to_its_end(others[-1]["name"], others[-1]["executionArn"])
        return ended

    def _to_its_end(self, name: str, arn: str) -> Ended:
        deadline = self.now() + self.patience
        while True:
            description = self.states.describe_execution(executionArn=arn)
            for state in self._new_states(arn):
                self.say(f"  {state}")
            if description["status"] != "RUNNING":
                return self._ended(name, description)
            if self.now() > deadline:
                raise SmokeError(
                    f"execution {name} is still running after {self.patience:g} s: look at it in the Step Functions"
                    " console. In CheckPayment it waits until billing shows the payment"
                )
            self.pause(POLL_SECONDS)

    def _executions(self, limitation_id: str) -> list["ExecutionListItemTypeDef"]:
        """The executions of a limitation, oldest first: their names begin with its id."""
        named = re.compile(rf"{re.escape(limitation_id)}-[0-9a-f]{{32}}")
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=self.stack.machine_arn)
        found = [
            execution
            for page in islice(pages, MOST_PAGES)
            for execution in page["executions"]
            if named.fullmatch(execution["name"])
        ]
        return sorted(found, key=lambda execution: execution["startDate"])

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


def make_report(stack: Stack, functions: "LambdaClient", on: date, say: Callable[[str], object] = print) -> None:
    """Have a day's report made again: the functions' way to S3 and CloudWatch, and to SES where somebody gets reports.

    Raises
    ------
    SmokeError
        When the function fails.
    """
    asked = json.dumps({"report": "day", "on": on.isoformat()})
    answer = functions.invoke(FunctionName=stack.report_function, Payload=asked)
    content = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        why = f"{content.get('errorType')}: {content.get('errorMessage')}"
        raise SmokeError(f"{stack.report_function} failed with {why}. Look at its log")
    say(f"Report of {on.isoformat()} made, and kept in S3: {', '.join(content.values())}")


BILLING_HAS_TO = (
    "Billing has to know the limitation on the contract, with its debt open, and the customer's contact. When the"
    " script asks for it, it has to show the payment; then power comes back (RESTORED; SHADOW in shadow mode). When the"
    " limitation is paid already, the sweep that looks at its registration restores (RESTORED, or ALREADY_RESTORED"
    " where Enedis shows full power). In the winter truce it raises the floor first (FLOOR_RAISED). All of it is right."
)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make sam-smoke", description="Send a first event to a deployed stack.", epilog=BILLING_HAS_TO
    )
    parser.add_argument("--stack-name", required=True)
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument("--contract-id", required=True, help="a contract that the stack's billing system knows")
    parser.add_argument("--point-id", required=True, help="its delivery point (PRM), 14 digits, known to Enedis")
    parser.add_argument("--customer-id", required=True)
    parser.add_argument("--limitation-id", required=True, help="a limitation that billing has on this contract")
    parser.add_argument(
        "--debt", default="42.00", help="of the limitation, and what is paid (default: %(default)s euro)"
    )
    parser.add_argument("--payment-id", default="", help="as billing has it (default: PAY- and the limitation's id)")
    parser.add_argument("--expect", help="the outcome to insist on, such as RESTORED (default: any that is right)")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds (default: %(default)s)")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    chosen = arguments(given)
    at = datetime.now(UTC)
    sandbox = Sandbox(
        chosen.limitation_id, chosen.contract_id, chosen.point_id, chosen.customer_id, chosen.debt, chosen.payment_id
    )
    session = boto3.Session(region_name=chosen.region)
    try:
        stack = Stack.deployed(session.client("cloudformation"), chosen.stack_name)
        smoke = Smoke(stack, session.client("events"), session.client("stepfunctions"), chosen.patience)
        if sys.stdin.isatty():
            smoke.before_payment = lambda what: input(f"{what} Enter when it does: ")
        ended = smoke.run(sandbox, at)
        make_report(stack, session.client("lambda"), at.date() - timedelta(days=1))
    except (SmokeError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"smoke test failed: {error}\n")
        return 1
    return verdict(ended, chosen.expect)


def verdict(ended: Ended, expected: str | None) -> int:
    """The exit code: 0 when power is back (in shadow: would be), or the outcome is the expected one."""
    is_right = ended.outcome == expected if expected else ended.is_restored
    if ended.status == "SUCCEEDED" and is_right:
        sys.stdout.write(f"Good: {ended.outcome}.\n")
        return 0
    wanted = f"expected {expected}, got" if expected and ended.status == "SUCCEEDED" else f"{ended.name} ended"
    said = " ".join(part for part in (ended.status, ended.outcome, ended.reason) if part)
    sys.stderr.write(f"smoke test failed: {wanted} {said}\n{ADVICE.get(ended.outcome, '')}\n".rstrip() + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
