"""A Step Functions of ours, and the limitations of an account of moto's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3

from restoration.domain.limitation import Limitation, LimitationStatus
from tests.fakes.redrives import Errors, ForgottenError, NotRedrivableError

STACK = "restoration"
START = datetime(2026, 11, 26, 8, tzinfo=UTC)


@dataclass
class FakeStates:
    """Step Functions with executions that a test puts there: list items and histories, oldest event first."""

    exceptions = Errors
    listed: list[dict[str, Any]] = field(default_factory=list)
    histories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    redriven: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    whys: list[Mapping[str, str]] = field(default_factory=list)
    refuses: bool = False

    def put(self, name: str, status: str, events: Sequence[tuple[str, Mapping[str, Any]]], **item: Any) -> str:
        """Put an execution; its events are a second apart."""
        arn = f"arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:{name}"
        self.histories[arn] = [
            {"id": number + 1, "type": kind, "timestamp": START + timedelta(seconds=number), **details}
            for number, (kind, details) in enumerate(events)
        ]
        ended = {} if status == "RUNNING" else {"stopDate": self.histories[arn][-1]["timestamp"]}
        self.listed.append({"executionArn": arn, "name": name, "status": status, "startDate": START, **ended, **item})
        return arn

    def list_executions(self, **request: Any) -> dict[str, Any]:
        assert request["stateMachineArn"].endswith(f":stateMachine:{STACK}-restoration")
        return {"executions": [each for each in self.listed if each["status"] == request["statusFilter"]]}

    def get_execution_history(self, **request: Any) -> dict[str, Any]:
        arn = request["executionArn"]
        self.asked.append((arn, request["maxResults"]))
        if arn not in self.histories:
            raise ForgottenError
        assert request["reverseOrder"]
        return {"events": self.histories[arn][::-1]}

    def redrive_execution(self, *, executionArn: str, clientToken: str) -> None:  # noqa: N803 - boto3's
        if self.refuses:
            raise NotRedrivableError
        self.redriven.append((executionArn, clientToken))

    def stop_execution(self, *, executionArn: str, **why: str) -> None:  # noqa: N803 - boto3's
        self.stopped.append(executionArn)
        self.whys.append(why)


HASH = "0123456789abcdef" * 2
STARTED: tuple[str, dict[str, Any]] = ("ExecutionStarted", {"executionStartedEventDetails": {"input": "{}"}})


def entered(name: str) -> tuple[str, dict[str, Any]]:
    return "TaskStateEntered", {"stateEnteredEventDetails": {"name": name}}


def failed(error: str, cause: str) -> tuple[str, dict[str, Any]]:
    return "ExecutionFailed", {"executionFailedEventDetails": {"error": error, "cause": cause}}


def set_attribute(number: int, name: str, value: Any) -> None:
    """Set an attribute of a limitation's item, such as its holder."""
    boto3.resource("dynamodb").Table(f"{STACK}-limitations").update_item(
        Key={"limitationId": f"LIM-{number:06}"},
        UpdateExpression=f"SET {name} = :value",
        ExpressionAttributeValues={":value": value},
    )


def limitation(number: int, **changes: Any) -> Limitation:
    facts: dict[str, Any] = {
        "limitation_id": f"LIM-{number:06}",
        "contract_id": f"CTR-{number:06}",
        "point_id": f"3000000000{number:04}",
        "customer_id": f"CUS-{number:06}",
        "status": LimitationStatus.LIMITED,
        "last_event_at": START,
        "debt": Decimal(120),
        "limited_power_kva": 1,
        "subscribed_power_kva": 9,
        "registered_at": START,
    }
    return Limitation(**(facts | changes))
