"""The form that all business events have that leave us: who sends them, and how a repeat is recognised.

Each detail carries

- ``id``, made of limitation, generation, type and key, never random: an event that is repeated (by a retry, a redrive)
  is recognised by it as the same event;
- ``generation``, of the claim on whose behalf it was published: a consumer ignores an event of an older generation than
  the newest it has seen for the limitation.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import ConfigDict, Field

from restoration.clock import to_text
from restoration.contracts.wire import Identifier, LimitationId, WireModel

SOURCE = "restoration"


class BusinessEvent(WireModel):
    """The detail of an event that we publish; the class's name is its detail type.

    Parameters
    ----------
    id
        ``<limitation>:<generation>:<type>:<key>``; an event that is sent again has the same. The notice to the social
        services is of no claim, and has the day of the reduction in place of the generation.
    generation
        The generation of the claim that published it.
    """

    model_config = ConfigDict(defer_build=True, json_schema_serialization_defaults_required=True)
    """Each function publishes a few of the events; the others' validators need not be built at its start."""

    keyed_by: ClassVar[tuple[str, ...]] = ()
    """The fields that distinguish two events of this type and generation; empty where there is at most one."""

    id: str
    limitation_id: LimitationId
    contract_id: Identifier
    generation: Annotated[int, Field(ge=0)]

    @classmethod
    def of(cls, limitation_id: str, generation: int, contract_id: str, /, **content: Any) -> Self:
        """An event with its id, by its content."""
        key = "/".join(_key_text(content[name]) for name in cls.keyed_by)
        return cls(
            id=event_id(limitation_id, generation, cls.detail_type(), key),
            limitation_id=limitation_id,
            contract_id=contract_id,
            generation=generation,
            **content,
        )

    @classmethod
    def detail_type(cls) -> str:
        return cls.__name__


def _key_text(value: Any) -> str:
    """The text of a value in an id: one value has one text, however it was read."""
    match value:
        case datetime():
            return to_text(value)
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


def event_id(limitation_id: str, generation: int | date, detail_type: str, key: str = "") -> str:
    """The id of an event; the state machine builds the same text."""
    return f"{limitation_id}:{generation}:{detail_type}:{key}"
