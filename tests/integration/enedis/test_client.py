"""Our client and Enedis' simulator over HTTPS: what is asked, what comes of it with every fault, and connections."""

import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import IO

import pytest
import urllib3

from embedded_cloud.backends.http_serving import HttpHandler
from local.partners.enedis import Fault, FaultKind, Operation, PendingLimitation, PointSetup
from local.partners.enedis.cases import Ending, SimulatedCase
from local.partners.enedis.certificates import Authority
from local.partners.enedis.simulator import EnedisSimulator
from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.clock import PARIS, paris_date, utc_now
from restoration.domain.deadlines import add_working_days
from restoration.domain.order import Aim, Intent, OpenOrder, OrderReference, Wanted
from restoration.domain.point import SupplyState, Visit
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from tests.unit.adapters.enedis.soap.canned import LIMITATION_CASE, POINT, build, cancellation, order

IMPATIENT = timedelta(milliseconds=300)
"""For what never comes; what does come may take its time on a busy machine."""
PATIENT = timedelta(seconds=60)


class World:
    def __init__(self, enedis: EnedisSimulator) -> None:
        self.enedis = enedis
        self.client = self.another_client()

    def another_client(
        self,
        secret: Mapping[str, str | None] | None = None,
        to_connect: timedelta = PATIENT,
        to_respond: timedelta = PATIENT,
        endpoint: str = "",
    ) -> EnedisClient:
        credentials = EnedisCredentials.from_secret(secret or self.enedis.secret())
        return build(credentials, endpoint=endpoint or self.enedis.url, to_connect=to_connect, to_respond=to_respond)


@pytest.fixture(scope="module")
def simulator() -> Iterator[EnedisSimulator]:
    with EnedisSimulator(step_seconds=0) as enedis:
        yield enedis


@pytest.fixture
def world(simulator: EnedisSimulator) -> World:
    simulator.network.clear_faults()
    simulator.network.add_point(PointSetup(POINT, "C-1"))
    return World(simulator)


# ── What is asked, and what comes of it ──


def accepted_since(world: World, before: int) -> int:
    return len(world.enedis.network.journal.orders()) - before


VISITED = OpenOrder(
    OrderReference("LIM-1", Intent.RESTORE_BY_TECHNICIAN, 1),
    Wanted(Intent.RESTORE_BY_TECHNICIAN, Aim.FULL),
    POINT,
    "C-1",
)
FREE = Visit(add_working_days(paris_date(utc_now()), 1), "08:00-10:00")
CALLS: dict[Operation, Callable[[EnedisClient], object]] = {
    Operation.READ: lambda client: client.read_point(POINT),
    Operation.ORDER: lambda client: client.place_order(order()),
    Operation.CANCEL: lambda client: client.place_order(cancellation()),
    Operation.VISIT: lambda client: client.agree_visit(VISITED, FREE, "Awa Diallo"),
}


def set_up_for(world: World, operation: Operation) -> None:
    if operation is Operation.CANCEL:
        pending = PendingLimitation(LIMITATION_CASE)
        world.enedis.network.add_point(
            PointSetup(POINT, "C-1", supply_state=SupplyState.SUPPLIED, pending_limitation=pending)
        )
    if operation is Operation.VISIT:
        send_technician(world)


def send_technician(world: World) -> None:
    """Order one, whose visit Enedis plans for today."""
    endings = (Ending.POSTPONED,)
    world.enedis.network.add_point(PointSetup(POINT, "C-1", remotely_operable=False, endings=endings))
    world.client.place_order(VISITED)


