"""The client's connections to Enedis: pooled, to the right address, and by certificates that both sides take."""

import socket
import ssl
from base64 import b64encode
from datetime import timedelta
from io import BytesIO
from typing import IO, Any

import pytest
import requests
import urllib3

from local.partners.enedis.certificates import Authority
from restoration.adapters.enedis.soap import EnedisCredentials
from restoration.domain.point import SupplyState
from restoration.errors import EnedisOutcomeUnknown, EnedisUnavailable
from tests.integration.enedis.conftest import IMPATIENT, World
from tests.unit.adapters.enedis.soap.canned import POINT, build, order


def test_connection_is_pooled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def count_connection() -> None:
        made.append(1)

    monkeypatch.setattr(world.enedis.network, "receive_connection", count_connection)
    for _ in range(5):
        world.client.read_point(POINT)
    assert len(made) == 1


def test_request_has_the_headers_that_we_give_it_and_asks_nothing_of_its_environment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[requests.PreparedRequest, dict[str, object]]] = []
    as_ever = requests.Session.send

    def send(session: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        sent.append((request, how))
        return as_ever(session, request, **how)

    monkeypatch.setattr(requests.Session, "send", send)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    world.client.read_point(POINT)
    ((request, how),) = sent
    secret = world.enedis.secret()
    login = b64encode(f"{secret['login']}:{secret['password']}".encode()).decode()
    assert dict(request.headers) == {
        "Accept": "text/xml",
        "Accept-Encoding": "identity",
        "Authorization": f"Basic {login}",
        "Connection": "keep-alive",
        "Content-Length": request.headers["Content-Length"],
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '""',
        "User-Agent": "restoration",
    }
    assert (how["proxies"], how["timeout"], how["stream"], how["allow_redirects"]) == ({}, (60.0, 60.0), True, False)


def test_unknown_host_is_unavailable(world: World) -> None:
    with pytest.raises(EnedisUnavailable, match=r"^connection: "):
        world.another_client(endpoint="https://enedis.invalid").place_order(order())


def test_silent_address_is_a_connect_timeout(world: World) -> None:
    # The listener's queue is full, and it accepts nothing: the kernel ignores further connections.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(address)
        client = world.another_client(endpoint=f"https://127.0.0.1:{address[1]}", to_connect=IMPATIENT)
        with pytest.raises(EnedisUnavailable, match=r"^connect-timeout: "):
            client.place_order(order())
        for filler in fillers:
            filler.close()


def test_certificate_of_another_authority_or_an_expired_one_is_refused_and_nothing_accepted(world: World) -> None:
    before = len(world.enedis.network.journal.calls())
    expired = world.enedis.authority.client(valid_for=timedelta(minutes=-1))
    for pair, said in ((Authority("Somebody else").client(), "tls: "), (expired, "tls: .*CERTIFICATE_EXPIRED")):
        with pytest.raises(EnedisUnavailable, match=f"^{said}"):
            world.another_client(world.enedis.secret(pair)).place_order(order())
    assert len(world.enedis.network.journal.calls()) == before


REFUSALS = """TLSV13_ALERT_CERTIFICATE_REQUIRED TLSV1_ALERT_UNKNOWN_CA TLSV1_ALERT_ACCESS_DENIED
TLSV1_ALERT_DECRYPT_ERROR SSLV3_ALERT_BAD_CERTIFICATE SSLV3_ALERT_UNSUPPORTED_CERTIFICATE
SSLV3_ALERT_CERTIFICATE_REVOKED SSLV3_ALERT_CERTIFICATE_EXPIRED SSLV3_ALERT_CERTIFICATE_UNKNOWN
SSLV3_ALERT_HANDSHAKE_FAILURE"""


@pytest.mark.parametrize("reason", [*REFUSALS.split(), "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"])
def test_order_is_surely_not_accepted_where_enedis_refused_our_certificate_after_it_left(
    world: World, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    def refuse(*_: object, data: IO[bytes], **__: object) -> None:
        assert data.read()
        met = ssl.SSLError(1, "alert")
        met.reason = reason
        raise requests.ConnectionError(met)

    monkeypatch.setattr(requests.Session, "post", refuse)
    expected = EnedisUnavailable if reason in REFUSALS else EnedisOutcomeUnknown
    with pytest.raises(expected, match=f"^tls: .*{reason}"):
        world.client.place_order(order())


@pytest.mark.parametrize(
    ("size", "said"), [(2_097_152, "malformed"), (2_097_153, "oversized: a response of more than")]
)
def test_response_may_have_two_mebibytes(world: World, monkeypatch: pytest.MonkeyPatch, size: int, said: str) -> None:
    response = requests.Response()
    response.status_code = 200
    response.raw = urllib3.HTTPResponse(BytesIO(b"x" * size), preload_content=False)
    monkeypatch.setattr(requests.Session, "post", lambda *_, **__: response)
    with pytest.raises(EnedisUnavailable, match=f"^{said}"):
        world.client.read_point(POINT)


def test_server_of_another_authority_and_a_wrong_password_end_at_the_door(world: World) -> None:
    stranger, refused = Authority("Somebody else").certificate, r"^http-refused: HTTP 401"
    for wrong, said in (({"caBundle": stranger}, r"^tls: CERTIFICATE_VERIFY_FAILED"), ({"password": "wrong"}, refused)):
        with pytest.raises(EnedisUnavailable, match=said):
            world.another_client({**world.enedis.secret(), **wrong}).place_order(order())


def test_rotated_certificate_is_used_without_a_new_client(world: World) -> None:
    current = [EnedisCredentials.from_secret(world.enedis.secret(Authority("Expired").client()))]
    client = build(lambda: current[0], endpoint=world.enedis.url)
    with pytest.raises(EnedisUnavailable, match=r"^tls: "):
        client.read_point(POINT)
    current[0] = EnedisCredentials.from_secret(world.enedis.secret(world.enedis.authority.client("renewed")))
    assert client.read_point(POINT).supply_state is SupplyState.LIMITED
