"""A corpus of hand-made responses (``responses/``), good, odd and broken: each is read or refused as said here."""

import json
from datetime import UTC, date
from functools import cache
from pprint import pformat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.adapters.enedis.soap import EnedisClient
from restoration.adapters.enedis.soap.failures import ExchangeFailure
from restoration.adapters.enedis.soap.point_response import read_moment
from restoration.adapters.enedis.soap.transport import HttpResponse
from restoration.domain.point import PointSituation
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable, InvalidResponse
from restoration.use_cases.read_point import situation_facts
from tests.unit.adapters.enedis.soap.canned import POINT, RESPONSES, CannedTransport, client_answered, order
from tests.unit.ops.printing import are_as_kept

READ = sorted({*RESPONSES.glob("read_good_*"), *RESPONSES.glob("read_odd_*")})
VARIED = [
    ("read_good_cut", "IMP", "FRA"),
    ("read_good_cut", "IMP", "TRA"),
    ("read_odd_no_teleoperable_but_service_level", ">2<", ">1<"),
    ("read_good_not_remotely_operable", ">0<", ">2<"),
    ("read_good_case_running", "2026-05-05", "2026-05-05+02:00"),
    ("read_good_case_running", "2026-05-05", "0001-01-01"),
    ("read_good_case_running", "2026-05-05", "9999-12-31"),
    ("read_good_case_running", 'affaire id="A0000001"', "affaire"),
    ("read_good_case_not_done", ' code="INJ"', ""),
]

ASKED = f"the request was about point {POINT}."
SUPPLY = "ALIM, COUP, LIMI, NRAC, NALI"
UNUSABLE = {
    "read_broken_other_point": f"Enedis' response is about point '99999999999999', {ASKED}",
    "read_broken_unknown_supply_state": f"Enedis gives point {POINT} the supply state 'SUSP'; known are {SUPPLY}.",
    "read_broken_no_supply": f"Enedis gives point {POINT} the supply state ''; known are {SUPPLY}.",
    "read_broken_no_point": f"Enedis' response is about no point, {ASKED}",
}

REFUSED = {
    "fault_unknown_point": ("SGT401", "Point inexistant"),
    "fault_functional": ("SGT400", "Erreur fonctionnelle - La demande est incohérente"),
    "fault_case_running": ("SGT4B8", "Plusieurs demandes déjà en cours sur le point"),
    "fault_already_active": ("SGT570", "Service déjà actif"),
    "fault_not_eligible": ("SGT4G2", "Demandeur non éligible"),
    "fault_unheard_of_code": ("SGT9Z9", "Code jamais vu"),
    "refusal_in_acknowledgement": ("SGT4B8", "Plusieurs demandes déjà en cours sur le point"),
}

ACCEPTED = {
    "order_good": ("A1B2C3", "F200B"),
    "order_good_same_day": ("A1B2C3D4", "F1020"),
    "order_odd_case_only_in_acknowledgement": ("A1B2C3", "F200B"),
    "order_odd_no_services": ("A1B2C3", "F200B"),
}

NO_CASE = ("order_broken_no_case", "order_broken_case_id")

# The HTTP status of the response, and the failure that follows.
UNINTELLIGIBLE = {
    "fault_plain_server": (500, "plain-fault"),
    "fault_plain_client": (500, "plain-fault"),
    "fault_code_too_short": (500, "plain-fault"),
    "broken_truncated": (200, "malformed"),
    "broken_cut_in_utf8": (200, "malformed"),
    "broken_empty": (200, "empty"),
    "broken_blank": (200, "empty"),
    "broken_html_page": (200, "html"),
    "broken_xhtml_page": (200, "html"),
    "broken_text": (200, "malformed"),
    "broken_other_xml": (200, "unexpected"),
    "broken_empty_body": (200, "unexpected"),
    "broken_response_of_another_service": (200, "unexpected"),
    "broken_soap12": (200, "unexpected"),
    "broken_dtd": (200, "forbidden-xml"),
    "broken_external_entity": (200, "forbidden-xml"),
    "broken_entity_bomb": (200, "malformed"),
}


def content_of(name: str) -> bytes:
    return (RESPONSES / f"{name}.xml").read_bytes()


def test_every_response_of_the_corpus_is_classed() -> None:
    classed = [*UNUSABLE, *REFUSED, "fault_technical", *ACCEPTED, *NO_CASE, *UNINTELLIGIBLE]
    assert sorted(classed) == sorted(path.stem for path in RESPONSES.iterdir() if path not in READ)
    assert len(READ) >= 30


def test_good_or_odd_response_to_a_read_is_read_as_before() -> None:
    """Each whole, with what the domain makes of it."""
    said = []
    for name, old, new in (*((path.stem, "", "") for path in READ), *VARIED):
        point = client_answered(content_of(name).replace(old.encode(), new.encode()))[0].read_point(POINT)
        ours = point.case_with_reference("LIM-1/R/1")
        seen = f"{point.has_full_power}, {point.limit_kva}, {ours and ours.case_id}"
        said.append(f"{name}{new and f' with {new}'}\n{pformat(point, width=110)}\nfull power, limit, case: {seen}\n\n")
    are_as_kept("enedis-points.txt", said)


