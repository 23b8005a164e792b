"""X-Ray trace headers: they are made where a request enters the cloud, and each call made for it hands them on."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CURRENT: ContextVar[str | None] = ContextVar("trace_header", default=None)


def new_trace_header() -> str:
    """Give a fresh, sampled header: `Root=1-<time>-<random>;Parent=<random>;Sampled=1`."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=1"


def complete_trace_header(header: str | None) -> str:
    """Give a header that has a root, a parent and a sampling decision, keeping what `header` already says."""
    if not header or "Root=" not in header:
        return new_trace_header()
    for name, value in (("Parent", secrets.token_hex(8)), ("Sampled", "1")):
        if f"{name}=" not in header:
            header = f"{header};{name}={value}"
    return header


def current_trace_header() -> str | None:
    """Give the header of what this thread works for, if any."""
    return _CURRENT.get()


@contextmanager
def traced_by(header: str | None) -> Iterator[None]:
    """Make `header` the one that calls from this thread carry."""
    token = _CURRENT.set(header)
    try:
        yield
    finally:
        _CURRENT.reset(token)
