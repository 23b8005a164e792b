"""What a state machine sees of a function that fails: one sentence. The stack trace is in the log alone."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest
from awslambdaric.bootstrap import handle_event_request, replace_line_indentation
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller
from botocore.exceptions import ClientError

from local.asl import MACHINE_FILES, Machine
from restoration import bootstrap
from restoration.errors import UNFORESEEN, EnedisRejected, InvalidManifest, RestorationError
from tests.statemachine.raised_errors import folder_of, raised_by
from tests.unit.functions.conftest import Load
from tests.unit.functions.test_bulk_redrive import FREEZING
from tests.unit.functions.test_check_open_limitations import PAGE
from tests.unit.functions.test_claim_functions import CLAIM, PREPARE, SETTLE
from tests.unit.functions.test_task_functions import CHECK, READ

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")  # muted in observability.py too

DECIDE = {"decision": "refusal", "limitationId": "LIM-1", "askedBy": "execution-1/DecideRefusal", "inputs": {}}
LOOK = {"step": "LOOK", "at": "2026-10-01T00:00:00Z"}
OF_FUNCTION: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "claim_limitation": (CLAIM, "desk"),
    "check_payment": (CHECK, "bootstrap.payment_check"),
    "evaluate_decision": (DECIDE, "desk"),
    "read_point": (READ, "bootstrap.enedis"),
    "prepare_order": (PREPARE, "preparation"),
    "settle_limitation": (SETTLE, "desk"),
    "check_open_limitations": (PAGE, "bootstrap.nightly_check"),
    "protection_campaign": (LOOK, "bootstrap.campaign_desk"),
    "freeze_redrive": ({"step": "FIND", **FREEZING}, "desk"),
    "bulk_redrive": ({"step": "BEGIN", "redriveId": "redrive-1", "hash": "0" * 64, "rate": 10}, "desk"),
}
"""Each function that a machine calls: a payload, and what its handler calls with it (its own, or made by bootstrap)."""


class Lines(Exception):
    """Has a text of several lines."""


class Raising:
    """Raises an error, whatever is called."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def fail(*_: object, **__: object) -> None:
            raise self.error

        return fail


class Runtime:
    """Lambda's runtime API, as its client calls it."""

    def __init__(self) -> None:
        self.marshaller = LambdaMarshaller()
        self.errors: list[str] = []
        self.log: list[str] = []

    def post_invocation_error(self, _: str, error: str, *__: object) -> None:
        self.errors.append(error)

    def post_invocation_result(self, *result: object) -> None:
        pytest.fail(f"did not fail: {result}")

    def log_error(self, lines: list[str]) -> None:
        self.log += lines


@pytest.fixture(autouse=True)
def whole_traces() -> Iterator[None]:
    """A handler leaves the process without traces until its next invocation: other tests are to see theirs."""
    yield
    if hasattr(sys, "tracebacklimit"):
        del sys.tracebacklimit


def machine_functions() -> set[str]:
    states = (state for path in MACHINE_FILES for state in Machine.read(path).states())
    return {folder_of(state.function) for state in states if state.function}


def all_errors(base: type[RestorationError] = RestorationError) -> Iterator[type[RestorationError]]:
    for error in base.__subclasses__():
        yield error
        yield from all_errors(error)


def raised(name: str) -> Exception:
    """An error as the code raises it, or one of those that nobody foresees."""
    if name == "EnedisRejected":
        return EnedisRejected("SGT401", "Point inexistant", "<response/>")
    if name == "ClientError":
        return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetItem")
    if name == "KeyError":
        return KeyError("allocations")
    if name == "Lines":
        return Lines("the first line\n\n  and the second")
    (error,) = (found for found in all_errors() if found.__name__ == name)
    return error("LIM-1: it is wrong")


