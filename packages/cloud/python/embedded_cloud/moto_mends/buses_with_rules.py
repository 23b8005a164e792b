"""An event bus is deleted with all its rules. AWS refuses that while it has some.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delete-event-bus.html
"""

from typing import Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend


def _delete_event_bus(original: Any) -> Any:
    def delete_event_bus(self: Any, name: str) -> None:
        if name in self.event_buses and self.event_buses[name].rules:
            raise ValidationException("EventBus can't be deleted since it has rules.")
        original(self, name)

    return delete_event_bus


MENDS = ((EventsBackend, "delete_event_bus", _delete_event_bus),)
