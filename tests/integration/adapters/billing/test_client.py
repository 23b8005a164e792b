"""Billing's client: each way to fail has its own error, and responses follow from billing's events."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pytest
import urllib3
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate as validate_openapi

import local.partners.billing
from channels.contracts.published import PUBLISHED
from local.partners.billing import FaultKind
from local.partners.billing.simulator import ASKED, BillingSimulator
from local.stage import ROOT
from restoration import tracing
from restoration.adapters.billing.client import BillingClient
from restoration.errors import (
    BillingUnavailable,
    InvalidConfiguration,
    InvalidResponse,
    RestorationError,
    UnknownContract,
)
from tests.fakes.samples import entry


@pytest.fixture
def billing() -> Iterator[BillingSimulator]:
    """Billing's simulator, which has limited LIM-1 of CON-1."""
    with BillingSimulator() as simulator:
        assert simulator.record(entry("PowerLimited"))
        yield simulator


def asking(url: str, key: str, read: float = 5) -> BillingClient:
    return BillingClient(url, key, connect_timeout=timedelta(seconds=2), read_timeout=timedelta(seconds=read))


@pytest.fixture
def client(billing: BillingSimulator) -> BillingClient:
    return asking(billing.url, billing.api_key)


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (FaultKind.DROPPED, BillingUnavailable, "could not be asked"),
        (FaultKind.TRUNCATED, BillingUnavailable, "could not be asked"),
        (FaultKind.MALFORMED_JSON, InvalidResponse, "breaks the contract: the body: Invalid JSON"),
    ],
)
def test_a_failure_has_its_error_and_the_next_call_succeeds(
    billing: BillingSimulator, client: BillingClient, fault: FaultKind, error: type[RestorationError], says: str
) -> None:
    billing.inject(fault)

    with pytest.raises(error, match=says):
        client.situation("CON-1", "LIM-1")

    assert client.situation("CON-1", "LIM-1").contract_id == "CON-1"
    assert [it.fault for it in billing.journal] == [fault, None]


ABOUT = "limitation LIM-1 of contract CON-1"


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (300, InvalidConfiguration, "billing has moved (300 to 'elsewhere'): check billing's URL"),
        (401, InvalidConfiguration, f"billing refused the API key (401) on {ABOUT}: check the key in Secrets Manager"),
        (403, InvalidConfiguration, f"billing refused the API key (403) on {ABOUT}: check the key in Secrets Manager"),
        (404, UnknownContract, f"billing does not know {ABOUT}"),
        (408, BillingUnavailable, f"billing returned 408 on {ABOUT} (Retry-After: 9)"),
        (425, BillingUnavailable, f"billing returned 425 on {ABOUT} (Retry-After: 9)"),
        (429, BillingUnavailable, f"billing returned 429 on {ABOUT} (Retry-After: 9)"),
        (400, InvalidResponse, f"billing returned 400 on {ABOUT}, which the contract does not foresee"),
        (500, BillingUnavailable, f"billing returned 500 on {ABOUT}"),
    ],
)
def test_a_status_has_its_error(
    client: BillingClient, monkeypatch: pytest.MonkeyPatch, status: int, error: type[RestorationError], says: str
) -> None:
    headers = {"location": "elsewhere", "retry-after": "9"}
    response = urllib3.HTTPResponse(io.BytesIO(), headers, status, preload_content=False)
    monkeypatch.setattr(urllib3.PoolManager, "request", lambda *_, **__: response)
    with pytest.raises(error) as caught:
        client.situation("CON-1", "LIM-1")
    assert str(caught.value) == says


def test_request_of_each_call_is_whole(client: BillingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str, dict[str, object]]] = []

    def request(_: object, method: str, url: str, **sent: object) -> urllib3.HTTPResponse:
        made.append((method, url[url.index("/v1/") :], sent))
        return urllib3.HTTPResponse(io.BytesIO(b"{}"), {}, 200, preload_content=False)

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    traced: list[str] = []
    monkeypatch.setattr(tracing, "_put", lambda _, __, operation: traced.append(operation))
    calls = (lambda: client.situation("CON/1", "LIM-1"), lambda: client.contact("CUS/1"))
    for call in (*calls, lambda: client.knows("CUS/1", "42", "75011")):
        with pytest.raises(InvalidResponse, match="breaks the contract"):
            call()
    once: dict[str, object] = {"retries": False, "redirect": False, "preload_content": False}
    assert made == [
        ("GET", "/v1/contracts/CON%2F1/situation", {"fields": {"limitationId": "LIM-1"}} | once),
        ("GET", "/v1/customers/CUS%2F1/contact", {"fields": {}} | once),
        ("POST", "/v1/customers/CUS%2F1/verification", {"json": {"numberEnd": "42", "postcode": "75011"}} | once),
    ]
    assert traced == ["situation", "contact", "verify"]


@pytest.mark.parametrize(("size", "says"), [(1_048_576, "the body: "), (1_048_577, "larger than 1048576 bytes")])
def test_response_of_a_mebibyte_is_read(
    client: BillingClient, monkeypatch: pytest.MonkeyPatch, size: int, says: str
) -> None:
    response = urllib3.HTTPResponse(io.BytesIO(b" " * size), {}, 200, preload_content=False)
    monkeypatch.setattr(urllib3.PoolManager, "request", lambda *_, **__: response)
    with pytest.raises(InvalidResponse, match=says):
        client.situation("CON-1", "LIM-1")


