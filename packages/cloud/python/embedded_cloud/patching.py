"""Replacing a piece of moto while the embedded cloud runs, and putting the original back afterwards."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

replaced = patch.object
"""Replaces an attribute for the length of a block; one that is not there any more is an error: moto has changed."""


type Mend = tuple[Any, str, Callable[[Any], Any]]
"""A class or a module, what is replaced in it, and what makes the replacement of the original."""


def around(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """Give what replaces a method by a function that is called with the original, and then as the method is."""
    return lambda original: lambda *given, **named: function(original, *given, **named)


@contextmanager
def mending(*mends: Mend) -> Iterator[None]:
    """Replace some attributes, in this order, for the length of a block."""
    with ExitStack() as stack:
        for target, name, mend in mends:
            stack.enter_context(replaced(target, name, mend(getattr(target, name))))
        yield
