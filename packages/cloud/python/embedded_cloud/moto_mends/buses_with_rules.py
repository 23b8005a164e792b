"""An event bus is deleted with all its rules. AWS refuses that while it has some.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delete-event-bus.html
"""

from typing import Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend

from embedded_cloud.patching import around


def _delete_event_bus(original: Any, backend: Any, name: str) -> None:
    if name in backend.event_buses and backend.event_buses[name].rules:
        raise ValidationException("EventBus can't be deleted since it has rules.")
    original(backend, name)


MENDS = ((EventsBackend, "delete_event_bus", around(_delete_event_bus)),)
