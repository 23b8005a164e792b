"""What the parts of functions give to AWS's clients and to the partners', beside a text that is kept.

Nobody sees a limit or a timeout until something is slow or breaks.
"""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.circuit_breaker import CircuitBreakerConfig
from botocore.session import Session
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from local.partners.enedis.certificates import Authority
from restoration import bootstrap, observability
from restoration.adapters.secrets_manager import secrets
from restoration.bootstrap.calls import watched_call
from restoration.errors import InvalidConfiguration
from tests.reached_code import FUNCTIONS
from tests.unit.functions.conftest import Load, Metrics
from tests.unit.ops.printing import are_as_kept

SETTINGS = {
    "BILLING": json.dumps({"url": "https://billing.example"}),
    "BILLING_SECRET": "restoration/billing",
    "ENEDIS": json.dumps({"url": "https://sge.example"}),
    "FLOWS_BUCKET": "flows",
    "FLOW_SNAPSHOTS_TABLE": "flow-snapshots",
}
TEXTS = FUNCTIONS["notify_customer"] / "messages"
TAKE: dict[str, tuple[object, ...]] = {"enedis": (5, "PEOPLE"), "order_desk": ("URGENT",), "register_desk": (None,)}
TAKE |= dict.fromkeys(("message_desk", "delivery_desk"), (TEXTS,))


def test_clients_have_the_limits_that_were_agreed(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment is None
    secrets.forget()
    pair = Authority().client()
    enedis = {"certificate": pair.certificate, "privateKey": pair.private_key, "login": "us", "password": "secret"}
    for name, content in {"enedis": enedis, "billing": {"apiKey": "key"}}.items():
        boto3.client("secretsmanager").create_secret(Name=f"restoration/{name}", SecretString=json.dumps(content))
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
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

    note(Session, of_aws, "create_client")
    note(HTTPAdapter, lambda **given: f"Enedis: {given}\n" if given else "")
    note(PoolManager, lambda *_, **given: f"billing: {given}\n" if "headers" in given else "")
    note(CircuitBreakerConfig, lambda **given: f"breaker: {given}\n")
    for name in bootstrap.__all__:
        getattr(bootstrap, name)(*TAKE.get(name, ()))
    are_as_kept("parts.txt", sorted(said))


COUNTERS = {
    "consulterDonneesPoint": "EnedisCallsReads",
    "commanderInterventionImpaye": "EnedisCallsOrders",
    "annulerInterventionImpaye": "EnedisCallsCancellations",
    "planifierIntervention": "EnedisCallsVisits",
}


def test_call_to_enedis_is_counted_by_its_kind(load: Load, metrics: Metrics) -> None:
    del load  # its metrics have a namespace
    for operation, counter in COUNTERS.items():
        with watched_call(operation):
            pass
        observability.metrics.flush_metrics()
        counted = metrics()
        assert set(counted) == {counter, "EnedisCallDuration"}
        assert 0 <= counted["EnedisCallDuration"][0] < 1000


BILLING = ("check_open_limitations", "check_payment", "notify_customer", "protection_campaign")


@pytest.mark.parametrize("function", [*BILLING, "place_order", "read_point"])
def test_function_with_wrong_settings_of_a_partner_does_not_start(
    load: Load, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    for name, value in {"BILLING": "{}", "ENEDIS": "{}", "PAGE_SIZE": "50"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidConfiguration, match="url is missing"):
        load(function)
