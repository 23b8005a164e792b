"""The trace of the queued record that is worked on. Apart from :mod:`restoration.tracing`, which starts the tracer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_header: ContextVar[str | None] = ContextVar(__name__, default=None)


def trace_of_record() -> str | None:
    """The X-Ray header of the record, if it came with one."""
    return _header.get()


@contextmanager
def in_trace(header: str | None) -> Iterator[None]:
    """Work on a record that came with this X-Ray header, if any."""
    token = _header.set(header)
    try:
        yield
    finally:
        _header.reset(token)
