"""Billing's REST API: a contract's debt, payments and protections, and a customer's contact.

Retrying is the state machine's task; a call here is one attempt.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3
from pydantic import BaseModel, ValidationError

from restoration.contracts.billing import BillingSituation
from restoration.contracts.contact import Contact, Verification
from restoration.errors import BillingUnavailable, InvalidConfiguration, InvalidResponse, UnknownContract
from restoration.tracing import http_call

_LARGEST_RESPONSE_BYTES = 1024 * 1024
_POOLED_CONNECTIONS = 4
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BillingClient:
    """Calls billing's API over pooled, kept-alive connections; safe to share between threads.

    Parameters
    ----------
    base_url : str
        For example ``https://billing.example/``. Plain HTTP is accepted on the loopback interface only.
    api_key : str
        Sent as ``x-api-key``.
    connect_timeout, read_timeout : timedelta
        Bounds of one attempt: to connect, and between two pieces of the response.
    is_current : callable, optional
        Whether a key that billing refuses is ours still. Where it was changed, the next client has the new one.

    Raises
    ------
    InvalidConfiguration
        When the URL, the key or a timeout is unusable.

    Examples
    --------
    >>> client = BillingClient("https://billing.example", "key", connect_timeout=timedelta(seconds=1),
    ...                        read_timeout=timedelta(seconds=5))
    >>> client.situation("CTR-1", "LIM-1").limitation_debt
    Decimal('123.45')
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        connect_timeout: timedelta,
        read_timeout: timedelta,
        is_current: Callable[[], bool] = lambda: True,
    ) -> None:
        address = urlsplit(base_url)
        if address.scheme not in {"https", "http"} or not address.hostname or address.query or address.fragment:
            raise InvalidConfiguration(f"billing's URL is an https:// address without a query; it is {base_url!r}")
        if address.scheme == "http" and address.hostname not in _LOOPBACK:
            raise InvalidConfiguration(f"billing's URL must be https beyond this machine; it is {base_url!r}")
        if not api_key or not api_key.isascii() or not api_key.isprintable() or api_key != api_key.strip():
            raise InvalidConfiguration("billing's API key is empty, or not printable ASCII without blanks around it")
        if connect_timeout <= timedelta() or read_timeout <= timedelta():
            raise InvalidConfiguration("billing's connect and read timeouts must be longer than zero")
        self._base_url = base_url.rstrip("/")
        self._is_current = is_current
        self._pool = urllib3.PoolManager(
            maxsize=_POOLED_CONNECTIONS,
            headers={"x-api-key": api_key, "accept": "application/json, application/problem+json"},
            timeout=urllib3.Timeout(connect=connect_timeout.total_seconds(), read=read_timeout.total_seconds()),
        )

    def situation(self, contract_id: str, limitation_id: str) -> BillingSituation:
        """Ask billing about a limitation.

        Raises
        ------
        UnknownContract
            When billing knows no such contract, or no such limitation of it.
        BillingUnavailable
            When billing cannot be reached, is too slow, or returns 408, 425, 429 or 5xx.
        InvalidResponse
            When the response breaks the contract; names the field and its value, but for a protection's, which may be
            about the customer's health.
        InvalidConfiguration
            When billing refuses our present API key, or has moved.
        """
        what = f"limitation {limitation_id} of contract {contract_id}"
        path = f"/v1/contracts/{quote(contract_id, safe='')}/situation"
        body = self._ask("situation", "GET", path, what, fields={"limitationId": limitation_id})
        situation = _validated(BillingSituation, body, what, show_values=True)
        if situation.contract_id != contract_id:
            raise InvalidResponse(f"billing's response on {what} is about another contract: {situation.contract_id!r}")
        return situation

    def contact(self, customer_id: str) -> Contact:
        """Ask billing for a customer's contact.

        Raises
        ------
        UnknownContract, BillingUnavailable, InvalidResponse, InvalidConfiguration
            As for :meth:`situation`; their texts name fields, never an address or a number.
        """
        what = f"the contact of customer {customer_id}"
        body = self._ask("contact", "GET", f"/v1/customers/{quote(customer_id, safe='')}/contact", what, fields={})
        contact = _validated(Contact, body, what, show_values=False)
        if contact.customer_id != customer_id:
            raise InvalidResponse(f"billing's response on {what} is about another customer: {contact.customer_id!r}")
        return contact

    def knows(self, customer_id: str, number_end: str, postcode: str) -> bool:
        """Ask billing whether a customer's number ends so, and whether they live there. It is stored nowhere.

        Raises
        ------
        UnknownContract, BillingUnavailable, InvalidResponse, InvalidConfiguration
            As for :meth:`situation`; their texts hold neither.
        """
        what = f"who customer {customer_id} is"
        path = f"/v1/customers/{quote(customer_id, safe='')}/verification"
        body = self._ask("verify", "POST", path, what, json={"numberEnd": number_end, "postcode": postcode})
        return _validated(Verification, body, what, show_values=False).matches

    def _ask(self, operation: str, method: str, path: str, what: str, **sent: Any) -> bytes:
        sent |= {"retries": False, "redirect": False, "preload_content": False}
        with http_call("billing", operation, method, self._base_url) as note_status:
            try:
                response = self._pool.request(method, f"{self._base_url}{path}", **sent)
                body = response.read(_LARGEST_RESPONSE_BYTES + 1)
            except urllib3.exceptions.HTTPError as problem:
                why = type(problem).__name__
                raise BillingUnavailable(f"billing could not be asked for {what}: {why}") from problem
            note_status(response.status)
            whole = len(body) <= _LARGEST_RESPONSE_BYTES
            if whole:
                response.release_conn()
            else:
                response.close()  # the unread rest would be taken for the next response on this connection
            if response.status in {401, 403} and not self._is_current():
                refused = f"billing refused the API key ({response.status}) on {what}"
                raise BillingUnavailable(f"{refused}: there is a newer one")
            _check_status(response, what)
            if not whole:
                raise InvalidResponse(f"billing's response on {what} is larger than {_LARGEST_RESPONSE_BYTES} bytes")
        return body


def _check_status(response: urllib3.BaseHTTPResponse, what: str) -> None:
    match response.status:
        case 200:
            return
        case 401 | 403:
            raise InvalidConfiguration(
                f"billing refused the API key ({response.status}) on {what}: check the key in Secrets Manager"
            )
        case status if 300 <= status < 400:  # noqa: PLR2004  redirections are not followed: the key would travel along
            raise InvalidConfiguration(
                f"billing has moved ({status} to {response.headers.get('location')!r}): check billing's URL"
            )
        case 404:
            raise UnknownContract(f"billing does not know {what}")
        case 408 | 425 | 429 as status:
            wait = response.headers.get("retry-after", "no delay given")
            raise BillingUnavailable(f"billing returned {status} on {what} (Retry-After: {wait})")
        case status if status >= 500:  # noqa: PLR2004  server errors
            raise BillingUnavailable(f"billing returned {status} on {what}")
        case status:
            raise InvalidResponse(f"billing returned {status} on {what}, which the contract does not foresee")


def _validated[Model: BaseModel](model: type[Model], body: bytes, what: str, *, show_values: bool) -> Model:
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as problem:
        faults = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'the body'}: {error['msg']}"
            + (f", got {error['input']!r:.80}" if show_values and error["loc"][:1] != ("protections",) else "")
            for error in problem.errors()
        )
        # The cause is not chained: its text holds the values, which may be personal.
        raise InvalidResponse(f"billing's response on {what} breaks the contract: {faults}") from None
