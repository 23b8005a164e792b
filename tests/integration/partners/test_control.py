"""The simulators alone: their HTTP control, and the command that starts them."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from local.partners.__main__ import main
from local.partners.billing.simulator import BillingSimulator
from local.partners.control import Control
from local.partners.enedis.simulator import EnedisSimulator

LIMITATION = {
    "limitationId": "LIM-1",
    "contractId": "CTR-1",
    "pointId": "30000000000001",
    "customerId": "CUS-1",
    "debt": "42.00",
}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def control() -> Iterator[Control]:
    with BillingSimulator() as billing, EnedisSimulator() as enedis, Control(billing, enedis) as running:
        yield running


def ask(control: Control, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
    sent = body if isinstance(body, str) else json.dumps(body)
    response = urllib3.request(method, f"{control.url}{path}", body=sent, headers=headers or JSON, timeout=10)
    return response.status, response.json()


def situation(control: Control, contract: str, limitation: str) -> Any:
    address = f"{control.billing.url}/v1/contracts/{contract}/situation?limitationId={limitation}"
    return urllib3.request("GET", address, headers={"x-api-key": control.billing.api_key}, timeout=10).json()


def test_payment_and_any_event_of_billing_are_booked_on_their_contract(control: Control) -> None:
    ask(control, "POST", "/limitations", LIMITATION | {"contractId": "CTR-2", "limitationId": "LIM-2"})
    paid = {"paymentId": "PAY-2", "contractId": "CTR-2", "amount": "42.00", "means": "INSTANT_TRANSFER"}
    assert ask(control, "POST", "/payments", paid) == (201, {"paymentId": "PAY-2"})
    detail = {"contractId": "CTR-2", "pointId": "30000000000001", "at": "2026-05-04T08:00:00Z"}
    event = {"detailType": "ContractEnded", "detail": detail}
    assert ask(control, "POST", "/events", event) == (201, {"booked": "ContractEnded"})
    found = situation(control, "CTR-2", "LIM-2")
    assert ([one["paymentId"] for one in found["payments"]], found["contractStatus"]) == (["PAY-2"], "ENDED")


def test_point_can_be_any_that_enedis_has(control: Control) -> None:
    point = {"pointId": "30000000000003", "contractId": "CTR-3", "supplyState": "ALIM", "remotelyOperable": False}
    assert ask(control, "POST", "/points", point)[0] == 201
    seen = control.enedis.network.view("30000000000003")
    assert (seen.supply_state, seen.remotely_operable, seen.limited_power_kva) == ("ALIM", False, None)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/payments", {"paymentId": "P", "contractId": "C"}, 400, "amount: Field required"),
        ("/points", {"pointId": "12", "contractId": "C"}, 400, "pointId: String should match pattern"),
        ("/points", "{", 400, "the body: Invalid JSON"),
        ("/events", {"detailType": "Nonsense", "detail": {}}, 400, "no Nonsense that billing would send"),
        ("/nothing", {}, 404, "POST /nothing is nothing here"),
    ],
)
def test_what_can_t_be_done_is_told(control: Control, path: str, body: object, status: int, said: str) -> None:
    answered, content = ask(control, "POST", path, body)
    assert answered == status
    assert said in str(content["error"])


def test_a_page_in_a_browser_can_change_nothing(control: Control) -> None:
    """It may send text/plain to 127.0.0.1 without asking, and JSON only after asking."""
    unseen = LIMITATION | {"contractId": "CTR-unseen"}
    assert ask(control, "POST", "/limitations", unseen, {"Content-Type": "text/plain"})[0] == 415
    assert situation(control, "CTR-unseen", "LIM-1")["status"] == 404


def test_command_writes_secrets_that_only_their_owner_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    stop.set()
    ports = ["--billing-port", "0", "--enedis-port", "0", "--control-port", "0", "--identity-port", "0"]
    assert main(["--folder", str(tmp_path), *ports], stop) == 0
    said = capsys.readouterr().out
    assert """Billing='{"url": "http://127.0.0.1:""" in said
    assert """Enedis='{"url": "https://127.0.0.1:""" in said
    assert f"file://{tmp_path / 'billing.json'}" in said
    assert set(json.loads((tmp_path / "billing.json").read_text())) == {"apiKey"}
    enedis = json.loads((tmp_path / "enedis.json").read_text())
    assert set(enedis) == {"certificate", "privateKey", "caBundle", "login", "password"}
    assert {"id", "secret", "issuer", "audience"} < set(json.loads((tmp_path / "desk.json").read_text()))
    assert "Identity: http://127.0.0.1:" in said
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with BillingSimulator() as other:
        assert main(["--folder", str(tmp_path), "--billing-port", str(other.port)], threading.Event()) == 1
    assert "--billing-port" in capsys.readouterr().err
