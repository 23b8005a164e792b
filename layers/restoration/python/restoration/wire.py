"""What the models of all that comes in over the wire have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel


class WireModel(BaseModel):
    """Base of the models: camelCase on the wire, frozen, tolerant of fields that a partner adds later."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore")


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$")]
"""An id of a partner system: it ends up in keys, names and logs, so its characters are bounded."""
