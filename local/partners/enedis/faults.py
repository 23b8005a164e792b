"""What can go wrong on demand: by rule, by probability, by time window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random


class Operation(StrEnum):
    """What a caller asks for."""

    READ = "READ"
    ORDER = "ORDER"
    CANCEL = "CANCEL"


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
_ACCEPTED = frozenset(
    {
        FaultKind.TIMEOUT_AFTER,
        FaultKind.CLOSED_AFTER,
        FaultKind.TRUNCATED,
        FaultKind.CUT_SHORT,
        FaultKind.TRICKLE,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule.

    Parameters
    ----------
    kind
        What happens.
    operation, point_id
        Which calls it strikes; None means all. A connection fault cannot look inside a call it never reads, so it
        takes neither.
    after
        For connection faults: it strikes from the first call of this operation on ("the connection after the read").
    nth, count
        It begins with the nth call that matches and strikes ``count`` times; None means for ever.
    probability
        The chance that a call that matches is struck; drawn from the network's seeded generator.
    code, label
        For RESULT_CODE.
    delay
        For SLOW: how late the response comes. For LATE_VISIBILITY: how long reads do not show the accepted case.
    change
        For POINT_CHANGED: fields of the point and their new values, set before the call is carried out.
    starts_at, ends_at
        The window in which it strikes.
    """

    kind: FaultKind
    operation: Operation | None = None
    point_id: str | None = None
    after: Operation | None = None
    nth: int = 1
    count: int | None = 1
    probability: float = 1.0
    code: str = "SGT500"
    label: str = "Erreur technique"
    delay: timedelta = timedelta(seconds=1)
    change: Mapping[str, object] = field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind in CONNECTION_FAULTS and (self.operation or self.point_id):
            raise ValueError(
                f"{self.kind} strikes before the request is read: use 'after' instead of operation or point."
            )

    @property
    def carries_out(self) -> bool:
        """Whether the call is carried out although its response goes wrong."""
        return self.kind in _ACCEPTED


@dataclass(slots=True)
class _Rule:
    fault: Fault
    matched: int = 0
    struck: int = 0

    @property
    def spent(self) -> bool:
        return self.fault.count is not None and self.struck >= self.fault.count


class FaultBook:
    """The rules in force, the oldest first. Not thread-safe by itself: the network holds its lock."""

    def __init__(self, seed: int) -> None:
        self._rules: list[_Rule] = []
        # Repeatable chance is wanted here, not secrecy.
        self._random = Random(seed)  # noqa: S311
        self._seen: set[Operation] = set()

    def add(self, fault: Fault) -> None:
        self._rules.append(_Rule(fault))

    def clear_connection_faults(self) -> None:
        """Forget the rules that strike before anybody knows what is asked for."""
        self._rules = [rule for rule in self._rules if rule.fault.kind not in CONNECTION_FAULTS]

    def clear(self) -> None:
        """Forget all rules: the counterpart behaves."""
        self._rules.clear()

    def strike(self, operation: Operation, point_id: str, now: datetime) -> Fault | None:
        """The fault that strikes this call, if any."""
        self._seen.add(operation)
        return self._first(
            [
                rule
                for rule in self._rules
                if rule.fault.kind not in CONNECTION_FAULTS
                and rule.fault.operation in {None, operation}
                and rule.fault.point_id in {None, point_id}
            ],
            now,
        )

    def strike_connection(self, now: datetime) -> Fault | None:
        """The fault that strikes this connection, if any."""
        return self._first(
            [
                rule
                for rule in self._rules
                if rule.fault.kind in CONNECTION_FAULTS and (rule.fault.after is None or rule.fault.after in self._seen)
            ],
            now,
        )

    def _first(self, rules: list[_Rule], now: datetime) -> Fault | None:
        for rule in rules:
            fault = rule.fault
            early = fault.starts_at is not None and now < fault.starts_at
            late = fault.ends_at is not None and now >= fault.ends_at
            if rule.spent or early or late:
                continue
            rule.matched += 1
            if rule.matched >= fault.nth and self._random.random() < fault.probability:
                rule.struck += 1
                return fault
        return None
