"""A client whose responses come from a file: everything but the wire is the real one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from local.partners.enedis.certificates import Authority
from local.partners.enedis.soap import SPOKEN
from restoration.adapters.enedis.soap.client import EnedisClient
from restoration.adapters.enedis.soap.codes import Services
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.transport import HttpResponse
from restoration.clock import utc_now
from restoration.domain.order import Aim, Intent, OpenOrder, OrderReference, Wanted

POINT = "12345678901234"
NOW = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
RESPONSES = Path(__file__).with_name("responses")


class CannedTransport:
    """Gives one response, and keeps the request."""

    def __init__(self, content: bytes, status: int = 200) -> None:
        self.response = HttpResponse(status, content)
        self.sent: list[tuple[str, bytes]] = []

    def post(self, path: str, body: bytes) -> HttpResponse:
        self.sent.append((path, body))
        return self.response


@cache
def credentials() -> EnedisCredentials:
    pair = Authority().client()
    return EnedisCredentials(certificate=pair.certificate, private_key=pair.private_key, login="edf@sge.fr")


def build(
    known: EnedisCredentials | Callable[[], EnedisCredentials],
    *,
    endpoint: str = "https://enedis.invalid",
    to_connect: timedelta = timedelta(seconds=5),
    to_respond: timedelta = timedelta(seconds=5),
    services: Services = SPOKEN,
    clock: Callable[[], datetime] = utc_now,
    **parts: Any,
) -> EnedisClient:
    """A client for tests; ``parts`` hold it back or watch it."""
    return EnedisClient(
        endpoint, known, services, connect_timeout=to_connect, read_timeout=to_respond, clock=clock, **parts
    )


def client_answered(
    content: bytes, status: int = 200, clock: Callable[[], datetime] = lambda: NOW, **parts: Any
) -> tuple[EnedisClient, CannedTransport]:
    """A client with this response."""
    transport = CannedTransport(content, status)
    with patch("restoration.adapters.enedis.soap.client.Transport", return_value=transport):
        return build(credentials(), clock=clock, **parts), transport


def order(
    intent: Intent = Intent.RESTORE_REMOTELY, *, after_cut: bool = False, power_kva: Decimal | None = None
) -> OpenOrder:
    return _wanted(Wanted(intent, Aim.FULL if power_kva is None else Aim.FLOOR, power_kva, after_cut))


def _wanted(content: Wanted) -> OpenOrder:
    return OpenOrder(OrderReference("LIM-1", content.intent, 1), content, POINT, "C-1")


LIMITATION_CASE = "L0000009"


def cancellation() -> OpenOrder:
    return _wanted(Wanted(Intent.CANCEL_LIMITATION, Aim.FULL, limitation_case_id=LIMITATION_CASE))
