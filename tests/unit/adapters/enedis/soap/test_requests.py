"""Each request that the client makes is of the service's schema and of the technical frame."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from local.partners.enedis.requests import CancelRequest, OrderRequest, ReadRequest, Request
from local.partners.enedis.soap import SPOKEN, parse_request
from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.adapters.enedis.soap.requests import DESCRIPTIONS
from restoration.domain.order import Intent
from restoration.errors import InvalidConfiguration, RestorationError
from tests.unit.adapters.enedis.soap.canned import LIMITATION_CASE, POINT, cancellation, client_answered, order


def sent_by(call: Callable[[EnedisClient], object]) -> tuple[str, bytes]:
    client, transport = client_answered(b"")
    with pytest.raises(RestorationError):
        call(client)
    return transport.sent[0]


def an_order(kind: InterventionType, mode: Realisation, reference: str, **other: object) -> OrderRequest:
    fields: dict[str, object] = {"sheet": Sheet.UNPAID_BILL, **other}
    return OrderRequest(point_id=POINT, contract_id="C-1", reference=reference, kind=kind, mode=mode, **fields)  # type: ignore[arg-type]


RESTORATION, RAISE_FLOOR = InterventionType.RESTORATION, InterventionType.RAISE_FLOOR
REMOTE, TRIP = Realisation.REMOTE, Realisation.TRIP
REQUESTS: dict[str, tuple[Callable[[EnedisClient], object], Request]] = {
    "read": (lambda client: client.read_point(POINT), ReadRequest(POINT)),
    "remote restoration": (
        lambda client: client.place_order(order()),
        an_order(RESTORATION, REMOTE, "LIM-1/R/1"),
    ),
    "restoration by trip": (
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN)),
        an_order(RESTORATION, TRIP, "LIM-1/T/1"),
    ),
    "restoration after a cut": (
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN, after_cut=True)),
        an_order(RESTORATION, TRIP, "LIM-1/T/1", sheet=Sheet.SAME_DAY_SUPPLY),
    ),
    "floor of 3 kVA": (
        lambda client: client.place_order(order(Intent.RAISE_FLOOR, power_kva=Decimal(3))),
        an_order(RAISE_FLOOR, REMOTE, "LIM-1/F/1", power_kva=Decimal(3)),
    ),
    "floor of 2 kVA by trip": (
        lambda client: client.place_order(order(Intent.RESTORE_BY_TECHNICIAN, power_kva=Decimal(2))),
        an_order(RAISE_FLOOR, TRIP, "LIM-1/T/1", power_kva=Decimal(2)),
    ),
    "cancellation": (
        lambda client: client.place_order(cancellation()),
        CancelRequest(POINT, "C-1", "LIM-1/C/1", LIMITATION_CASE),
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_request_keeps_to_the_schema_and_holds_the_order(name: str) -> None:
    call, expected = REQUESTS[name]
    parsed = parse_request(*sent_by(call))
    assert parsed.request == expected
    assert parsed.login == "edf@sge.fr"


def test_order_travels_in_utf_8_with_its_reference_in_body_and_header_for_today_in_paris() -> None:
    _, body = sent_by(lambda client: client.place_order(order()))
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n")
    envelope = etree.fromstring(body)
    assert envelope.findtext(".//refExterne") == envelope.findtext(".//referenceDemandeur") == "LIM-1/R/1"
    assert envelope.findtext(".//dateSouhaitee") == "2026-05-05"


def test_read_asks_for_state_contract_and_cases_and_for_no_meter_reading() -> None:
    envelope = etree.fromstring(sent_by(lambda client: client.read_point(POINT))[1])
    (asked,) = envelope.iter("{*}donneesDemandees")
    assert {etree.QName(each).localname: each.text for each in asked} == {
        "donneesGeneralesPoint": "true",
        "modificationsContractuellesEnCours": "true",
        "interventionsEnCours": "true",
        "historiqueAffaires": "true",
        "elementsProchainesMesures": "false",
        "derniersIndex": "false",
    }


def test_text_in_an_identifier_cannot_become_markup() -> None:
    client, transport = client_answered(b"")
    with pytest.raises(RestorationError):
        client.read_point("</pointId><evil/>")
    assert b"<evil/>" not in transport.sent[0][1]


def test_version_that_is_not_described_is_an_error_that_names_those_that_are() -> None:
    services = SPOKEN._replace(order_intervention=replace(SPOKEN.order_intervention, version="2.0"))
    with pytest.raises(InvalidConfiguration, match=r"commanderInterventionImpaye.*'2\.0'.*known are 1\.0"):
        client_answered(b"", services=services)


def test_another_version_of_a_service_takes_its_description_and_a_parameter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in DESCRIPTIONS.iterdir():
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
        newer = file.name.replace("consulterDonneesPoint-v4.0", "consulterDonneesPoint-v4.1")
        (tmp_path / newer).write_text(text.replace("v4.0", "v4.1"), encoding="utf-8")
    monkeypatch.setattr("restoration.adapters.enedis.soap.requests.DESCRIPTIONS", tmp_path)
    newest = SPOKEN._replace(read_point=replace(SPOKEN.read_point, version="4.1"))
    client, transport = client_answered(b"", services=newest)
    with pytest.raises(RestorationError):
        client.read_point(POINT)
    ((path, content),) = transport.sent
    assert path == "/ConsultationPoint/v4.1"
    namespace = "http://www.enedis.fr/sge/b2b/services/consulterdonneespoint/v4.1"
    assert etree.fromstring(content).find(f".//{{{namespace}}}consulterDonneesPoint") is not None
