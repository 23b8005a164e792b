"""Replacing a piece of moto while the embedded cloud runs, and putting the original back afterwards."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replaced(target: Any, name: str, replacement: object) -> Iterator[None]:
    """Replace attribute `name` of `target` for the length of the block.

    Raises
    ------
    AttributeError
        When `target` has no such attribute: moto has changed, and the patch must be looked at again.
    """
    # A property or static method is put back as it was stored, not as it is read.
    original = vars(target)[name] if name in vars(target) else getattr(target, name)
    setattr(target, name, replacement)
    try:
        yield
    finally:
        setattr(target, name, original)


@contextmanager
def added(target: Any, name: str, addition: object) -> Iterator[None]:
    """Give `target` an attribute that it does not have, for the length of the block.

    Raises
    ------
    AttributeError
        When it has one already: moto has learned what is added here.
    """
    if hasattr(target, name):
        raise AttributeError(f"{target} has {name} already; look at what is added here again")
    setattr(target, name, addition)
    try:
        yield
    finally:
        delattr(target, name)


@contextmanager
def replaced_wherever_imported(prefix: str, name: str, original: object, replacement: object) -> Iterator[None]:
    """Replace a function in each loaded module under `prefix` that imported it by name."""
    with ExitStack() as stack:
        for module_name, module in sorted(sys.modules.items()):
            if module_name.startswith(prefix) and getattr(module, name, None) is original:
                stack.enter_context(replaced(module, name, replacement))
        yield
