"""Invocations that wait until they are let go, fail, or lose their response: a test or a story decides when."""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import Any

from embedded_cloud import EmbeddedCloud, LambdaError
from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response
from restoration.clock import from_text, to_text

type Fits = Callable[[Mapping[str, Any]], bool]
"""Whether an invocation is meant, by its payload."""

LONGEST_HOLD_SECONDS = 40.0
"""Below the TimeoutSeconds of every state that calls a function."""


class Gate:
    """Holds the invocations of a function whose payload fits, until it is opened."""

    def __init__(self, cloud: EmbeddedCloud, fits: Fits) -> None:
        self._activity = cloud.activity
        self._fits = fits
        self.reached = threading.Event()
        """Whether an invocation is held, or has been."""
        self._opened = threading.Event()

    def open(self) -> None:
        """Let go what is held, and hold nothing more."""
        self._opened.set()

    def stand_around(self, payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        """Hold one invocation of the function, if it fits."""
        if not self._opened.is_set() and self._fits(json.loads(payload)):
            self.reached.set()
            self._activity.report()
            self._opened.wait(LONGEST_HOLD_SECONDS)
        return go_on()


def failing(cloud: EmbeddedCloud, function: str, fits: Fits, error: str) -> AbstractContextManager[None]:
    """Let a function raise an error where its payload fits."""

    def fail(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        if not fits(json.loads(payload)):
            return go_on()
        message = "raised by the test"
        raise LambdaError(error, message, json.dumps({"errorType": error, "errorMessage": message}).encode())

    return cloud.functions.named(function).wrappers.also(fail)


def let_days_pass(cloud: EmbeddedCloud, limitation_id: str, passed: timedelta) -> None:
    """Let some time pass from the acceptance of a limitation's next order to the moment when the machine hears of it.

    Its first outcome does not reach Step Functions. The record of the order becomes so much older, and is then handled
    again, as SQS gives it again. All the rest is the product's: the order is overdue where its deadline is over.
    """
    refused: list[str] = []

    def refuse(request: AwsRequest) -> AwsResponse | None:
        if request.action != "SendTaskSuccess" or limitation_id.encode() not in request.body:
            return None
        refused.append(json.loads(json.loads(request.body)["output"])["reference"])
        # No code that boto3 tries again by itself.
        return error_response(400, "ServiceUnavailable", "Step Functions cannot be reached for some days")

    def place(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        if refused or limitation_id.encode() not in payload:
            return go_on()
        with cloud.dispatcher.interceptors.also(refuse), suppress(LambdaError):
            go_on()
        for reference in refused:
            _age(cloud, reference, passed)
        return go_on()

    cloud.functions.named("PlaceOrderFunction").wrappers.append(place)


def _age(cloud: EmbeddedCloud, reference: str, by: timedelta) -> None:
    table, dynamodb = cloud.physical_id("OrdersTable"), cloud.client("dynamodb")
    order = dynamodb.get_item(TableName=table, Key={"reference": {"S": reference}})["Item"]
    earlier = {name: {"S": to_text(from_text(order[name]["S"]) - by)} for name in ("lookAt", "dueAt")}
    dynamodb.put_item(TableName=table, Item=order | earlier)
