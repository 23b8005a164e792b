"""Errors of the commands. Their texts are French, since business reads them."""

from supervision.cases.failures import CaseError


class DecisionToolError(CaseError):
    """Base of the errors that a command prints instead of a traceback; the text is for the person who typed it."""


class BrokenInputs(DecisionToolError):
    """Raised when a CSV of inputs can't be read; names the file, the line and the column."""
