"""Publishing business events on the bus."""

from collections.abc import Sequence
from itertools import batched
from typing import TYPE_CHECKING

from restoration.contracts.business_event import SOURCE, BusinessEvent
from restoration.errors import RetryableError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

ENTRIES_PER_PUT = 10


class EventNotPublished(RetryableError):
    """Raised when the bus refused an entry: publish again, the events' ids are the same."""


class EventBus:
    """Our bus. An entry that fails makes the call fail: PutEvents itself returns 200, with the error in the entry."""

    def __init__(self, client: "EventBridgeClient", bus: str, source: str = SOURCE) -> None:
        self._client = client
        self._bus = bus
        self._source = source

    def publish(self, events: Sequence[BusinessEvent]) -> None:
        """Put events on the bus, in order.

        Raises
        ------
        EventNotPublished
            When the bus refused one of them; those before it were published.
        """
        for batch in batched(events, ENTRIES_PER_PUT, strict=False):
            self.put([(event.id, event.detail_type(), event.model_dump_json(by_alias=True)) for event in batch])

    def put(self, details: Sequence[tuple[str, str, str]]) -> None:
        """Put at most ten details on the bus, each after its name in errors and its type. Raises EventNotPublished."""
        response = self._client.put_events(
            Entries=[
                {"EventBusName": self._bus, "Source": self._source, "DetailType": kind, "Detail": detail}
                for _, kind, detail in details
            ]
        )
        for (name, _, _), entry in zip(details, response["Entries"], strict=True):
            if "EventId" not in entry:
                raise EventNotPublished(f"{name}: {entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")
