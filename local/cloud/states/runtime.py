"""What the patched interpreter needs to know of the cloud that runs it: one cloud at a time in a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.cloud.errors import CloudError
from local.cloud.states.strikes import Strikes

if TYPE_CHECKING:
    from local.cloud.activity import Activity
    from local.cloud.backends.clients import Clients
    from local.cloud.rights.rights import Rights
    from local.cloud.states.executions import Executions


@dataclass
class InterpreterRuntime:
    """Where calls go, by whose rights, whom to tell, what is recorded, how fast retries come, what is struck."""

    clients: Clients
    rights: Rights
    activity: Activity
    executions: Executions
    pace: float
    strikes: Strikes = field(default_factory=Strikes)


_current: list[InterpreterRuntime] = []


def set_runtime(runtime: InterpreterRuntime | None) -> None:
    """Say which cloud runs now, or that none does."""
    _current[:] = [] if runtime is None else [runtime]


def current_runtime() -> InterpreterRuntime:
    """Give the running cloud's.

    Raises
    ------
    CloudError
        When none runs: an execution outlived its cloud.
    """
    if not _current:
        raise CloudError("no embedded cloud is running")
    return _current[0]


def current_clients() -> Clients:
    """Give the running cloud's clients."""
    return current_runtime().clients