def failed(
    load: Load, monkeypatch: pytest.MonkeyPatch, function: str, error: Exception | None, payload: object = None
) -> Runtime:
    """Let Lambda's own runtime client run a handler in which an error is raised; returns what it sent."""
    for setting in ("PAGE_SIZE", "ENEDIS_CALLS_PER_SECOND", "LONGEST_WAIT_SECONDS"):
        monkeypatch.setenv(setting, "100")
    usual, called = OF_FUNCTION[function]
    app: ModuleType = load(function)
    if error is not None:
        owner, _, name = called.rpartition(".")
        if owner:
            monkeypatch.setattr(bootstrap, name, lambda: Raising(error))
        else:
            monkeypatch.setattr(app, name, Raising(error))
    runtime = Runtime()
    body = json.dumps(usual if payload is None else payload).encode()
    deadline = 1_000 * 4_102_444_800
    handle_event_request(
        runtime, app.handler, "request-7", body, "application/json", None, None, "arn", deadline, None, runtime
    )
    return runtime


UNFORESEEN_ERRORS = ("ClientError", "KeyError", "Lines")
CASES = [(function, error) for function in OF_FUNCTION for error in (*sorted(raised_by(function)), *UNFORESEEN_ERRORS)]


def test_every_function_that_a_machine_calls_is_tested() -> None:
    assert machine_functions() == set(OF_FUNCTION)


@pytest.mark.parametrize(("function", "name"), CASES)
def test_cause_is_one_sentence_and_the_log_has_the_trace(
    load: Load,
    monkeypatch: pytest.MonkeyPatch,
    logs: Callable[[], list[dict[str, Any]]],
    function: str,
    name: str,
) -> None:
    runtime = failed(load, monkeypatch, function, raised(name))
    (cause,) = map(json.loads, runtime.errors)
    assert (cause["errorType"], cause["requestId"], cause["stackTrace"]) == (name, "request-7", [])
    what, _, to_do = cause["errorMessage"].rpartition("; ")
    assert what
    assert "redrive" in to_do or (name, to_do) == ("InvalidManifest", InvalidManifest.to_do)
    assert "\n" not in cause["errorMessage"]
    assert len(runtime.errors[0]) < 500
    assert [line for line in runtime.log if line.startswith(replace_line_indentation("  File", " ", "\u00a0"))] == []
    last = logs()[-1]
    assert last["function_request_id"] == "request-7"
    assert "raise self.error" in last["exception"]
    assert last["exception_name"] == name


@pytest.mark.parametrize("function", OF_FUNCTION)
def test_request_that_breaks_its_contract_is_named_by_field_and_value(
    load: Load, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    usual, _ = OF_FUNCTION[function]
    field = next(iter(usual))
    runtime = failed(load, monkeypatch, function, None, {**usual, field: ["wrong"]})
    (cause,) = map(json.loads, runtime.errors)
    assert cause["errorType"] == "ValidationError"
    assert (f"{field}: " in cause["errorMessage"], "got ['wrong']" in cause["errorMessage"]) == (True, True)
    assert ("\n" in cause["errorMessage"], cause["stackTrace"]) == (False, [])


def test_message_of_another_function_is_not_told_what_to_do_twice(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    once = json.loads(failed(load, monkeypatch, "evaluate_decision", raised("DecisionFailed")).errors[0])
    again = type(raised("DecisionFailed"))(f"{once['errorType']}: {once['errorMessage']}")
    twice = json.loads(failed(load, monkeypatch, "check_payment", again).errors[0])
    assert twice["errorMessage"] == f"DecisionFailed: {once['errorMessage']}"


def test_next_invocation_of_the_same_worker_logs_its_trace_again(
    load: Load, monkeypatch: pytest.MonkeyPatch, logs: Callable[[], list[dict[str, Any]]]
) -> None:
    for _ in range(2):
        failed(load, monkeypatch, "read_point", raised("EnedisUnavailable"))
        assert "raise self.error" in logs()[-1]["exception"]


def test_error_that_nobody_foresaw_says_where_its_trace_is(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = failed(load, monkeypatch, "read_point", raised("KeyError"))
    assert json.loads(runtime.errors[0])["errorMessage"] == (
        f"nobody foresaw this error, KeyError: 'allocations'; {UNFORESEEN}"
    )
