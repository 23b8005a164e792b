"""Global secondary indexes as they may be on AWS: a query of one misses the last writes.

They follow their table within a fraction of a second, as a rule:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from embedded_cloud.clock import Clock


class Before(NamedTuple):
    """An item as it was before a write; None where there was none."""

    at: dt.datetime
    table: Any
    key: tuple[Any, Any]
    item: Any


class LateIndexes:
    """Remembers what was overwritten, as long as an index does not show what took its place."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lag = dt.timedelta(0)
        self._before: list[Before] = []

    @contextmanager
    def by(self, lag: dt.timedelta) -> Iterator[None]:
        """Let each query of an index miss the writes of the last while, by the cloud's clock, until the block ends."""
        self._lag = lag
        try:
            yield
        finally:
            self._lag = dt.timedelta(0)
            self._before.clear()

    @property
    def are_late(self) -> bool:
        """Whether they are so now."""
        return bool(self._lag)

    def note(self, about_to_change: Iterable[tuple[Any, Any, Any, Any]]) -> None:
        """Keep items before they are written: table, key and item of each."""
        now = self._clock.now()
        self._before = [each for each in self._before if each.at > now - self._lag]
        self._before += [
            Before(now, table, (hash_key, range_key), item) for table, hash_key, range_key, item in about_to_change
        ]

    def seen(self, table: Any, items: list[Any]) -> list[Any]:
        """Give what an index of a table shows instead of its items."""
        since = self._clock.now() - self._lag
        shown: dict[tuple[Any, Any], Any] = {(item.hash_key, item.range_key): item for item in items}
        for before in reversed(self._before):
            if before.table is table and before.at > since:
                shown[before.key] = before.item
        return [item for item in shown.values() if item is not None]
