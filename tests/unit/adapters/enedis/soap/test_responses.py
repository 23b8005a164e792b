"""A corpus of hand-made responses (``responses/``), good, odd and broken: each is read or refused as said here."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pprint import pformat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restoration.adapters.enedis.moments import read_moment
from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.transport import HttpResponse
from restoration.domain.point import PointSituation
from restoration.errors import EnedisRejected, RestorationError
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
    ("read_good_limited", ">1<", ">40000<"),
    ("read_good_limited", ">1<", ">40000.01<"),
]


def content_of(name: str) -> bytes:
    return (RESPONSES / f"{name}.xml").read_bytes()


def test_good_or_odd_response_to_a_read_is_read_as_before() -> None:
    """Each whole, with what the domain makes of it."""
    said = []
    for name, old, new in (*((path.stem, "", "") for path in READ), *VARIED):
        point = client_answered(content_of(name).replace(old.encode(), new.encode()))[0].read_point(POINT)
        ours = point.case_with_reference("LIM-1/R/1")
        seen = f"{point.has_full_power}, {point.limit_kva}, {ours and ours.case_id}"
        said.append(f"{name}{new and f' with {new}'}\n{pformat(point, width=110)}\nfull power, limit, case: {seen}\n\n")
    are_as_kept("enedis-points.txt", said)


def told_of(call: Callable[[], object]) -> str:
    try:
        return str(call())
    except EnedisRejected as refusal:
        return f"{refusal}, in {len(refusal.response)} characters: {refusal.response[:20]}"
    except RestorationError as error:
        return f"{type(error).__name__} of {type(error.__cause__).__name__}: {error}"


def test_any_other_response_is_told_as_before() -> None:
    """What has no result may have been accepted: it is unknown of an order, and tried again for a read."""
    others = sorted(path.stem for path in RESPONSES.iterdir() if path not in READ)
    cases = [(name, status, content_of(name)) for name in others for status in (200, 500)]
    cases += [("a page", status, content_of("broken_html_page")) for status in (399, 400, 407, 408, 409, 499)]
    for name in ("fault_case_running", "fault_plain_server"):
        cases.append(
            (f"a long {name}", 500, content_of(name).replace(b"</faultstring>", b"!" * 5000 + b"</faultstring>"))
        )
    client, transport = answering()
    said = []
    for name, status, content in cases:
        transport.response = HttpResponse(status, content)
        read, placed = told_of(lambda: client.read_point(POINT)), told_of(lambda: client.place_order(order()))
        said.append(f"{name} with {status}\n- read: {read}\n- order: {placed}\n\n")
    are_as_kept("enedis-responses.txt", said)


ZONES = st.sampled_from(["", "Z", "+00:00", "+01:00", "-12:00", "+14:00"])


@given(st.one_of(st.dates(), st.datetimes()), ZONES)
@example(date.min, "+14:00")
@example(datetime.combine(date.max, time(23, 59, 59)), "-12:00")
def test_any_date_is_a_moment_of_plausible_years_or_none_as_enedis_null_dates_are(day: date, zone: str) -> None:
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


@pytest.mark.parametrize(
    ("power", "kva"), [("0", 0), ("1,5", 1.5), ("40000", 40_000), ("40000.01", None), ("-1", None), ("one", None)]
)
def test_power_is_a_number_of_kva_that_a_point_may_have(power: str, kva: float | None) -> None:
    limited = read_with("<valeur>1</valeur>", f"<valeur>{power}</valeur>").limited_power_kva
    assert limited == (None if kva is None else Decimal(str(kva)))


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
