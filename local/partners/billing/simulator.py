"""The billing simulator: billing's REST API on the loopback interface, fed by the events that billing would send."""

import hashlib
import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from channels.contracts.published import REQUESTS, SOURCE
from embedded_cloud.http_apis.messages import HttpRequest
from local.partners.billing.bookkeeping import Books
from local.partners.billing.dunning import Dunning
from local.partners.billing.faults import Fault, FaultKind
from local.partners.billing.ledger import CustomerContact, situation_of
from local.partners.billing.serving import Answer, BillingServer, problem
from local.serving import Serving
from restoration.clock import paris_date, utc_now
from restoration.contracts.received_details import PaymentDeclaredDetail, SaidDetail

ASKED: Mapping[str, type[SaidDetail]] = {**REQUESTS, "PaymentDeclared": PaymentDeclaredDetail}
"""What people say by the channels that billing hears, by detail type: requests, and payments to be looked for."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request that came in, with the status of its response (0: none was sent)."""

    path: str
    subject: str
    status: int
    fault: FaultKind | None


class BillingSimulator(Serving):
    """Billing, as far as restoring power needs it; all its methods may be called from any thread.

    Parameters
    ----------
    port : int
        Where it listens; 0 takes a free one.

    Examples
    --------
    >>> with BillingSimulator() as billing:
    ...     billing.record({"Source": "billing", "DetailType": "PowerLimited", "Detail": "{…}"})
    ...     billing.inject(FaultKind.UNAVAILABLE, times=2)
    ...     client = BillingClient(billing.url, billing.api_key, connect_timeout=…, read_timeout=…)
    """

    def __init__(self, port: int = 0) -> None:
        self.api_key = secrets.token_urlsafe(24)
        self._lock = threading.RLock()
        self._books = Books()
        self._dunning = Dunning()
        self._contacts: dict[str, CustomerContact] = {}
        self._business_date: date | None = None
        self._faults: list[Fault] = []
        self._journal: list[JournalEntry] = []
        self._asked: list[SaidDetail] = []
        self._http = BillingServer(self._answer, port)
        super().__init__(self._http)

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """The requests so far, oldest first."""
        with self._lock:
            return tuple(self._journal)

    def record(self, entry: Mapping[str, object]) -> bool:
        """Book what an EventBridge entry says; False when it is not billing's or breaks its contract (then ignored)."""
        with self._lock:
            return self._books.record(entry)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take an event from the bus: some of ours steer billing's dunning, and what people ask is kept, once."""
        kind, detail = event["detail-type"], event["detail"]
        with self._lock, suppress(ValidationError):  # billing takes nothing that breaks its contract
            if event["source"] == "restoration":
                self._dunning.hear(kind, detail)
            elif event["source"] == SOURCE and kind in ASKED:
                said = ASKED[kind].model_validate(detail)
                if said not in self._asked:
                    self._asked.append(said)

    def asked(self, limitation_id: str) -> list[SaidDetail]:
        """What people asked of billing on a case, oldest first."""
        with self._lock:
            return [said for said in self._asked if said.limitation_id == limitation_id]

    def night_of_dunning(self, at: datetime) -> list[dict[str, Any]]:
        """Run a night's dunning; returns the details of ``RemindersSuppressed`` that confirm what did not leave."""
        with self._lock:
            return self._dunning.night(at)

    def update_contract(self, contract_id: str, **changes: object) -> None:
        """Change attributes of a :class:`~local.partners.billing.ledger.Contract`, e.g. ``plan_state="BROKEN"``."""
        with self._lock:
            contract = self._books.contract(contract_id)
            for name, value in changes.items():
                setattr(contract, name, value)

    def contact(
        self, customer_id: str, *, email: str | None, mobile: str | None, opt_out: tuple[str, ...] = ()
    ) -> None:
        """Set how a customer is reached; customers that events name have a made-up address and number until then."""
        with self._lock:
            self._contacts[customer_id] = CustomerContact(customer_id, email, mobile, opt_out=opt_out)

    def set_business_date(self, business_date: date, contract_id: str | None = None) -> None:
        """Set the date for which the rules are applied, for one contract or for all without one of their own."""
        with self._lock:
            if contract_id is None:
                self._business_date = business_date
            else:
                self._books.contract(contract_id).business_date = business_date

    def inject(
        self,
        kind: FaultKind,
        *,
        times: int = 1,
        subject: str | None = None,
        changes: Mapping[str, object] | None = None,
    ) -> None:
        """Make the next requests go wrong; see :class:`~local.partners.billing.faults.Fault`."""
        with self._lock:
            self._faults.append(Fault(kind, times, subject, changes or {}))

    def clear_faults(self) -> None:
        """Forget the faults not yet struck."""
        with self._lock:
            self._faults.clear()

    def _answer(self, request: HttpRequest) -> Answer:
        segments = [unquote(part) for part in request.path.split("/") if part]
        subject = "".join(segments[2:3])  # /v1/contracts/{id}
        with self._lock:
            fault = next((it for it in self._faults if it.times > 0 and it.subject in (None, subject)), None)
            if fault is not None:
                fault.times -= 1
            right = partial(self._right_answer, request, segments)
            answer = right() if fault is None else fault.spoil(right)
            self._journal.append(
                JournalEntry(request.path, subject, answer.status, None if fault is None else fault.kind)
            )
            return answer

    def _right_answer(self, request: HttpRequest, segments: Sequence[str]) -> Answer:
        key = request.joined.get("x-api-key")
        if key is None:
            return problem(401, "Unauthorised", "x-api-key is missing")
        if not secrets.compare_digest(key.encode(), self.api_key.encode()):
            return problem(403, "Forbidden", "x-api-key is not valid")
        match (request.method, *segments):
            case ("GET", "v1", "contracts", contract_id, "situation"):
                return self._situation(contract_id, dict(parse_qsl(request.query)).get("limitationId"))
            case ("GET", "v1", "customers", customer_id, "contact"):
                return self._contact(customer_id)
            case ("POST", "v1", "customers", customer_id, "verification"):
                return self._verification(customer_id, request.body)
            case _:
                return problem(404, "Not found", f"{request.path} is no resource of this API")

    def _situation(self, contract_id: str, limitation_id: str | None) -> Answer:
        if not limitation_id:
            return problem(400, "Bad request", "limitationId is missing")
        contract = self._books.contracts.get(contract_id)
        if contract is None or contract.customer_id is None or contract.point_id is None:
            return problem(404, "Unknown contract", f"contract {contract_id} is not known")
        limitation = contract.limitation(limitation_id)
        if limitation is None:
            return problem(404, "Unknown limitation", f"contract {contract_id} has no limitation {limitation_id}")
        business_date = contract.business_date or self._business_date
        if business_date is None:
            business_date = paris_date(contract.last_event_at or utc_now())
        return Answer.of_json(situation_of(contract, limitation, business_date, utc_now()))

    def _contact(self, customer_id: str) -> Answer:
        contact = self._contacts.get(customer_id)
        if contact is None and any(it.customer_id == customer_id for it in self._books.contracts.values()):
            contact = _made_up_contact(customer_id)
        if contact is None:
            return problem(404, "Unknown customer", f"customer {customer_id} is not known")
        return Answer.of_json({to_camel(name): value for name, value in asdict(contact).items()})

    def _verification(self, customer_id: str, body: bytes) -> Answer:
        if all(it.customer_id != customer_id for it in self._books.contracts.values()):
            return problem(404, "Unknown customer", f"customer {customer_id} is not known")
        try:
            said = json.loads(body)
            given = said["numberEnd"], said["postcode"]
        except (ValueError, KeyError, TypeError):
            return problem(400, "Bad request", "numberEnd and postcode are expected")
        return Answer.of_json({"matches": given == known_by(customer_id)})


def known_by(customer_id: str) -> tuple[str, str]:
    """The end of a customer's number and their postcode, made up, and always the same."""
    digest = int(hashlib.sha256(f"known|{customer_id}".encode()).hexdigest(), 16)
    return f"{digest % 10_000:04d}", f"{75_001 + digest % 20}"


def _made_up_contact(customer_id: str) -> CustomerContact:
    """Make up a contact, always the same for a customer; 06 39 98 numbers are kept for fiction by the regulator."""
    digest = hashlib.sha256(customer_id.encode()).hexdigest()
    return CustomerContact(
        customer_id, f"client-{digest[:12]}@example.net", f"+33639980{int(digest[12:20], 16) % 1000:03d}"
    )
