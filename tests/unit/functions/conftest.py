"""Handlers as Lambda runs them: their own module, the template's environment, and AWS by moto."""

import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from record import bootstrap as record_bootstrap
from restoration import bootstrap, observability, tracing
from tests.fakes.tables import TABLES, put_tables, use_testing_account
from tests.reached_code import load_app

QUEUES = ("dead-letters", "enedis-orders", "enedis-orders-urgent", "notifications")
MACHINE = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}

type Load = Callable[[str], ModuleType]
type Call = Callable[[str, Mapping[str, Any]], Any]
"""Calls a function; its output as Lambda passes it on, whose runtime takes plain JSON only."""
type Metrics = Callable[[], Mapping[str, list[float]]]
type Logs = Callable[[], list[dict[str, Any]]]
type Annotations = list[tuple[str, str]]
"""What the functions annotate their traces with: a trace is found by nothing else."""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The account, with the environment variables of the template, and nothing kept from an earlier test."""
    use_testing_account(monkeypatch)
    forget()
    with mock_aws():
        for name, value in account().items():
            monkeypatch.setenv(name, value)
        yield
    forget()


def forget() -> None:
    """Empty the caches that bootstrap keeps for a process."""
    rooms = (module for module in (record_bootstrap, *vars(bootstrap).values()) if isinstance(module, ModuleType))
    for made_once in (made for room in rooms for made in vars(room).values()):
        if hasattr(made_once, "cache_clear"):
            made_once.cache_clear()


@cache
def maker(service: str) -> Any:
    """A client that makes what an account has: a client takes longer to make than a queue or a bucket."""
    return boto3.client(service, region_name="eu-west-3")  # type: ignore[call-overload]


def account() -> dict[str, str]:
    """Make tables, queues, a bus and a state machine; the environment that names them."""
    tables = ("limited-contracts", *TABLES, "courses", "counters")
    put_tables(*tables)
    sqs = maker("sqs")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    machine = maker("stepfunctions").create_state_machine(
        name="restoration", definition=json.dumps(MACHINE), roleArn="arn:aws:iam::123456789012:role/states"
    )
    maker("events").create_event_bus(Name="restoration")
    place: Any = {"LocationConstraint": "eu-west-3"}
    for bucket in ("restoration-operations", "restoration-record"):
        maker("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    return {
        **{f"{name.upper().replace('-', '_')}_TABLE": name for name in tables},
        "CLOSED_RETENTION_DAYS": "430",
        "EVENT_BUS": "restoration",
        "MODE_PARAMETER": "/restoration/mode",
        "ROLLOUT_PERCENT_PARAMETER": "/restoration/rollout-percent",
        "MODE": "on",
        "QUEUES_URL": "https://sqs.eu-west-3.amazonaws.com/123456789012/restoration",
        "PAGE_SIZE": "2",
        "ROLLOUT_PERCENT": "100",
        "SWITCH_CACHE_SECONDS": "5",
        "BILLING": json.dumps({"url": "https://billing.example"}),
        "ENEDIS": json.dumps(
            {"url": "https://sge.example", "settleSeconds": 60, "leaseSeconds": 90, "retrySeconds": 30}
        ),
        "EVALUATE_DECISION_FUNCTION": "evaluate-decision",
        "DEAD_LETTERS_URL": urls["dead-letters"],
        "ORDERS_QUEUE_URL": urls["enedis-orders"],
        "URGENT_ORDERS_QUEUE_URL": urls["enedis-orders-urgent"],
        "STATE_MACHINE_ARN": machine["stateMachineArn"],
        "REMOTE_SLA_SECONDS": "86400",
        "TECHNICIAN_SLA_WORKING_DAYS": "5",
        "EARLY_SLA_SECONDS": "1800",
        "ENEDIS_SECRET": "restoration/enedis",
        "DEFER_MESSAGES": "true",
        "NOTIFICATIONS_QUEUE_URL": urls["notifications"],
        "SENDER_ADDRESS": "ne-pas-repondre@fournisseur.example",
        "MAIL_CONFIGURATION": "restoration-messages",
        "SMS_SENDER_ID": "FOURNISSEUR",
        "STACK_NAME": "restoration-dev",
        "SUPPLIER_NAME": "Fournisseur",
        "SUPPLIER_TELEPHONE": "09 00 00 00 00",
        "PAYMENT_LINK": "https://payer.fournisseur.example",
        "BALANCE_TERM_DAYS": "14",
        "ANSWER_TERM_DAYS": "7",
        "BALANCE_DUE_DELAY_SECONDS": "600",
        "OPERATIONS_BUCKET": "restoration-operations",
        "DESCRIBES_PER_SECOND": "8",
        "ENEDIS_CALLS_PER_SECOND": "1",
        "BRAKE_PERCENT": "20",
        "RECORD_BUCKET": "restoration-record",
        "RECORD_GRACE_SECONDS": "60",
        "RUNBOOK": "docs/runbook.md",
        "ORDERS_QUEUE": "enedis-orders",
        "URGENT_ORDERS_QUEUE": "enedis-orders-urgent",
        "EARLY_SLO_PERCENT": "99",
        "REMOTE_SLO_PERCENT": "99",
        "TECHNICIAN_SLO_PERCENT": "95",
        "REPORT_RECIPIENTS": "pilotage@fournisseur.example",
        "REPORTS_BUCKET": "restoration-record",
    }


@pytest.fixture
def load(environment: None, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load a function's ``app.py`` again, as a cold start does."""
    assert environment is None
    monkeypatch.setattr(observability.metrics.provider, "namespace", "restoration")
    monkeypatch.setattr(observability.metrics.provider, "service", "restoration")
    observability.metrics.clear_metrics()  # what tests of other parts have counted
    return load_app


@pytest.fixture
def context() -> Any:
    return SimpleNamespace(
        function_name="stack-function",
        memory_limit_in_mb=256,
        aws_request_id="request-1",
        invoked_function_arn="arn:aws:lambda:eu-west-3:123456789012:function:stack-function",
        get_remaining_time_in_millis=lambda: 100_000,
    )


@pytest.fixture
def call(load: Load, context: Any) -> Call:
    apps: dict[str, Any] = {}

    def called(function: str, event: Mapping[str, Any]) -> Any:
        app = apps.setdefault(function, load(function))
        return json.loads(json.dumps(app.handler(event, context), allow_nan=False))

    return called


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Logs:
    """The log of the functions, line by line."""
    stream = io.StringIO()
    monkeypatch.setattr(observability.logger.registered_handler, "stream", stream)
    monkeypatch.setattr(observability.logger.registered_formatter, "utc", True)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def annotated(monkeypatch: pytest.MonkeyPatch) -> Annotations:
    found: Annotations = []
    monkeypatch.setattr(tracing.tracer, "put_annotation", lambda key, value: found.append((key, value)))
    return found


@pytest.fixture
def metrics(capsys: pytest.CaptureFixture[str]) -> Metrics:
    """The metrics that were written since the last look: by name, the values in their order."""

    def written() -> Mapping[str, list[float]]:
        found = defaultdict[str, list[float]](list)
        for line in capsys.readouterr().out.splitlines():
            document = json.loads(line) if '"_aws"' in line else {}
            for name, values in document.items():
                if isinstance(values, list):
                    found[name] += values
        return found

    return written
