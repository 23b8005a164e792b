"""The HTTP by which somebody acts as the partners' people: on 127.0.0.1 only, JSON in and out.

It is for simulators that run alone (``python -m local.partners``). Tests and the demo call the simulators themselves.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from embedded_cloud.http_apis.messages import HttpRequest, HttpResponse
from embedded_cloud.http_apis.serving import serving
from local.customers import Customer, entry, fields_of, payment_fields
from local.partners.billing.simulator import BillingSimulator
from local.partners.enedis import PointSetup
from local.partners.enedis.simulator import EnedisSimulator
from local.serving import Serving, body_of
from restoration.domain.point import SupplyState

MOST_BYTES = 64 * 1024

type PointId = Annotated[str, Field(pattern=r"^\d{14}$")]
type Identifier = Annotated[str, Field(min_length=1)]
type Euros = Annotated[Decimal, Field(gt=0, decimal_places=2)]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, extra="forbid")


class AddPoint(_Asked):
    """A delivery point at Enedis, by default limited (LIMI) to 1 kVA; supplyState is Enedis' own code, such as ALIM."""

    point_id: PointId
    contract_id: Identifier
    supply_state: SupplyState = SupplyState.LIMITED
    limited_power_kva: Decimal = Decimal(1)
    subscribed_power_kva: Decimal = Decimal(6)
    remotely_operable: bool = True


class AddLimitation(_Asked):
    """A limitation that billing asked for and Enedis carried out: in billing's books, and at the point."""

    limitation_id: Identifier
    contract_id: Identifier
    point_id: PointId
    customer_id: Identifier
    debt: Euros
    at: datetime | None = None
    business_date: date | None = None


class BookPayment(_Asked):
    """A payment that billing books on a contract, by default by card."""

    payment_id: Identifier
    contract_id: Identifier
    amount: Euros
    means: Identifier = "CARD"
    status: Identifier = "CAPTURED"
    at: datetime | None = None


class BookEvent(_Asked):
    """Any other fact that billing books: the detail of one of its events (events/schemas/)."""

    detail_type: Identifier
    detail: dict[str, Any]


class Control(Serving):
    """Serves within its ``with`` block: the simulators, and what one can have them do."""

    def __init__(self, billing: BillingSimulator, enedis: EnedisSimulator, port: int = 0) -> None:
        self.billing, self.enedis = billing, enedis
        self._actions: Mapping[str, tuple[type[_Asked], Callable[[Any], Mapping[str, object]]]] = {
            "/points": (AddPoint, self.add_point),
            "/limitations": (AddLimitation, self.add_limitation),
            "/payments": (BookPayment, self.book_payment),
            "/events": (BookEvent, self.book_event),
        }
        super().__init__(serving(self._respond, port))

    def add_point(self, asked: AddPoint) -> Mapping[str, object]:
        self.enedis.network.add_point(PointSetup(**asked.model_dump()))
        return {"pointId": asked.point_id}

    def add_limitation(self, asked: AddLimitation) -> Mapping[str, object]:
        self.enedis.network.add_point(PointSetup(asked.point_id, contract_id=asked.contract_id))
        names = (asked.limitation_id, asked.contract_id, asked.point_id, asked.customer_id)
        limited = fields_of("PowerLimited", (Customer(*names, float(asked.debt)),), asked.at or datetime.now(UTC), "")
        self._book("PowerLimited", limited | {"debt": str(asked.debt)})
        if asked.business_date is not None:
            self.billing.set_business_date(asked.business_date, asked.contract_id)
        return {"limitationId": asked.limitation_id}

    def book_payment(self, asked: BookPayment) -> Mapping[str, object]:
        payer = (Customer("", asked.contract_id, "", "whoever-paid", float(asked.amount)),)
        paid = fields_of("PaymentReceived", payer, asked.at or datetime.now(UTC), "") | payment_fields(payer, None)
        told = {"paymentId": asked.payment_id, "means": asked.means, "status": asked.status}
        self._book("PaymentReceived", paid | told)
        return {"paymentId": asked.payment_id}

    def book_event(self, asked: BookEvent) -> Mapping[str, object]:
        self._book(asked.detail_type, asked.detail)
        return {"booked": asked.detail_type}

    def journal(self) -> Mapping[str, object]:
        """What both were asked, oldest first, and the orders that Enedis accepted."""
        enedis = self.enedis.network.journal
        return {
            "billing": _listed(self.billing.journal, ("path", "subject", "status")),
            "enedis": {
                "calls": _listed(enedis.calls(), ("at", "operation", "point_id", "reference", "outcome", "case_id")),
                "orders": _listed(enedis.orders(), ("at", "point_id", "reference", "intent", "case_id")),
            },
        }

    def _book(self, detail_type: str, detail: Mapping[str, object]) -> None:
        if not self.billing.record(entry(detail_type, detail)):
            raise ValueError(f"this is no {detail_type} that billing would send: events/schemas/{detail_type}.json")

    def _respond(self, request: HttpRequest) -> HttpResponse:
        status, content = self._look(request.path) if request.method == "GET" else self._act(request)
        body = json.dumps(content, indent=1, default=datetime.isoformat).encode() + b"\n"
        return HttpResponse(status, (("Content-Type", "application/json"),), body)

    def _look(self, path: str) -> tuple[int, Mapping[str, object]]:
        if path == "/journal":
            return 200, self.journal()
        if path == "/":
            return 200, {"GET": ["/journal"], "POST": {path: asks.__doc__ for path, (asks, _) in self._actions.items()}}
        return 404, {"error": f"GET {path} is nothing here: / lists all"}

    def _act(self, request: HttpRequest) -> tuple[int, Mapping[str, object]]:
        if request.path not in self._actions:
            return 404, {"error": f"POST {request.path} is nothing here: / lists all"}
        content, (asks, do) = body_of(request, "application/json", MOST_BYTES), self._actions[request.path]
        if content is None:
            # A page in a browser could send anything else without asking first.
            return 415, {"error": f"send at most {MOST_BYTES} bytes of application/json"}
        try:
            return 201, do(asks.model_validate_json(content))
        except ValidationError as error:
            return 400, {"error": [f"{_place(one)}: {one['msg']}" for one in error.errors()]}
        except ValueError as error:
            return 400, {"error": str(error)}


def _listed(entries: Sequence[object], names: Sequence[str]) -> list[Mapping[str, object]]:
    return [{to_camel(name): getattr(entry, name) for name in names} for entry in entries]


def _place(error: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in error["loc"]) or "the body"