def test_no_response_in_time_is_unavailability(billing: BillingSimulator) -> None:
    billing.inject(FaultKind.HANGING)
    hasty = asking(billing.url, billing.api_key, read=0.05)
    with pytest.raises(BillingUnavailable, match="ReadTimeoutError"):
        hasty.situation("CON-1", "LIM-1")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("currency", "USD", "currency: .*got 'USD'"),
        (
            "protections",
            {"energyVoucher": "yes"},
            "protections.energyVoucher: [^']*; protections.medical: Field [^']*;",
        ),
        ("plan", ..., "plan: Field required"),
        ("contractId", "CON-2", "about another contract: 'CON-2'"),
    ],
)
def test_the_error_for_a_response_that_breaks_the_contract_names_field_and_value(
    billing: BillingSimulator, client: BillingClient, field: str, value: object, says: str
) -> None:
    billing.inject(FaultKind.ALTERED, changes={field: value})

    with pytest.raises(InvalidResponse, match=says):
        client.situation("CON-1", "LIM-1")


def test_the_error_for_a_broken_contact_has_no_address(billing: BillingSimulator, client: BillingClient) -> None:
    billing.inject(FaultKind.ALTERED, changes={"email": "lucie at example.net", "mobile": "0639980001"})

    with pytest.raises(InvalidResponse, match=r"email: .*mobile: ") as caught:
        client.contact("CUS-1")

    assert "lucie" not in str(caught.value)
    assert "0639980001" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_enormous_response_is_refused_and_the_connection_stays_usable(
    billing: BillingSimulator, client: BillingClient
) -> None:
    billing.inject(FaultKind.ALTERED, changes={"filler": "x" * 2_000_000})

    with pytest.raises(InvalidResponse, match="larger than"):
        client.situation("CON-1", "LIM-1")

    client.situation("CON-1", "LIM-1")


# ── The client and the simulator together, as OpenAPI promises ──


OPENAPI_FILE = Path(local.partners.billing.__file__).with_name("openapi.yaml")
OPENAPI = cast("dict[str, Any]", yaml.safe_load(OPENAPI_FILE.read_text(encoding="utf-8")))


PAID = entry(
    "PaymentReceived",
    at="2026-05-04T23:30:00+00:00",
    amount=50.0,
    allocations=[{"contractId": "CON-1", "amount": 50.0}],
)


@pytest.mark.parametrize("kind", ASKED)
def test_billing_keeps_what_people_ask_of_it_once(billing: BillingSimulator, kind: str) -> None:
    asked = json.loads((ROOT / "events" / ("published" if kind in PUBLISHED else "") / f"{kind}.json").read_bytes())
    for each in (asked, asked, {**asked, "source": "billing"}, {**asked, "detail": {**asked["detail"], "at": "never"}}):
        billing.hear(each)
    assert billing.asked(asked["detail"]["limitationId"]) == [ASKED[kind].model_validate(asked["detail"])]


def schema(name: str) -> Draft202012Validator:
    wanted = {"$ref": f"#/components/schemas/{name}", "components": OPENAPI["components"]}
    return Draft202012Validator(wanted, format_checker=FormatChecker())


def raw(billing: BillingSimulator, path: str) -> urllib3.BaseHTTPResponse:
    with urllib3.PoolManager() as pool:
        return pool.request("GET", billing.url + path, headers={"x-api-key": billing.api_key})


def test_the_openapi_file_is_valid() -> None:
    validate_openapi(OPENAPI)


def test_responses_keep_to_the_openapi_file(billing: BillingSimulator) -> None:
    billing.record(PAID)

    situation = raw(billing, "/v1/contracts/CON-1/situation?limitationId=LIM-1")
    contact = raw(billing, "/v1/customers/CUS-1/contact")

    assert situation.status == contact.status == 200
    schema("Situation").validate(situation.json())
    schema("Contact").validate(contact.json())


def test_one_connection_serves_many_requests(billing: BillingSimulator, client: BillingClient) -> None:
    with patch.object(billing._http, "get_request", wraps=billing._http.get_request) as accepted:
        for _ in range(20):
            client.situation("CON-1", "LIM-1")
    assert (accepted.call_count, len(billing.journal)) == (1, 20)


def test_a_contact_set_by_hand_has_the_channels_that_the_customer_refuses(
    billing: BillingSimulator, client: BillingClient
) -> None:
    billing.contact("CUS-1", email="lucie@example.net", mobile=None, opt_out=("SMS",))
    billing.contact("CUS-2", email="paul@example.net", mobile="+33639980001", opt_out=("SMS", "EMAIL"))

    lucie, paul = client.contact("CUS-1"), client.contact("CUS-2")

    assert (lucie.accepts_sms, lucie.accepts_email) == (False, True)
    assert (paul.accepts_sms, paul.accepts_email) == (False, False)
    assert "example" not in repr(lucie)
    assert "+33" not in repr(paul)
    assert "+33" not in str(paul)
