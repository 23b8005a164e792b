"""What AWS may do at any time, and does here when a test says so: each ends with its `with` block."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embedded_cloud.messaging.queues import Careless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from embedded_cloud.backends.dispatch import Dispatcher
    from embedded_cloud.messaging.queues import Queues


class Trouble:
    """Makes a cloud's services as bad as AWS allows them to be."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        queues: Queues,
        physical_id: Callable[[str], str],
        arn: Callable[[str], str],
    ) -> None:
        self._dispatcher = dispatcher
        self._queues = queues
        self._physical_id = physical_id
        self._arn = arn

    @contextmanager
    def careless_queues(self, *queues: str) -> Iterator[None]:
        """Let queues (logical ids; all without) give the functions that read them every record twice, newest first."""
        names = [self._arn(each).rpartition(":")[2] for each in queues] or list(self._queues.depths())
        self._queues.careless = {name: Careless() for name in names}
        try:
            yield
        finally:
            self._queues.careless = {}

    def late_indexes(self, by: dt.timedelta = dt.timedelta(seconds=1)) -> AbstractContextManager[None]:
        """Let each query of a global secondary index miss the writes of the last while, by the cloud's clock."""
        return self._dispatcher.indexes.by(by)

    def item_in_transaction(self, table: str, key: Mapping[str, str]) -> AbstractContextManager[None]:
        """Let a transaction be under way that writes an item of a table (logical id)."""
        item = {name: {"S": value} for name, value in key.items()}
        return self._dispatcher.transactions.under_way(self._physical_id(table), item)
