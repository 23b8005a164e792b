"""The circuit breaker between us and Enedis: Powertools' own, its state shared in DynamoDB.

Powertools counts consecutive failures per worker and shares the state; one worker at a time probes. What this module
adds is what counts: an answer that refuses is proof that Enedis works, and a call that was held back proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    CircuitTransition,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from restoration.errors import (
    EnedisCircuitOpen,
    EnedisOutcomeUnknown,
    EnedisQuotaExhausted,
    EnedisRejected,
    EnedisUnavailable,
    InvalidAnswer,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class _HeldBackError(Exception):
    """Carries a call that was never made past the breaker, which learns nothing from it."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """An answer that Enedis gave, though not the one hoped for."""

    error: EnedisRejected | InvalidAnswer


class SharedBreaker:
    """A :class:`~restoration.adapters.enedis.pacing.Breaker` with its state in DynamoDB.

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
    on_transition
        Told of each change of state: for a metric ("Enedis unreachable since …").
    state_cache
        How long a worker may go by the state it last read (whole seconds).
    name
        Key of the item.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        *,
        failures: int,
        recovery: timedelta,
        on_transition: Callable[[CircuitTransition], None] | None = None,
        state_cache: timedelta = timedelta(seconds=2),
        name: str = "enedis",
    ) -> None:
        store = CircuitBreakerDynamoDBPersistence(table_name=table, key_attr="name", boto3_client=client)
        config = CircuitBreakerConfig(
            failure_threshold=failures,
            recovery_timeout=int(recovery.total_seconds()),
            success_threshold=1,
            handled_exceptions=(EnedisUnavailable, EnedisOutcomeUnknown),
            local_cache_max_age=int(state_cache.total_seconds()),
        )
        self._guard = circuit_breaker(name=name, persistence_store=store, config=config, on_transition=on_transition)(
            _answer_of
        )

    def call[T](self, work: Callable[[], T]) -> T:
        """Make one call unless the breaker is open, in which case ``EnedisCircuitOpen`` is raised."""
        try:
            answer: T | _Refused = self._guard(work)
        except CircuitBreakerOpenError as error:
            opened_at = error.circuit.opened_at if error.circuit else None
            since = "" if opened_at is None else f" since {datetime.fromtimestamp(opened_at, UTC).isoformat()}"
            raise EnedisCircuitOpen(f"circuit-open: Enedis has been failing{since}; nothing was sent.") from error
        except _HeldBackError as held_back:
            if isinstance(held_back.__cause__, EnedisQuotaExhausted):
                raise held_back.__cause__ from None
            raise
        if isinstance(answer, _Refused):
            raise answer.error
        return answer


def _answer_of[T](work: Callable[[], T]) -> T | _Refused:
    try:
        return work()
    except EnedisQuotaExhausted as error:
        raise _HeldBackError from error
    except (EnedisRejected, InvalidAnswer) as error:
        return _Refused(error)
