"""Enedis' client, in the domain's words. This module loads zeep and lxml (0.2 s)."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import TYPE_CHECKING, Concatenate

from restoration.adapters.enedis.soap import codes, frame, point_response, requests
from restoration.adapters.enedis.soap.codes import Service, Services
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.failures import ExchangeFailure, FailureKind
from restoration.adapters.enedis.soap.transport import Transport
from restoration.clock import paris_date
from restoration.domain.order import Intent, OpenOrder
from restoration.domain.point import OfferedVisits, PointSituation, Visit
from restoration.errors import (
    ConfigurationUnavailable,
    EnedisOutcomeUnknown,
    EnedisRejected,
    EnedisUnavailable,
    InvalidConfiguration,
)

if TYPE_CHECKING:
    from restoration.adapters.enedis.soap.breaker import SharedBreaker
    from restoration.adapters.enedis.soap.quota import SharedQuota

_CASE_ID = re.compile(r"[0-9A-Z]{4,8}")


def _guarded[**Given, T](
    method: "Callable[Concatenate[EnedisClient, Given], T]",
) -> "Callable[Concatenate[EnedisClient, Given], T]":
    """Make a method's call under the credentials of now, and none while the breaker is open.

    The breaker is outside: no call that it holds back may use up the quota, of which a turn is taken just before a
    request is sent.
    """

    @wraps(method)
    def guarded(self: "EnedisClient", /, *args: Given.args, **named: Given.kwargs) -> T:
        self._refresh()
        call = partial(method, self, *args, **named)
        return self._breaker.call(call) if self._breaker else call()

    return guarded


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
    services : Services
        The services, each in a version that is described in ``wsdl/``.
    connect_timeout, read_timeout : timedelta
        For the connection, and for the response once the request is sent.
    clock : callable
        The current moment, aware.
    pacers, breaker : optional
        The shared quotas (``EnedisQuotaExhausted``), of each of which a call takes a turn, and the circuit breaker
        (``EnedisCircuitOpen``). Both errors are kinds of ``EnedisUnavailable``: nothing was sent.
    watch : callable, optional
        Takes the operation's name, and returns a context for the call that leaves, which gives what takes the
        response's status: for traces.

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
    ...     Services.of(read_point="4.0", order_intervention="1.0", cancel_intervention="1.0", plan_visit="1.0"),
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
        services: Services,
        *,
        connect_timeout: timedelta,
        read_timeout: timedelta,
        clock: Callable[[], datetime],
        pacers: "Sequence[SharedQuota]" = (),
        breaker: "SharedBreaker | None" = None,
        watch: Callable[[str], AbstractContextManager[Callable[[int], object]]] = lambda _: nullcontext(int),
    ) -> None:
        self._transport_under = partial(Transport, endpoint, connect_timeout=connect_timeout, read_timeout=read_timeout)
        self._current_credentials = credentials if callable(credentials) else lambda: credentials
        self._clock, self._pacers, self._breaker, self._watch = clock, pacers, breaker, watch
        self._credentials = self._current_credentials()
        self._transport = self._transport_under(self._credentials)
        self._unusable: str | None = None
        self._services = services
        self._descriptions = {service.operation: requests.Description(service) for service in services}

    @_guarded
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
        asked_at = self._clock()
        result = self._call(
            self._services.read_point, point_id, requests.point_request(point_id, self._credentials.login)
        )
        if result.payload is None:
            raise EnedisUnavailable(f"{FailureKind.UNEXPECTED}: {result.code} without a response to the read")
        return point_response.read_situation(result.payload, point_id, asked_at)

    @_guarded
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
        login, reference = self._credentials.login, str(order.reference)
        if order.wanted.intent is Intent.CANCEL_LIMITATION:
            service, body = self._services.cancel_intervention, requests.cancellation_request(order, login)
        else:
            today = paris_date(self._clock())
            service, body = self._services.order_intervention, requests.order_request(order, login, wished_on=today)
        result = self._call(service, reference, body)
        stated = "" if result.payload is None else result.payload.findtext("{*}affaireId", "").strip()
        case_id = stated or result.case_id or ""
        if not _CASE_ID.fullmatch(case_id):
            raise EnedisOutcomeUnknown(
                f"{FailureKind.UNEXPECTED}: the response to order {reference} is {result.code} with case {case_id!r}"
            )
        return case_id

    @_guarded
    def offered_visits(self, order: OpenOrder) -> OfferedVisits:
        """Ask when a technician may come for an order's case. Raises as :meth:`read_point` does."""
        # Without a slot the service only says which there are: a question that is lost has changed nothing.
        asked = replace(self._services.plan_visit, writes=False)
        result = self._call(asked, str(order.reference), requests.visit_request(order, self._credentials.login))
        if result.payload is None:
            raise EnedisUnavailable(f"{FailureKind.UNEXPECTED}: {result.code} without a response about slots")
        return point_response.read_offered_visits(result.payload)

    @_guarded
    def agree_visit(self, order: OpenOrder, visit: Visit, present: str) -> None:
        """Agree when the technician comes, and who will be there. Raises as :meth:`place_order` does."""
        body = requests.visit_request(order, self._credentials.login, visit, present)
        result = self._call(self._services.plan_visit, str(order.reference), body)
        if result.payload is None or point_response.read_offered_visits(result.payload).planned != visit:
            raise EnedisOutcomeUnknown(
                f"{FailureKind.UNEXPECTED}: {result.code} for {order.reference}, without its slot"
            )

    def _call(self, service: Service, reference: str, body: dict[str, object]) -> frame.Result:
        envelope = self._descriptions[service.operation].envelope(self._credentials.login, reference, body)
        # As late as possible: time between a turn and its call makes calls bunch at Enedis.
        for pacer in self._pacers:
            pacer.take_turn()
        try:
            with self._watch(service.operation) as note_status:
                response = self._transport.post(service.path, envelope)
                note_status(response.status)
            result = frame.read_result(response, service)
        except ExchangeFailure as failure:
            if service.writes and failure.may_be_accepted:
                raise EnedisOutcomeUnknown(f"{failure} (order {reference})") from failure
            raise EnedisUnavailable(str(failure)) from failure
        if result.accepted:
            return result
        if result.code == codes.TECHNICAL_ERROR:
            # Enedis failed inside; its response does not say whether it kept the order before.
            failed = EnedisOutcomeUnknown if service.writes else EnedisUnavailable
            raise failed(f"technical-error: {result.code} {result.label}")
        raise EnedisRejected(result.code, result.label, result.raw)

    def _refresh(self) -> None:
        try:
            credentials = self._current_credentials()
            if credentials != self._credentials:
                # Built first: if that fails, the next call must not take the old one for one with the new credentials.
                transport = self._transport_under(credentials)
                self._transport.close()
                self._transport, self._credentials = transport, credentials
        except ConfigurationUnavailable:
            if self._unusable is not None:
                raise InvalidConfiguration(self._unusable) from None
            # The credentials in use are good until others are known.
        except InvalidConfiguration as error:
            self._unusable = str(error)
            raise
        else:
            self._unusable = None
