"""The core's bus, on which the channels put what people say and ask."""

from typing import TYPE_CHECKING

from channels.contracts.published import SOURCE
from restoration.adapters.eventbridge.event_bus import EventNotPublished
from restoration.contracts.wire import WireModel

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class CoreBus:
    """Puts events with the source ``channels``."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def put(self, detail_type: str, detail: WireModel) -> None:
        """Put one event on the bus.

        Raises
        ------
        EventNotPublished
            The bus refused it; PutEvents itself returns 200, with the error in the entry.
        """
        entry = {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": detail.model_dump_json(by_alias=True, exclude_none=True),
        }
        [result] = self._client.put_events(Entries=[entry])["Entries"]  # type: ignore[list-item]
        if "EventId" not in result:
            raise EventNotPublished(f"{detail_type}: {result.get('ErrorCode')}: {result.get('ErrorMessage')}")
