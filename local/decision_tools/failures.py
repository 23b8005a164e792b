"""What the commands refuse."""


class DecisionToolError(Exception):
    """Base of what a command says instead of a traceback: the message is meant for whoever typed the command."""


class BrokenRecord(DecisionToolError):
    """Raised when a file of kept decisions, or an item of the table, can't be read; names the line and why."""


class BrokenInputs(DecisionToolError):
    """Raised when a CSV of inputs can't be read; names the file, the line and the column."""


class NothingFound(DecisionToolError):
    """Raised when there is no such file, case or decision; says what there is instead."""
