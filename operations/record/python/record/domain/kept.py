"""Dataclasses that are kept, or passed on, as JSON: names in camelCase, moments as the clock writes them."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, ConfigDict, PlainSerializer, TypeAdapter
from pydantic.alias_generators import to_camel

from restoration.clock import to_text

Moment = Annotated[AwareDatetime, PlainSerializer(to_text, return_type=str, when_used="json")]


class Kept:
    """Base of such a dataclass."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(alias_generator=to_camel)

    def to_json(self) -> dict[str, Any]:
        content: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json", by_alias=True)  # type: ignore[arg-type]
        return content

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            When it is nothing of the kind.
        """
        read: Self = _adapter(cls).validate_python(content)  # type: ignore[arg-type]
        return read


@cache
def _adapter(kept: type) -> TypeAdapter[Any]:
    return TypeAdapter(kept)
