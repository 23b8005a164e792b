"""The common base and types of the models that cross the wire."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from restoration.clock import to_text

MOST_KVA = 40_000
"""The most that is plausible: larger sites are the transmission grid's (assumed). A power above is a mistake."""


class WireModel(BaseModel):
    """Base of the models: camelCase on the wire, frozen, tolerant of fields that a partner adds later."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore", defer_build=True
    )


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$")]
"""An id of a partner system: it ends up in keys, names and logs, so its characters are bounded."""

Reason = Annotated[str, StringConstraints(max_length=500)]
ExecutionName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
"""The name of an execution of ours; it ends up in keys."""
LimitationId = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
PointId = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]
Moment = Annotated[
    AwareDatetime,
    PlainSerializer(to_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment that we publish, written as it is stored, so that a repeated event has the same content."""


def _read_amount(amount: object) -> object:
    """Take a JSON number, or text with at most two decimals; nothing else that Python would read as a decimal."""
    if isinstance(amount, str) and not _AMOUNT.fullmatch(amount):
        raise ValueError('an amount is a number, or text such as "123.45"')
    return amount


_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)

Euros = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2), BeforeValidator(_read_amount)]
PositiveEuros = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2), BeforeValidator(_read_amount)]
LeftKva = Annotated[Decimal, Field(ge=0, le=MOST_KVA, max_digits=7, decimal_places=2), BeforeValidator(_read_amount)]
"""The power in kVA that a limitation leaves; a cut leaves 0."""
Kva = Annotated[Decimal, Field(gt=0, le=MOST_KVA, max_digits=7, decimal_places=2), BeforeValidator(_read_amount)]
"""A power; one above 36 kVA is read, too, so that the rules can leave its point to an advisor."""
