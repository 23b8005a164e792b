"""Errors that a person reads instead of a traceback: the text says why, and what to do."""

from record.words import Said


class CaseError(Said):
    """Base of these errors."""


class NothingFound(CaseError):
    """Raised when there is nothing of such a name; says what there is instead, or why."""


class BrokenRecord(CaseError):
    """Raised when a kept decision can't be read; names the item or the line, and why."""
