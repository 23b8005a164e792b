"""EventBridge's delivery to the targets of rules, again and again as each target's retry policy says.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.utils import EventTemplateParser
from moto.sqs.models import sqs_backends

from embedded_cloud.errors import AccessDeniedError, CloudError
from embedded_cloud.observability.lineage import with_lineage
from embedded_cloud.observability.tracing import current_trace_header, traced_by

if TYPE_CHECKING:
    from embedded_cloud.backends.clients import Clients
    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.rights.rights import Rights
    from embedded_cloud.timers import Timers

EVENT_BRIDGE = "events.amazonaws.com"
TARGET_SERVICES = ("sqs", "lambda", "states")
PASSING = frozenset({"THROTTLING", "ERROR_FROM_TARGET"})
"""Errors after which a delivery is tried again."""
LONGEST_WAIT = 480.0
"""Seconds between two attempts, which double from one: so 185 of them take the 24 hours that AWS names."""
THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException", "ExecutionLimitExceeded"})


@dataclass
class Sending:
    """An event on its way to a target."""

    rule: Any
    target: dict[str, Any]
    text: str
    trace_header: str | None
    began_at: dt.datetime
    retries: int = 0

    def limit(self, name: str, default: int) -> int:
        """Give a limit of the target's retry policy, or EventBridge's own."""
        return int((self.target.get("RetryPolicy") or {}).get(name, default))


def error_code(error: Exception) -> str:
    """Give the code that EventBridge gives to a failed delivery."""
    if not isinstance(error, ClientError):
        return "NO_PERMISSIONS" if isinstance(error, AccessDeniedError) else "NO_RESOURCE"
    code = str(error.response["Error"]["Code"])
    is_fault = error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500  # noqa: PLR2004 - a server's errors
    if is_fault or code in THROTTLED:
        return "ERROR_FROM_TARGET" if is_fault else "THROTTLING"
    if "AccessDenied" in code:
        return "NO_PERMISSIONS"
    return "NO_RESOURCE" if "NotExist" in code or "NotFound" in code else "INVALID_PARAMETER"


class Targets:
    """Delivers events.

    Attributes
    ----------
    waiting
        How many events wait to be sent again.
    """

    def __init__(self, functions: Functions, clients: Clients, rights: Rights, timers: Timers) -> None:
        self._functions = functions
        self._clients = clients
        self._rights = rights
        self._timers = timers
        self.waiting = 0

    def send(self, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
        """Send an event to a target of a rule that matches it."""
        text = input_of(target, event)
        # Lambda sees no loop that goes by way of EventBridge.
        trace_header = with_lineage(current_trace_header(), {})
        self._attempt(Sending(rule, target, text, trace_header, self._timers.now()))

    def _attempt(self, sending: Sending) -> None:
        """Deliver an event, or see to it that it is tried again or put aside."""
        try:
            with traced_by(sending.trace_header):
                self._deliver(sending.rule, sending.target, sending.text)
        except (ClientError, CloudError, KeyError) as error:
            code = error_code(error)
            if code in PASSING and sending.retries < sending.limit("MaximumRetryAttempts", 185):
                self.waiting += 1
                self._timers.after(min(2.0**sending.retries, LONGEST_WAIT), partial(self._retry, sending, error))
            elif code in PASSING:
                self._put_aside(sending, code, error, "MaximumRetryAttempts")
            elif "DeadLetterConfig" in sending.target or code == "NO_PERMISSIONS" or sending.retries:
                self._put_aside(sending, code, error)
            else:
                raise  # AWS would lose it without a word: here the caller who put the event learns what is wrong

    def _retry(self, sending: Sending, error: Exception) -> None:
        self.waiting -= 1
        age = (self._timers.now() - sending.began_at).total_seconds()
        if age > sending.limit("MaximumEventAgeInSeconds", 86_400):
            self._put_aside(sending, error_code(error), error, "MaximumEventAgeInSeconds")
            return
        sending.retries += 1
        self._attempt(sending)

    def _put_aside(self, sending: Sending, code: str, error: Exception, exhausted: str = "") -> None:
        """Give an event up: it goes to the target's dead letters, or is lost, as on AWS."""
        dead_letters = (sending.target.get("DeadLetterConfig") or {}).get("Arn")
        if not dead_letters:
            return  # the cloud's record of denials has it, if it was one
        said = {
            "ERROR_CODE": code,
            "ERROR_MESSAGE": str(error)[:256] or "none",
            "RULE_ARN": sending.rule.arn,
            "TARGET_ARN": sending.target["Arn"],
            **({"EXHAUSTED_RETRY_CONDITION": exhausted, "RETRY_ATTEMPTS": str(sending.retries)} if exhausted else {}),
        }
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}
        with contextlib.suppress(AccessDeniedError), traced_by(sending.trace_header):
            self._rights.require_of_service(EVENT_BRIDGE, "sqs:SendMessage", dead_letters, sending.rule.arn)
            queue = dead_letters.rpartition(":")[2]
            self._queue(dead_letters).send_message(queue, sending.text, message_attributes=attributes)

    def _deliver(self, rule: Any, target: dict[str, Any], text: str) -> None:
        arn = target["Arn"]
        service, name = arn.split(":")[2], arn.rpartition(":")[2]
        if service == "sqs":
            self._rights.require_of_service(EVENT_BRIDGE, "sqs:SendMessage", arn, rule.arn)
            self._queue(arn).send_message(name, text)
        elif service == "lambda":
            if self._functions.find(arn) is None:
                raise CloudError(f"there is no function {arn}")
            self._rights.require_of_service(EVENT_BRIDGE, "lambda:InvokeFunction", arn, rule.arn)
            self._functions.later.invoke(arn, text.encode(), current_trace_header())
        elif service == "states":
            role = target.get("RoleArn")
            key = self._rights.key_of_role(role, EVENT_BRIDGE, "rule") if role else ""
            stepfunctions = self._clients.get("stepfunctions", access_key=key)
            stepfunctions.start_execution(stateMachineArn=arn, input=text)
        else:
            raise CloudError(f"EventBridge cannot deliver to {arn} here")

    @staticmethod
    def _queue(arn: str) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]


def input_of(target: dict[str, Any], event: dict[str, Any]) -> str:
    """Give what a target receives of an event, as text.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    if target.get("Input") is not None:
        return str(target["Input"])
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    # moto's own needs a moment that no target of ours is told.
    return json.dumps(EventTemplateParser.parse(transformer["InputTemplate"], paths, {**event, "ingestion-time": 0}))  # type: ignore[typeddict-item]