@pytest.mark.parametrize("name", UNUSABLE)
def test_success_that_lacks_a_necessary_field_is_an_invalid_response(name: str) -> None:
    client, _ = client_answered(content_of(name))
    with pytest.raises(InvalidResponse) as invalid:
        client.read_point(POINT)
    assert str(invalid.value) == UNUSABLE[name]


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("name", REFUSED)
def test_result_code_is_a_refusal_with_its_code_and_label(name: str, status: int) -> None:
    client, _ = client_answered(content_of(name), status)
    for call in (lambda: client.read_point(POINT), lambda: client.place_order(order())):
        with pytest.raises(EnedisRejected) as refusal:
            call()
        assert (refusal.value.code, refusal.value.label) == REFUSED[name]
        assert f'code="{refusal.value.code}"' in refusal.value.response


def test_technical_error_is_retryable_on_a_read_and_unknown_on_an_order() -> None:
    client, _ = client_answered(content_of("fault_technical"), 500)
    with pytest.raises(EnedisUnavailable, match="technical-error: SGT500"):
        client.read_point(POINT)
    with pytest.raises(EnedisOutcomeUnknown, match="technical-error: SGT500"):
        client.place_order(order())


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_order_bears_its_case_and_our_reference(name: str) -> None:
    client, _ = client_answered(content_of(name))
    accepted = client.place_order(order())
    assert (accepted.case_id, accepted.service) == ACCEPTED[name]
    assert accepted.reference == "LIM-1/R/1"


@pytest.mark.parametrize("name", NO_CASE)
def test_success_without_a_case_leaves_the_outcome_unknown(name: str) -> None:
    client, _ = client_answered(content_of(name))
    with pytest.raises(EnedisOutcomeUnknown, match="LIM-1/R/1"):
        client.place_order(order())


@pytest.mark.parametrize("name", UNINTELLIGIBLE)
def test_unintelligible_response_has_its_own_error(name: str) -> None:
    status, kind = UNINTELLIGIBLE[name]
    client, _ = client_answered(content_of(name), status)
    with pytest.raises(EnedisUnavailable, match=f"^{kind}: ") as read:
        client.read_point(POINT)
    with pytest.raises(EnedisOutcomeUnknown, match=f"^{kind}: "):
        client.place_order(order())
    assert isinstance(read.value.__cause__, ExchangeFailure)


@pytest.mark.parametrize("status", [401, 403, 404, 413, 429])
def test_order_turned_away_at_the_door_was_surely_not_accepted(status: int) -> None:
    client, _ = client_answered(content_of("broken_html_page"), status)
    with pytest.raises(EnedisUnavailable, match=f"^http-refused: HTTP {status}"):
        client.place_order(order())


@pytest.mark.parametrize("status", [302, 408, 500, 502, 503, 504])
def test_order_whose_response_is_an_error_page_has_an_unknown_outcome(status: int) -> None:
    client, _ = client_answered(content_of("broken_html_page"), status)
    with pytest.raises(EnedisOutcomeUnknown, match=f"^http-error: HTTP {status}"):
        client.place_order(order())
    with pytest.raises(EnedisUnavailable, match=f"^http-error: HTTP {status}"):
        client.read_point(POINT)


def test_intelligible_response_with_an_error_status_is_not_taken_for_a_success() -> None:
    client, _ = client_answered(content_of("order_good"), 502)
    with pytest.raises(EnedisOutcomeUnknown, match=r"^http-error: HTTP 502"):
        client.place_order(order())


ZONES = st.sampled_from(["", "Z", "+00:00", "+01:00", "-12:00", "+14:00"])


@pytest.mark.parametrize("zone", ["", "Z", "+14:00", "-12:00"])
@pytest.mark.parametrize(
    "day", ["0001-01-01", "0001-01-01T00:00:00", "9999-12-31", "9999-12-31T23:59:59", "1900-01-01"]
)
def test_a_null_date_of_enedis_is_none(day: str, zone: str) -> None:
    assert read_moment(day + zone) is None


@given(st.one_of(st.dates(), st.datetimes()), ZONES)
def test_any_date_is_a_moment_of_plausible_years_or_none(day: date, zone: str) -> None:
    moment = read_moment(day.isoformat() + zone)
    assert (moment is not None) is (2000 <= day.year < 2200)


@pytest.mark.explored
@given(st.text(max_size=40))
def test_no_text_in_a_date_s_place_fails_a_read(text: str) -> None:
    moment = read_moment(text)
    assert moment is None or moment.tzinfo is UTC


def read_with(old: str, new: str) -> PointSituation:
    content = (RESPONSES / "read_good_limited.xml").read_text(encoding="utf-8")
    assert old in content
    client, transport = answering()
    transport.response = HttpResponse(200, content.replace(old, new).encode())
    return client.read_point(POINT)


@cache
def answering() -> tuple[EnedisClient, CannedTransport]:
    """One client for all of a property's examples: each new one reads the certificate authorities again."""
    return client_answered(b"")


@given(
    st.sampled_from(
        ["1e999", "1E+400", "-1e999", "NaN", "Infinity", "-1", "36.01", "1000000", "1e-500", "0", "36", "1,5"]
    )
    | st.decimals().map(str)
)
def test_any_power_that_enedis_may_write_makes_facts_of_plain_json(power: str) -> None:
    situation = read_with("<valeur>1</valeur>", f"<valeur>{power}</valeur>")
    limited = situation_facts(situation, "C-1", None, None)["limitedPowerKva"]
    assert limited is None or 0 <= limited <= 40_000
    json.dumps(limited, allow_nan=False)
