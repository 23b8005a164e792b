"""Values of decisions as people read them."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any


def say(value: Any, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """A value as the tables write it, but for a text's quotes; what it holds by label, and nothing is a dash."""
    match value:
        case None:
            return "—"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case Mapping():
            told = [f"{labels.get(name, name)} : {say(it, labels)}" for name, it in value.items() if it is not None]
            return ", ".join(told) or "—"
        case list():
            return "\n".join(say(item, labels) for item in value) or "—"
        case _:
            return str(value)
