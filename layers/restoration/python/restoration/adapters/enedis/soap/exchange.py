"""One exchange with Enedis, in the domain's words. This module loads zeep, lxml and requests."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from restoration.adapters.enedis.soap import codes, frame, point_response, requests
from restoration.adapters.enedis.soap.codes import Service, Services, ServiceVersions
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.enedis.soap.failures import ExchangeFailure, FailureKind
from restoration.adapters.enedis.soap.pacing import Pacer
from restoration.adapters.enedis.soap.transport import Transport
from restoration.clock import paris_date
from restoration.domain.order import Intent, OpenOrder
from restoration.domain.point import OfferedVisits, PointSituation, Visit
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable

_CASE_ID = re.compile(r"[0-9A-Z]{4,8}")


class Exchange:
    """Speaks with Enedis under one set of credentials."""

    def __init__(  # noqa: PLR0913 - what a client was given, handed on
        self,
        endpoint: str,
        credentials: EnedisCredentials,
        versions: ServiceVersions,
        *,
        connect_timeout: timedelta,
        read_timeout: timedelta,
        clock: Callable[[], datetime],
        pacer: Pacer,
        watch: Callable[[str], AbstractContextManager[object]],
    ) -> None:
        self._login = credentials.login
        self._clock = clock
        self._pacer = pacer
        self._watch = watch
        self._transport = Transport(endpoint, credentials, connect_timeout=connect_timeout, read_timeout=read_timeout)
        self._services = services = Services.of(versions)
        self._descriptions = {service.operation: requests.Description(service) for service in services}

    def close(self) -> None:
        self._transport.close()

    def read_point(self, point_id: str) -> PointSituation:
        asked_at = self._clock()
        result = self._call(self._services.read_point, point_id, requests.point_request(point_id, self._login))
        if result.payload is None:
            raise EnedisUnavailable(f"{FailureKind.UNEXPECTED}: {result.code} without a response to the read")
        return point_response.read_situation(result.payload, point_id, asked_at)

    def place_order(self, order: OpenOrder) -> str:
        if order.wanted.intent is Intent.CANCEL_LIMITATION:
            return self._write(self._services.cancel_intervention, order, requests.cancellation_request)
        body = partial(requests.order_request, wished_on=paris_date(self._clock()))
        return self._write(self._services.order_intervention, order, body)

    def offered_visits(self, order: OpenOrder) -> OfferedVisits:
        # Without a slot the service only says which there are: a question that is lost has changed nothing.
        asked = replace(self._services.plan_visit, writes=False)
        result = self._call(asked, str(order.reference), requests.visit_request(order, self._login))
        if result.payload is None:
            raise EnedisUnavailable(f"{FailureKind.UNEXPECTED}: {result.code} without a response about slots")
        return point_response.read_offered_visits(result.payload)

    def agree_visit(self, order: OpenOrder, visit: Visit, present: str) -> None:
        body = requests.visit_request(order, self._login, visit, present)
        result = self._call(self._services.plan_visit, str(order.reference), body)
        if result.payload is None or point_response.read_offered_visits(result.payload).planned != visit:
            raise EnedisOutcomeUnknown(
                f"{FailureKind.UNEXPECTED}: {result.code} for {order.reference}, without its slot"
            )

    def _write(self, service: Service, order: OpenOrder, body: Callable[[OpenOrder, str], dict[str, object]]) -> str:
        reference = str(order.reference)
        result = self._call(service, reference, body(order, self._login))
        stated = "" if result.payload is None else result.payload.findtext("{*}affaireId", "").strip()
        case_id = stated or result.case_id or ""
        if not _CASE_ID.fullmatch(case_id):
            raise EnedisOutcomeUnknown(
                f"{FailureKind.UNEXPECTED}: the response to order {reference} is {result.code} with case {case_id!r}"
            )
        return case_id

    def _call(self, service: Service, reference: str, body: dict[str, object]) -> frame.Result:
        header = frame.request_header(self._login, str(uuid4()), reference)
        envelope = self._descriptions[service.operation].envelope(header, body)
        # As late as possible: time between a turn and its call makes calls bunch at Enedis.
        self._pacer.take_turn()
        try:
            with self._watch(service.operation):
                response = self._transport.post(service.path, envelope)
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
