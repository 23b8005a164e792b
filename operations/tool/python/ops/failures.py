"""Errors that a command prints instead of a traceback."""

from record.cases.failures import CaseError


class OpsError(CaseError):
    """Raised when a command can't do what was asked; the text says why, and what to do. Exit code 1."""


class WrongRequest(OpsError):
    """Raised when what was typed makes no sense together. Exit code 2."""

    exit_code = 2
