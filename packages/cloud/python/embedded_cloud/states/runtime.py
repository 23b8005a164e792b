"""What the patched interpreter needs to know of the cloud that runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embedded_cloud.states.strikes import Strikes

if TYPE_CHECKING:
    from embedded_cloud.activity import Activity
    from embedded_cloud.backends.clients import Clients
    from embedded_cloud.rights.rights import Rights
    from embedded_cloud.states.executions import Executions


@dataclass
class InterpreterRuntime:
    """Where calls go, by whose rights, whom to tell, what is recorded, how fast retries come, what is struck."""

    clients: Clients
    rights: Rights
    activity: Activity
    executions: Executions
    pace: float
    strikes: Strikes = field(default_factory=Strikes)
