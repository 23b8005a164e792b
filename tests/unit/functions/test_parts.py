"""What the parts of functions give to AWS's clients and to the partners', beside a text that is kept.

Nobody sees a limit or a timeout until something is slow or breaks.
"""

import gc
import json
from collections.abc import Callable
from importlib import reload
from io import BytesIO
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.circuit_breaker import CircuitBreakerConfig
from botocore.session import Session
from urllib3 import HTTPResponse, PoolManager

import dmn
from local.partners.enedis.certificates import Authority
from restoration import bootstrap, observability
from restoration.adapters.enedis.soap.transport import HttpResponse, Transport
from restoration.adapters.secrets_manager import secrets
from restoration.bootstrap import aws, clients, messages, partners
from restoration.errors import BillingUnavailable, EnedisUnavailable, InvalidConfiguration
from tests.unit.functions.conftest import Load, forget
from tests.unit.ops.printing import are_as_kept

SETTINGS = {
    "CASE_SECRET": "restoration/cases",
    "BILLING": json.dumps({"url": "https://billing.example"}),
    "BILLING_SECRET": "restoration/billing",
    "ENEDIS": json.dumps({"url": "https://sge.example"}),
    "FLOWS_BUCKET": "flows",
    "FLOW_SNAPSHOTS_TABLE": "flow-snapshots",
}


@pytest.fixture
def kept_secrets(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment is None
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    secrets.forget()
    pair = Authority().client()
    enedis = {"certificate": pair.certificate, "privateKey": pair.private_key, "login": "us", "password": "secret"}
    for name, content in {"enedis": enedis, "billing": {"apiKey": "key"}, "cases": {"key": "key"}}.items():
        boto3.client("secretsmanager").create_secret(Name=f"restoration/{name}", SecretString=json.dumps(content))


@pytest.mark.usefixtures("kept_secrets")
def test_clients_have_the_limits_that_were_agreed(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    said: set[str] = set()

    def note(made: type, told: Callable[..., str], method: str = "__init__") -> None:
        as_ever = getattr(made, method)

        def noting(self: Any, *args: Any, **given: Any) -> Any:
            said.add(told(*args, **given))
            return as_ever(self, *args, **given)

        monkeypatch.setattr(made, method, noting)

    def of_aws(service: str, *_: Any, config: Any, **__: Any) -> str:
        tries = config.retries.get("total_max_attempts") or config.retries["max_attempts"] + 1
        return f"{service}: {tries} tries, {config.connect_timeout} s to connect, {config.read_timeout} s to read\n"

    def of_partner(*_: Any, **given: Any) -> str:
        whose = "Enedis" if given.pop("ssl_context", None) else "billing"
        return "" if "cert_file" in given else f"{whose}: {given}\n"  # botocore's own

    note(Session, of_aws, "create_client")
    note(PoolManager, of_partner)
    note(CircuitBreakerConfig, lambda **given: f"breaker: {given}\n")
    monkeypatch.setattr(dmn, "load", None)
    for function in ("register_limitations", "notify_customer", "evaluate_decision"):
        load(function)
    assert not said - {""}, "a client is made when something is asked of it"
    forget()
    monkeypatch.setattr(clients, "Later", lambda make: make())
    load("ingest_enedis_flow")
    parts = {name: part for room in (aws, messages, partners) for name, part in vars(room).items()}
    for name, part in parts.items():
        if str(getattr(part, "__module__", "")).startswith("restoration.bootstrap") and name[0] != "_":
            part(*(5, "PEOPLE") if name == "enedis" else ())
    are_as_kept("parts.txt", sorted(said))


@pytest.mark.usefixtures("environment")
def test_clients_repeat_writes_that_meet_a_transaction_and_start_in_the_given_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepared: list[str] = []

    def note(made: Any) -> None:
        prepared.append(made.meta.service_model.service_name)

    monkeypatch.setattr(clients, "repeat_writes_that_meet_one", note)
    monkeypatch.setattr(clients, "start_in_given_trace", note)
    assert (clients.dynamodb().Table("t").name, bool(clients.client("stepfunctions").meta)) == ("t", True)
    assert prepared == ["dynamodb"] * 2 + ["stepfunctions"] * 2


@pytest.mark.parametrize(
    ("whose", "ahead_at_most"),
    [
        (None, {"quota": 6_090}),
        ("ORDINARY", {"quota": 6_090}),
        ("URGENT", {"quota": 6_090, "urgent": 602_180}),
        ("PEOPLE", {"quota": 6_090, "people": 70_900}),
    ],
)
def test_urgent_calls_and_those_of_people_take_turns_of_a_share_of_the_quota_too(
    kept_secrets: None, monkeypatch: pytest.MonkeyPatch, whose: Any, ahead_at_most: dict[str, int]
) -> None:
    """In milliseconds: of half a call and of a tenth a second, ten minutes and one minute ahead, and the next turn."""
    assert kept_secrets is None
    boto3.resource("dynamodb").Table("enedis-access").put_item(Item={"name": "enedis", "state": "OPEN", "opened_at": 1})
    monkeypatch.setattr(Transport, "post", lambda *_: HttpResponse(200, b""))
    with pytest.raises(EnedisUnavailable, match=r"^empty"):
        partners.enedis(5, whose).read_point("12345678901234")
    assert {*observability.metrics.metric_set} >= {"EnedisBreakerHalfOpen", "EnedisBreakerOpen"}
    observability.metrics.clear_metrics()
    items = boto3.resource("dynamodb").Table("enedis-access").scan()["Items"]
    assert {item["name"]: item["reach"] for item in items if "reach" in item} == ahead_at_most


@pytest.mark.usefixtures("kept_secrets")
def test_billing_s_refusal_of_a_key_that_was_changed_since_passes_with_the_next_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = HTTPResponse(BytesIO(), {}, 401, preload_content=False)
    monkeypatch.setattr(PoolManager, "request", lambda *_, **__: refused)
    with_the_old_key = messages.notice_desk().billing.situation
    boto3.client("secretsmanager").put_secret_value(SecretId="restoration/billing", SecretString='{"apiKey": "new"}')
    with pytest.raises(BillingUnavailable, match="there is a newer one"):
        with_the_old_key("CON-1", "LIM-1")
    with pytest.raises(InvalidConfiguration, match="check the key"):
        messages.notice_desk().billing.situation("CON-1", "LIM-1")


def test_collector_rests_from_bootstrap_to_the_handler(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that was left without its collector would grow until Lambda ended it."""
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    reload(bootstrap)
    rests = not gc.isenabled()
    load("measure_executions")
    gc.unfreeze()
    assert (rests, gc.isenabled()) == (True, True)


BILLING = ("check_open_limitations", "check_payment", "notify_customer", "protection_campaign")


@pytest.mark.parametrize("function", [*BILLING, "place_order", "read_point"])
def test_function_with_wrong_settings_of_a_partner_does_not_start(
    load: Load, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    for name, value in {"BILLING": "{}", "ENEDIS": "{}", "PAGE_SIZE": "50"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidConfiguration, match="url is missing"):
        load(function)
