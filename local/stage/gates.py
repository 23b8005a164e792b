"""Invocations that wait until they are let go, fail, or lose their response: a test or a story decides when."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from local.cloud import EmbeddedCloud, LambdaError
from local.cloud.backends.protocol import AwsRequest, AwsResponse, error_response

type Fits = Callable[[Mapping[str, Any]], bool]
"""Whether an invocation is meant, by its payload."""

LONGEST_HOLD_SECONDS = 40.0
"""Below the TimeoutSeconds of every state that calls a function."""


class Gate:
    """Holds the invocations of a function whose payload fits, until it is opened."""

    def __init__(self, cloud: EmbeddedCloud, fits: Fits) -> None:
        self._activity = cloud.activity
        self._fits = fits
        self._reached = threading.Event()
        self._opened = threading.Event()

    def is_reached(self) -> bool:
        """Whether an invocation is held, or has been."""
        return self._reached.is_set()

    def open(self) -> None:
        """Let go what is held, and hold nothing more."""
        self._opened.set()

    def stand_around(self, payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        """Hold one invocation of the function, if it fits."""
        if not self._opened.is_set() and self._fits(json.loads(payload)):
            self._reached.set()
            self._activity.report()
            self._opened.wait(LONGEST_HOLD_SECONDS)
        return go_on()


@contextmanager
def failing(cloud: EmbeddedCloud, function: str, fits: Fits, error: str) -> Iterator[None]:
    """Let a function raise an error where its payload fits."""

    def fail(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        if not fits(json.loads(payload)):
            return go_on()
        message = "raised by the test"
        raise LambdaError(error, message, json.dumps({"errorType": error, "errorMessage": message}).encode())

    with cloud.functions.named(function).wrapped(fail):
        yield


@contextmanager
def lost_responses(
    cloud: EmbeddedCloud, action: str, fits: Callable[[AwsRequest], bool], times: int
) -> Iterator[list[AwsRequest]]:
    """Let AWS carry out the requests that fit and lose its responses; the list holds the requests struck."""
    struck: list[AwsRequest] = []

    def lose(request: AwsRequest) -> AwsResponse | None:
        if request.action != action or len(struck) >= times or not fits(request):
            return None
        struck.append(request)
        cloud.dispatcher.ask_moto(request)
        return error_response(500, "InternalServerError", "The response was lost on its way")

    with cloud.dispatcher.intercepting(lose):
        yield struck
