"""Errors of the commands. Their texts are French, since business reads them."""


class DecisionToolError(Exception):
    """Base of the errors that a command prints instead of a traceback; the text is for the person who typed it."""


class BrokenRecord(DecisionToolError):
    """Raised when a file of kept decisions, or an item of the table, can't be read; names the line and why."""


class BrokenInputs(DecisionToolError):
    """Raised when a CSV of inputs can't be read; names the file, the line and the column."""


class NothingFound(DecisionToolError):
    """Raised when there is no such file, case or decision; says what there is instead."""