def test_visit_is_agreed_and_the_order_is_carried_out_in_its_slot(world: World) -> None:
    send_technician(world)
    offered = world.client.offered_visits(VISITED)
    assert (offered.planned and offered.planned.slot, offered.slots[0]) == ("08:00-12:00", FREE)
    for _ in range(2):
        world.client.agree_visit(VISITED, FREE, "Awa Diallo")
    offered = world.client.offered_visits(VISITED)
    assert (offered.planned, FREE in offered.slots) == (FREE, False), "agreed twice, as Enedis has it already"
    assert world.client.read_point(POINT).cases[-1].visit == FREE
    with world.enedis.network.at(datetime.combine(FREE.on, time(9, 59), PARIS)):
        assert not world.client.read_point(POINT).has_full_power
    with world.enedis.network.at(datetime.combine(FREE.on, time(10), PARIS)):
        assert world.client.read_point(POINT).has_full_power
        with pytest.raises(EnedisRejected):
            world.client.offered_visits(VISITED)


@pytest.mark.parametrize("slot", ["06:00-08:00", "14:00-16:00"])
def test_slot_that_is_not_free_is_refused(world: World, slot: str) -> None:
    send_technician(world)
    planned = world.client.offered_visits(VISITED).planned
    world.enedis.network.take_slots(Visit(FREE.on, "14:00-16:00"))
    with pytest.raises(EnedisRejected, match="SGT400"):
        world.client.agree_visit(VISITED, Visit(FREE.on, slot), "Awa Diallo")
    assert world.client.offered_visits(VISITED).planned == planned


def test_agreement_that_enedis_accepts_and_does_not_show_is_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_technician(world)
    monkeypatch.setattr(SimulatedCase, "agree", lambda *_: None)
    with pytest.raises(EnedisOutcomeUnknown, match="without its slot"):
        world.client.agree_visit(VISITED, FREE, "Awa Diallo")


def test_question_about_slots_that_is_lost_has_changed_nothing(world: World) -> None:
    send_technician(world)
    world.enedis.network.inject(Fault(FaultKind.CLOSED_AFTER, operation=Operation.VISIT))
    with pytest.raises(EnedisUnavailable):
        world.client.offered_visits(VISITED)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FaultKind.CONNECTION_REFUSED, "connection"),
        (FaultKind.TLS_ERROR, "tls"),
        (FaultKind.HANDSHAKE_TIMEOUT, "connect-timeout"),
    ],
)
def test_connection_fault_is_unavailable_whatever_is_asked(
    world: World, operation: Operation, kind: FaultKind, said: str
) -> None:
    set_up_for(world, operation)
    client = world.another_client(to_connect=IMPATIENT if kind is FaultKind.HANDSHAKE_TIMEOUT else PATIENT)
    world.client.read_point(POINT)  # leaves a pooled connection, which the fault must not spare
    before = len(world.enedis.network.journal.orders())
    world.enedis.network.inject(Fault(kind))
    with pytest.raises(EnedisUnavailable, match=f"^{said}: "):
        CALLS[operation](client)
    assert accepted_since(world, before) == 0
    CALLS[operation](world.client)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("kind", "said", "accepts"),
    [
        (FaultKind.TIMEOUT_BEFORE, "read-timeout", False),
        (FaultKind.TIMEOUT_AFTER, "read-timeout", True),
        (FaultKind.CLOSED_BEFORE, "connection-lost", False),
        (FaultKind.CLOSED_AFTER, "connection-lost", True),
        (FaultKind.HTTP_500, "http-error", False),
        (FaultKind.HTTP_502, "http-error", False),
        (FaultKind.HTTP_503, "http-error", False),
        (FaultKind.SOAP_FAULT, "plain-fault", False),
        (FaultKind.HTML_PAGE, "html", False),
        (FaultKind.EMPTY, "empty", False),
        (FaultKind.TRUNCATED, "malformed", True),
        (FaultKind.OVERSIZED, "oversized", False),
        (FaultKind.CUT_SHORT, "connection-lost", True),
        (FaultKind.TRICKLE, "read-timeout", True),
        (FaultKind.RESULT_CODE, "technical-error", False),
    ],
)
def test_fault_once_sent_is_unknown_for_writes_and_unavailable_for_reads(
    world: World, operation: Operation, kind: FaultKind, said: str, *, accepts: bool
) -> None:
    set_up_for(world, operation)
    client = world.another_client(to_respond=IMPATIENT if said == "read-timeout" else PATIENT)
    journal = world.enedis.network.journal
    before, calls = len(journal.orders()), len(journal.calls())
    world.enedis.network.inject(Fault(kind, operation=operation))
    expected = EnedisUnavailable if operation is Operation.READ else EnedisOutcomeUnknown
    with pytest.raises(expected, match=f"^{said}: "):
        CALLS[operation](client)
    assert journal.wait_until(lambda seen: len(seen.calls()) > calls, PATIENT), "Enedis has met the call"
    assert accepted_since(world, before) == (accepts and operation in {Operation.ORDER, Operation.CANCEL})


