"""The client that the functions use. It is light to import: heavy libraries load when a client is built."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from restoration.adapters.enedis.soap.codes import ServiceVersions
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.pacing import AllOf, Breaker, Pacer
from restoration.domain.order import OpenOrder
from restoration.domain.point import OfferedVisits, PointSituation, Visit
from restoration.errors import ConfigurationUnavailable, InvalidConfiguration

if TYPE_CHECKING:
    from restoration.adapters.enedis.soap.exchange import Exchange


class EnedisClient:
    """Reads points and orders interventions.

    One client per process: it pools its connections. It repeats nothing by itself: only the caller knows whether an
    order may be sent again.

    Parameters
    ----------
    endpoint : str
        ``https://host[:port]`` of the SGE platform.
    credentials : EnedisCredentials or callable
        The credentials, or a callable that returns the current ones and is called before each call to Enedis. When
        they have changed (a rotated secret), that call uses the new ones. When they cannot be fetched just now, it
        uses those in use. While they are unusable, no call is made, even if the earlier ones are still good: else
        nobody would mend the new ones.
    versions : ServiceVersions
        The version of each service, among those described in ``wsdl/``.
    connect_timeout, read_timeout : timedelta
        For the connection, and for the response once the request is sent.
    clock : callable
        The current moment, aware.
    pacer, breaker : optional
        The shared quota (``EnedisQuotaExhausted``) and the circuit breaker (``EnedisCircuitOpen``), which hold calls
        back. Both errors are kinds of ``EnedisUnavailable``: nothing was sent.
    watch : callable, optional
        Takes the operation's name, and returns a context for the call that leaves: for traces.

    Raises
    ------
    ConfigurationUnavailable
        When the first credentials cannot be fetched just now.
    InvalidConfiguration
        When the endpoint is not HTTPS, a version is not described here, or certificate, key or CA bundle cannot be
        used.

    Example
    -------
    >>> client = EnedisClient(
    ...     "https://sge-ws.enedis.fr",
    ...     EnedisCredentials.from_secret(secret),
    ...     ServiceVersions(read_point="4.0", order_intervention="1.0", cancel_intervention="1.0", plan_visit="1.0"),
    ...     connect_timeout=timedelta(seconds=3),
    ...     read_timeout=timedelta(seconds=10),
    ...     clock=lambda: datetime.now(UTC),
    ... )
    >>> client.read_point("12345678901234").supply_state
    <SupplyState.LIMITED: 'LIMI'>
    """

    def __init__(  # noqa: PLR0913 - each is something that a test or a function chooses for itself
        self,
        endpoint: str,
        credentials: EnedisCredentials | Callable[[], EnedisCredentials],
        versions: ServiceVersions,
        *,
        connect_timeout: timedelta,
        read_timeout: timedelta,
        clock: Callable[[], datetime],
        pacer: Pacer | None = None,
        breaker: Breaker | None = None,
        watch: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> None:

        def build(credentials: EnedisCredentials) -> "Exchange":
            # Here and not at the top: zeep, lxml and requests take 0.2 s to load, which only their users should pay.
            from restoration.adapters.enedis.soap.exchange import Exchange  # noqa: PLC0415

            return Exchange(
                endpoint,
                credentials,
                versions,
                connect_timeout=connect_timeout,
                read_timeout=read_timeout,
                clock=clock,
                pacer=pacer or AllOf(),
                watch=watch,
            )

        self._build_exchange = build
        self._current_credentials = credentials if callable(credentials) else lambda: credentials
        self._breaker = breaker
        self._credentials = self._current_credentials()
        self._exchange = self._build_exchange(self._credentials)
        self._unusable: str | None = None

    def read_point(self, point_id: str) -> PointSituation:
        """Read a point's supply, contract and cases.

        Raises
        ------
        EnedisUnavailable
            When Enedis could not be reached, sent no intelligible response or failed (SGT500). Retry.
        EnedisRejected
            When Enedis refuses, for instance SGT401: no such point.
        InvalidResponse
            When the response to a successful read lacks what it must say.
        """
        return self._call(lambda exchange: exchange.read_point(point_id))

    def place_order(self, order: OpenOrder) -> str:
        """Order a restoration or a raised floor, or cancel a limitation that is not carried out yet; the case's id.

        Acceptance (SGT200 and an ``affaireId``) is not execution.

        Raises
        ------
        EnedisUnavailable
            When the order surely was not accepted: it never left, or was turned away at the door.
        EnedisOutcomeUnknown
            When it left and no intelligible response came, or Enedis failed (SGT500): read before sending again.
        EnedisRejected
            When Enedis refuses it.
        """
        return self._call(lambda exchange: exchange.place_order(order))

    def offered_visits(self, order: OpenOrder) -> OfferedVisits:
        """Ask when a technician may come for an order's case. Raises as :meth:`read_point` does."""
        return self._call(lambda exchange: exchange.offered_visits(order))

    def agree_visit(self, order: OpenOrder, visit: Visit, present: str) -> None:
        """Agree when the technician comes, and who will be there. Raises as :meth:`place_order` does."""
        self._call(lambda exchange: exchange.agree_visit(order, visit, present))

    def close(self) -> None:
        """Close the pooled connections."""
        self._exchange.close()

    def _call[T](self, call: "Callable[[Exchange], T]") -> T:
        self._refresh()

        # The breaker is outside: while it is open, no call may use up the quota, which the exchange takes just before
        # it sends.
        if self._breaker is None:
            return call(self._exchange)
        return self._breaker.call(lambda: call(self._exchange))

    def _refresh(self) -> None:
        try:
            self._take(self._current_credentials())
        except ConfigurationUnavailable:
            if self._unusable is not None:
                raise InvalidConfiguration(self._unusable) from None
            # The credentials in use are good until others are known.
        except InvalidConfiguration as error:
            self._unusable = str(error)
            raise
        else:
            self._unusable = None

    def _take(self, credentials: EnedisCredentials) -> None:
        if credentials != self._credentials:
            # Built first: if that fails, the next call must not take the old exchange for one with the new credentials.
            exchange = self._build_exchange(credentials)
            previous, self._exchange, self._credentials = self._exchange, exchange, credentials
            previous.close()
