"""The client and the simulator together: billing's responses follow from its events, as OpenAPI promises."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
import urllib3
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate as validate_openapi

import local.partners.billing
from channels.contracts.published import PUBLISHED
from local.partners.billing.simulator import ASKED, BillingSimulator
from local.stage import ROOT
from restoration.adapters.billing.client import BillingClient
from tests.fakes.samples import entry

OPENAPI_FILE = Path(local.partners.billing.__file__).with_name("openapi.yaml")
OPENAPI = cast("dict[str, Any]", yaml.safe_load(OPENAPI_FILE.read_text(encoding="utf-8")))


def limited(**changes: object) -> dict[str, object]:
    return entry("PowerLimited", **changes)


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
    billing.record(limited())
    billing.record(PAID)

    situation = raw(billing, "/v1/contracts/CON-1/situation?limitationId=LIM-1")
    contact = raw(billing, "/v1/customers/CUS-1/contact")

    assert situation.status == contact.status == 200
    schema("Situation").validate(situation.json())
    schema("Contact").validate(contact.json())


def test_one_connection_serves_many_requests(billing: BillingSimulator, client: BillingClient) -> None:
    billing.record(limited())

    for _ in range(20):
        client.situation("CON-1", "LIM-1")

    assert billing.connections == 1
    assert len(billing.journal) == 20


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