# ── Connections: pooled, to the right address, by certificates that both sides take ──


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
    sent: list[dict[str, str]] = []
    as_ever = HttpHandler.parse_request

    def parse(handler: HttpHandler) -> bool:
        is_read = as_ever(handler)
        sent.append(dict(handler.headers))
        return is_read

    monkeypatch.setattr(HttpHandler, "parse_request", parse)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    world.client.read_point(POINT)
    (headers,) = sent
    secret = world.enedis.secret()
    login = b64encode(f"{secret['login']}:{secret['password']}".encode()).decode()
    assert headers == {
        "Accept": "text/xml",
        "Accept-Encoding": "identity",
        "Authorization": f"Basic {login}",
        "Content-Length": headers["Content-Length"],
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '""',
        "Host": headers["Host"],
        "User-Agent": "restoration",
    }


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
    for pair, said in ((Authority().client(), "tls: "), (expired, "tls: .*CERTIFICATE_EXPIRED")):
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
    def refuse(*_: object, body: IO[bytes], **__: object) -> None:
        assert body.read()
        met = ssl.SSLError(1, "alert")
        met.reason = reason
        raise urllib3.exceptions.ProtocolError("Connection aborted.", met)

    monkeypatch.setattr(urllib3.PoolManager, "request", refuse)
    expected = EnedisUnavailable if reason in REFUSALS else EnedisOutcomeUnknown
    with pytest.raises(expected, match=f"^tls: .*{reason}"):
        world.client.place_order(order())


@pytest.mark.parametrize(
    ("size", "said"), [(2_097_152, "malformed"), (2_097_153, "oversized: a response of more than")]
)
def test_response_may_have_two_mebibytes(world: World, monkeypatch: pytest.MonkeyPatch, size: int, said: str) -> None:
    encoded = {"Content-Encoding": "gzip"}  # it is not decoded: something small would grow large here
    response = urllib3.HTTPResponse(BytesIO(b"x" * size), encoded, status=200, preload_content=False)

    def request(*_: object, **how: object) -> urllib3.HTTPResponse:
        assert (how["redirect"], how["retries"]) == (False, False), "to Enedis alone, and once"
        return response

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    with pytest.raises(EnedisUnavailable, match=f"^{said}"):
        world.client.read_point(POINT)


def test_server_of_another_authority_and_a_wrong_password_end_at_the_door(world: World) -> None:
    stranger, refused = Authority().certificate, r"^http-refused: HTTP 401"
    for wrong, said in (({"caBundle": stranger}, r"^tls: CERTIFICATE_VERIFY_FAILED"), ({"password": "wrong"}, refused)):
        with pytest.raises(EnedisUnavailable, match=said):
            world.another_client({**world.enedis.secret(), **wrong}).place_order(order())


def test_rotated_certificate_is_used_without_a_new_client(world: World) -> None:
    current = [EnedisCredentials.from_secret(world.enedis.secret(Authority().client()))]
    client = build(lambda: current[0], endpoint=world.enedis.url)
    with pytest.raises(EnedisUnavailable, match=r"^tls: "):
        client.read_point(POINT)
    current[0] = EnedisCredentials.from_secret(world.enedis.secret(world.enedis.authority.client()))
    assert client.read_point(POINT).supply_state is SupplyState.LIMITED
