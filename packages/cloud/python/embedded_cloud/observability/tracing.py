"""X-Ray trace headers: they are made where a request enters the cloud, and each call made for it hands them on."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CURRENT: ContextVar[str | None] = ContextVar("trace_header", default=None)


def new_id() -> str:
    """Give an id for a segment or a subsegment."""
    # No secret: the system's random numbers would let another thread go first, several times for each call.
    return f"{random.getrandbits(64):016x}"


def fields_of(header: str | None) -> dict[str, str]:
    """Give what a header says, by its names, such as `Root`."""
    return {name: value for name, _, value in (part.partition("=") for part in (header or "").split(";")) if name}


def header_of(fields: Mapping[str, str]) -> str:
    """Write a header that says this."""
    return ";".join(f"{name}={value}" for name, value in fields.items())


def complete_trace_header(header: str | None = None) -> str:
    """Give a header that has a root, a parent and a sampling decision, keeping what `header` already says."""
    new = {"Root": f"1-{int(time.time()):08x}-{random.getrandbits(96):024x}", "Parent": new_id(), "Sampled": "1"}
    given = fields_of(header)
    return header_of({**new, **given} if "Root" in given else new)


def trace_id_of(header: str) -> str:
    """Give the trace's id in a header."""
    return fields_of(header).get("Root", "")


def parent_of(header: str) -> str | None:
    """Give the id of the segment or subsegment that a header names as the parent."""
    return fields_of(header).get("Parent")


def is_sampled(header: str) -> bool:
    """Whether a header says that its trace is recorded."""
    return fields_of(header).get("Sampled") == "1"


def child_header(header: str, parent: str) -> str:
    """Give the header for calls that a segment or subsegment makes."""
    return header_of({"Root": trace_id_of(header), "Parent": parent, "Sampled": str(int(is_sampled(header)))})


def current_trace_header() -> str | None:
    """Give the header of what this thread works for, if any."""
    return _CURRENT.get()


def trace_from_now_on(header: str) -> None:
    """Make `header` the one that calls from this thread carry until its end."""
    _CURRENT.set(header)


@contextmanager
def traced_by(header: str | None) -> Iterator[None]:
    """Make `header` the one that calls from this thread carry."""
    token = _CURRENT.set(header)
    try:
        yield
    finally:
        _CURRENT.reset(token)
