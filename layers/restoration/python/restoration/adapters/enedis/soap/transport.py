"""Pooled HTTPS connections with mutual TLS, bounded in time and size, that know whether a request began to leave."""

import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import DEFAULT_BUFFER_SIZE, BytesIO
from tempfile import NamedTemporaryFile
from typing import Any

import certifi
import urllib3

from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.failures import ExchangeFailure, FailureKind
from restoration.errors import InvalidConfiguration

MAX_RESPONSE_BYTES = 2 * 1024 * 1024
_POOLED_CONNECTIONS = 4

# With TLS 1.3 a server refuses a client certificate after the client's handshake is over, so that the refusal is met
# when the response is read. A server that sent one of these never handed the request on.
_CLIENT_CERTIFICATE_ALERTS = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
        "TLSV1_ALERT_DECRYPT_ERROR",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
    }
)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """Status and body of a response, the body at most :data:`MAX_RESPONSE_BYTES` long."""

    status: int
    content: bytes


class _Request(BytesIO):
    """A body that remembers whether it began to leave: a request of which nothing left cannot have been accepted."""

    left = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.left = True
        return super().read(size)


class Transport:
    """Posts SOAP envelopes to one endpoint.

    Parameters
    ----------
    endpoint
        ``https://host[:port]``, without a path.
    credentials
        Certificate and key for the TLS handshake, login and password for HTTP Basic.
    connect_timeout, read_timeout
        For the connection with its handshake; for each read, and for the whole response's body.
    """

    def __init__(
        self,
        endpoint: str,
        credentials: EnedisCredentials,
        *,
        connect_timeout: timedelta,
        read_timeout: timedelta,
    ) -> None:
        if not endpoint.startswith("https://"):
            raise InvalidConfiguration(f"Enedis endpoint: https://… expected, got {endpoint!r}.")
        self._endpoint = endpoint.rstrip("/")
        self._seconds = read_timeout.total_seconds()
        self._headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": '""',
            "Accept": "text/xml",
            "Accept-Encoding": "identity",
            "User-Agent": "restoration",
        }
        if credentials.password:
            pair = b64encode(f"{credentials.login}:{credentials.password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {pair}"
        self._pool = urllib3.PoolManager(
            maxsize=_POOLED_CONNECTIONS,
            ssl_context=_tls_context(credentials),
            timeout=urllib3.Timeout(connect=connect_timeout.total_seconds(), read=self._seconds),
        )

    def close(self) -> None:
        self._pool.clear()

    def post(self, path: str, body: bytes) -> HttpResponse:
        """Send one envelope and read the whole response.

        Raises
        ------
        ExchangeFailure
            When no whole response came back; it says whether the request may have been accepted.
        """
        request = _Request(body)
        headers = {**self._headers, "Content-Length": str(len(body))}
        how: dict[str, Any] = {"preload_content": False, "redirect": False, "retries": False}
        try:
            with self._pool.request("POST", self._endpoint + path, body=request, headers=headers, **how) as response:
                return HttpResponse(response.status, self._read(response))
        except urllib3.exceptions.HTTPError as error:
            raise _classify(error, left=request.left) from error

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """Read the body, bounded in size and as a whole in time: the socket's timeout starts again with each byte."""
        deadline = time.monotonic() + self._seconds
        content = bytearray()
        # read1 returns with what has arrived; undecoded, so that nothing small on the wire grows large here.
        while chunk := response.read1(DEFAULT_BUFFER_SIZE, decode_content=False):
            content += chunk
            if len(content) > MAX_RESPONSE_BYTES:
                raise ExchangeFailure(
                    FailureKind.OVERSIZED, f"a response of more than {MAX_RESPONSE_BYTES} bytes", may_be_accepted=True
                )
            if time.monotonic() > deadline:
                raise ExchangeFailure(
                    FailureKind.READ_TIMEOUT,
                    f"the response was not whole after {self._seconds} s",
                    may_be_accepted=True,
                )
        return bytes(content)


def _tls_context(credentials: EnedisCredentials) -> ssl.SSLContext:
    try:
        trusted = {"cafile": certifi.where()} if credentials.ca_bundle is None else {"cadata": credentials.ca_bundle}
        context = ssl.create_default_context(**trusted)  # type: ignore[arg-type]
    except (ssl.SSLError, TypeError) as error:  # a TypeError where it is not ASCII
        raise InvalidConfiguration(f"Enedis secret: 'caBundle' holds no usable certificate ({_why(error)}).") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # OpenSSL wants a path; the file is readable by us alone (0600) and gone once the context holds the key.
    with NamedTemporaryFile() as file:
        pair = f"{credentials.private_key.strip()}\n{credentials.certificate.strip()}\n"
        file.write(pair.encode(errors="replace"))
        file.flush()
        try:
            # Without a password OpenSSL asks the terminal for that of an encrypted key.
            context.load_cert_chain(file.name, password="")
        except ssl.SSLError as error:
            raise InvalidConfiguration(
                f"Enedis secret: 'certificate' and 'privateKey' are not a usable pair ({_why(error)})."
            ) from error
    return context


def _why(error: Exception) -> str:
    return getattr(error, "reason", None) or "no PEM that can be read"


def _classify(error: Exception, *, left: bool) -> ExchangeFailure:
    tls_reason = _tls_reason(error)
    if tls_reason in _CLIENT_CERTIFICATE_ALERTS:
        return ExchangeFailure(
            FailureKind.TLS, f"Enedis refused the handshake or our certificate ({tls_reason})", may_be_accepted=False
        )
    if isinstance(error, urllib3.exceptions.SSLError) or tls_reason is not None:
        return ExchangeFailure(FailureKind.TLS, tls_reason or _name(error), may_be_accepted=left)
    if not left:
        # The handshake runs under the read timeout's name in urllib3, before a byte of the request leaves.
        kind = FailureKind.CONNECT_TIMEOUT if _timed_out(error) else FailureKind.CONNECTION
        return ExchangeFailure(kind, _name(error), may_be_accepted=False)
    kind = FailureKind.READ_TIMEOUT if _timed_out(error) else FailureKind.CONNECTION_LOST
    return ExchangeFailure(kind, _name(error), may_be_accepted=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it wraps: urllib3 keeps it in ``args``, ``reason``, cause or context."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or any(current is known for known in seen):
            continue
        seen.append(current)
        yield current
        inner = [*current.args, getattr(current, "reason", None), current.__cause__, current.__context__]
        waiting.extend(item for item in inner if isinstance(item, BaseException))


def _tls_reason(error: BaseException) -> str | None:
    return next((cause.reason for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)


def _timed_out(error: BaseException) -> bool:
    """Tell whether it took too long; to urllib3 a connection that is refused has done so, too."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return False
    return any(isinstance(cause, urllib3.exceptions.TimeoutError | TimeoutError) for cause in _causes(error))


def _name(error: BaseException) -> str:
    """Name the innermost error, in a few words: urllib3's own message repeats host, path and object addresses."""
    *_, innermost = _causes(error)
    return f"{type(innermost).__name__}: {innermost}"[:200]
