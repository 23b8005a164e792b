"""What a state machine gives to a function, and sees of one that fails: one sentence. The trace is in the log alone."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from awslambdaric.bootstrap import handle_event_request, replace_line_indentation
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller
from botocore.exceptions import ClientError

from local.asl import MACHINE_FILES, Machine, function_named
from record.domain.redrive import InvalidManifest
from restoration.adapters.dynamodb.batch_reads import RegisterBusy
from restoration.adapters.eventbridge.event_bus import EventNotPublished
from restoration.bootstrap import partners
from restoration.errors import UNFORESEEN, EnedisRejected, RestorationError
from tests.statemachine.raised_errors import raised_by
from tests.unit.functions.conftest import Load, Logs

CALLED = {
    function_named(state.function) for path in MACHINE_FILES for state in Machine.read(path).states() if state.function
}
SAMPLES = Path(__file__).parents[3] / "events" / "functions"
REQUESTS = {each: json.loads((SAMPLES / f"{each}.json").read_text(encoding="utf-8")) for each in sorted(CALLED)}
"""A request for each function that a machine calls, as its sample has it."""
UNFORESEEN_ERRORS: Mapping[str, Exception] = {
    "ClientError": ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetItem"),
    "KeyError": KeyError("allocations"),
    "RuntimeError": RuntimeError("the first line\n\n  and the second"),
}


@pytest.fixture(autouse=True)
def whole_traces() -> Iterator[None]:
    """A handler leaves the process without traces until its next invocation: other tests are to see theirs."""
    yield
    if hasattr(sys, "tracebacklimit"):
        del sys.tracebacklimit


@pytest.fixture
def failed(load: Load, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Mock]:
    """Lets Lambda's own runtime client run a handler, with a billing that raises; returns the API that it called."""
    for setting in ("PAGE_SIZE", "ENEDIS_CALLS_PER_SECOND"):
        monkeypatch.setenv(setting, "100")

    def run(error: Exception | None = None, function: str = "check_payment", **changes: object) -> Mock:
        def billing() -> Any:
            assert error is not None
            raise error

        monkeypatch.setattr(partners, "billing", billing)
        runtime, body = Mock(marshaller=LambdaMarshaller()), json.dumps({**REQUESTS[function], **changes}).encode()
        handler, deadline = load(function).handler, 1_000 * 4_102_444_800
        handle_event_request(
            runtime, handler, "request-7", body, "application/json", None, None, "arn", deadline, None, runtime
        )
        runtime.post_invocation_result.assert_not_called()
        return runtime

    return run


def cause_of(runtime: Mock) -> dict[str, Any]:
    """What the state machine sees, from the one call that says that the function failed."""
    ((_, error, *_), _) = runtime.post_invocation_error.call_args
    return dict(json.loads(error))


def all_errors(base: type[RestorationError] = RestorationError) -> set[type[RestorationError]]:
    return {base}.union(*map(all_errors, base.__subclasses__()))


def raised(name: str) -> Exception:
    """An error as the code raises it, or one of those that nobody foresees."""
    if name == "EnedisRejected":
        return EnedisRejected("SGT401", "Point inexistant", "<response/>")
    if name in UNFORESEEN_ERRORS:
        return UNFORESEEN_ERRORS[name]
    (error,) = (found for found in all_errors() | {RegisterBusy, EventNotPublished} if found.__name__ == name)
    return error("LIM-1: it is wrong")


@pytest.mark.parametrize(
    "name", sorted({*UNFORESEEN_ERRORS, *(error for each in REQUESTS for error in raised_by(each))})
)
def test_cause_is_one_sentence_and_the_log_has_the_trace(failed: Any, logs: Logs, name: str) -> None:
    runtime = failed(raised(name))
    cause = cause_of(runtime)
    assert (cause["errorType"], cause["requestId"], cause["stackTrace"]) == (name, "request-7", [])
    what, _, to_do = cause["errorMessage"].rpartition("; ")
    assert what
    assert "redrive" in to_do or (name, to_do) == ("InvalidManifest", InvalidManifest.to_do)
    assert "\n" not in cause["errorMessage"]
    assert len(json.dumps(cause)) < 500
    logged = [line for call in runtime.log_error.call_args_list for line in call.args[0]]
    assert [line for line in logged if line.startswith(replace_line_indentation("  File", " ", "\u00a0"))] == []
    last = logs()[-1]
    assert (last["function_request_id"], last["exception_name"]) == ("request-7", name)
    assert "raise error" in last["exception"]


@pytest.mark.parametrize("function", REQUESTS)
def test_request_that_breaks_its_contract_is_named_by_field_and_value(failed: Any, logs: Logs, function: str) -> None:
    field, *_, other = REQUESTS[function]
    cause = cause_of(failed(function=function, **{field: ["wrong"], other: ["wrong"]}))
    assert (cause["errorType"], cause["stackTrace"]) == ("ValidationError", [])
    assert f"{field}: " in cause["errorMessage"]
    assert f"got ['wrong']; {other}: " in cause["errorMessage"]
    assert "\n" not in cause["errorMessage"]
    assert "ValidationError" in logs()[-1]["exception"]


@pytest.mark.parametrize("function", REQUESTS)
def test_each_field_of_a_sample_payload_is_one_of_the_function_s_model(function: str, load: Load) -> None:
    app, sample = load(function), REQUESTS[function]
    (model,) = (it for name, it in vars(app).items() if name.endswith("Request") and it.__module__ == app.__name__)
    assert len(model.model_validate_json(json.dumps(sample)).model_fields_set) == len(sample) > 0


def test_message_of_another_function_is_not_told_what_to_do_twice(failed: Any) -> None:
    once = cause_of(failed(raised("DecisionFailed")))
    again = type(raised("DecisionFailed"))(f"{once['errorType']}: {once['errorMessage']}")
    assert cause_of(failed(again))["errorMessage"] == f"DecisionFailed: {once['errorMessage']}"


def test_next_invocation_of_the_same_worker_logs_its_trace_again(failed: Any, logs: Logs) -> None:
    for _ in range(2):
        failed(raised("EnedisUnavailable"))
        assert "raise error" in logs()[-1]["exception"]


def test_error_that_nobody_foresaw_says_where_its_trace_is(failed: Any) -> None:
    assert cause_of(failed(raised("KeyError")))["errorMessage"] == (
        f"nobody foresaw this error, KeyError: 'allocations'; {UNFORESEEN}"
    )
