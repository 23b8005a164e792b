"""Errors that a command prints instead of a traceback."""


class OpsError(Exception):
    """Raised when a command can't do what was asked; the text says why, and what to do. Exit code 1."""

    exit_code = 1


class WrongRequest(OpsError):
    """Raised when what was typed makes no sense together. Exit code 2."""

    exit_code = 2


class NothingFound(OpsError):
    """Raised when there is no such limitation, contract, point, customer or execution."""
