"""What can go wrong on demand: by rule, and until a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Operation(StrEnum):
    """What a caller asks for."""

    READ = "READ"
    ORDER = "ORDER"
    CANCEL = "CANCEL"
    VISIT = "VISIT"


class FaultKind(StrEnum):
    """How the counterpart misbehaves."""

    # Before anybody knows what is asked for: nothing can have been accepted.
    CONNECTION_REFUSED = "CONNECTION_REFUSED"
    TLS_ERROR = "TLS_ERROR"
    HANDSHAKE_TIMEOUT = "HANDSHAKE_TIMEOUT"
    # The request is read, and the response is not what it should be.
    TIMEOUT_BEFORE = "TIMEOUT_BEFORE"
    TIMEOUT_AFTER = "TIMEOUT_AFTER"
    CLOSED_BEFORE = "CLOSED_BEFORE"
    CLOSED_AFTER = "CLOSED_AFTER"
    HTTP_500 = "HTTP_500"
    HTTP_502 = "HTTP_502"
    HTTP_503 = "HTTP_503"
    SOAP_FAULT = "SOAP_FAULT"
    HTML_PAGE = "HTML_PAGE"
    EMPTY = "EMPTY"
    TRUNCATED = "TRUNCATED"
    OVERSIZED = "OVERSIZED"
    CUT_SHORT = "CUT_SHORT"  # the connection ends in the middle of the response
    TRICKLE = "TRICKLE"  # the response comes byte by byte
    # The response is proper, the behaviour is not.
    RESULT_CODE = "RESULT_CODE"
    SLOW = "SLOW"
    LATE_VISIBILITY = "LATE_VISIBILITY"
    DUPLICATE_ACCEPTANCE = "DUPLICATE_ACCEPTANCE"
    POINT_CHANGED = "POINT_CHANGED"


CONNECTION_FAULTS = frozenset({FaultKind.CONNECTION_REFUSED, FaultKind.TLS_ERROR, FaultKind.HANDSHAKE_TIMEOUT})
PROPER_RESPONSES = frozenset(
    {
        FaultKind.RESULT_CODE,
        FaultKind.SLOW,
        FaultKind.LATE_VISIBILITY,
        FaultKind.DUPLICATE_ACCEPTANCE,
        FaultKind.POINT_CHANGED,
    }
)
ACCEPTED = frozenset(
    {
        FaultKind.TIMEOUT_AFTER,
        FaultKind.CLOSED_AFTER,
        FaultKind.TRUNCATED,
        FaultKind.CUT_SHORT,
        FaultKind.TRICKLE,
    }
)
"""The call is carried out although its response goes wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule.

    Parameters
    ----------
    kind
        What happens.
    operation, point_id
        Which calls it strikes; None means all. A connection fault cannot look inside a call that is never read, and
        takes neither.
    count
        It strikes so many times; None means for ever.
    code, label
        For RESULT_CODE.
    delay
        For SLOW: how late the response comes. For LATE_VISIBILITY: how long reads do not show the accepted case.
    change
        For POINT_CHANGED: fields of the point and their new values, set before the call is carried out.
    ends_at
        It strikes until then.
    """

    kind: FaultKind
    operation: Operation | None = None
    point_id: str | None = None
    count: int | None = 1
    code: str = "SGT500"
    label: str = "Erreur technique"
    delay: timedelta = timedelta(seconds=1)
    change: Mapping[str, object] = field(default_factory=dict)
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.is_of_connection and (self.operation or self.point_id):
            raise ValueError(f"{self.kind} strikes before the request is read: it takes no operation and no point.")

    @property
    def is_of_connection(self) -> bool:
        """Whether it strikes before anybody knows what is asked for."""
        return self.kind in CONNECTION_FAULTS
