"""The circuit breaker between us and Enedis: Powertools' own, its state shared in DynamoDB.

Powertools counts consecutive failures per worker and shares the state; one worker at a time probes. This module adds
which calls count: a refusal is proof that Enedis works, and a call that was held back proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    CircuitState,
    CircuitTransition,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from restoration.adapters.enedis.soap.outage import OutageRecord
from restoration.errors import (
    EnedisCircuitOpen,
    EnedisOutcomeUnknown,
    EnedisQuotaExhausted,
    EnedisRejected,
    EnedisUnavailable,
    InvalidResponse,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_NAME = "enedis"
"""Key of the item."""


class _HeldBackError(Exception):
    """Carries a call that was never made past the breaker, which learns nothing from it."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A response that Enedis gave, though not the one hoped for."""

    error: EnedisRejected | InvalidResponse


class SharedBreaker:
    """Stops calls while Enedis is down; its state is in DynamoDB.

    Parameters
    ----------
    client
        Bound to the region of the table.
    table
        Its partition key is ``name`` (S); the same table may hold the quota. Time to live: ``expiration``.
    failures
        Consecutive failures of one worker that open it.
    recovery
        How long it stays open before one worker may probe (whole seconds). A single probe that succeeds closes it.
    outages
        Where the beginning of an outage is kept: the breaker's own record moves on with each probe that fails.
    on_transition
        Called at each change of state, for a metric.
    state_cache
        How long a worker may rely on the state that it last read (whole seconds).
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        *,
        failures: int,
        recovery: timedelta,
        outages: OutageRecord,
        on_transition: Callable[[CircuitTransition], None],
        state_cache: timedelta = timedelta(seconds=2),
    ) -> None:
        store = CircuitBreakerDynamoDBPersistence(table_name=table, key_attr="name", boto3_client=client)
        config = CircuitBreakerConfig(
            failure_threshold=failures,
            recovery_timeout=int(recovery.total_seconds()),
            success_threshold=1,
            handled_exceptions=(EnedisUnavailable, EnedisOutcomeUnknown),
            local_cache_max_age=int(state_cache.total_seconds()),
        )
        self._outages = outages
        self._on_transition = on_transition
        self._guard = circuit_breaker(name=_NAME, persistence_store=store, config=config, on_transition=self._note)(
            _response_of
        )

    def call[T](self, work: Callable[[], T]) -> T:
        """Make one call unless the breaker is open, in which case ``EnedisCircuitOpen`` is raised."""
        try:
            response: T | _Refused = self._guard(work)
        except CircuitBreakerOpenError as error:
            since = self._failing_since(error)
            how_long = f" since {since.isoformat()}" if since else ""
            raise EnedisCircuitOpen(
                f"circuit-open: Enedis has been failing{how_long}; nothing was sent.", since
            ) from error
        except _HeldBackError as held_back:
            if isinstance(held_back.__cause__, EnedisQuotaExhausted):
                raise held_back.__cause__ from None
            raise
        if isinstance(response, _Refused):
            raise response.error
        return response

    def _failing_since(self, error: CircuitBreakerOpenError) -> datetime | None:
        if (began_at := self._outages.began_at()) is not None:
            return began_at
        opened_at = error.circuit.opened_at if error.circuit else None
        return None if opened_at is None else datetime.fromtimestamp(opened_at, UTC)

    def _note(self, transition: CircuitTransition) -> None:
        """Keep when the outage began, and that it ended. Powertools logs and swallows the errors of this method."""
        self._on_transition(transition)
        if transition.to_state is CircuitState.OPEN and transition.opened_at is not None:
            self._outages.note(datetime.fromtimestamp(transition.opened_at, UTC))
        elif transition.to_state is CircuitState.CLOSED:
            self._outages.end()


def _response_of[T](work: Callable[[], T]) -> T | _Refused:
    try:
        return work()
    except EnedisQuotaExhausted as error:
        raise _HeldBackError from error
    except (EnedisRejected, InvalidResponse) as error:
        return _Refused(error)
