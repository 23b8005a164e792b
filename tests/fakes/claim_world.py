"""The claims, the executions that hold them, the bus and the switch, in memory."""

from dataclasses import dataclass, field, replace
from typing import Any

from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.claimant import Claimant
from restoration.domain.switch import Switch
from restoration.use_cases.claim_limitation import ClaimDesk
from tests.fakes.claims import LATER, ME, ON, OTHER, InMemoryBus, InMemoryClaims
from tests.fakes.register import InMemoryExecutions


@dataclass
class World:
    """The claims, and the executions that hold them."""

    claims: InMemoryClaims
    executions: InMemoryExecutions = field(default_factory=InMemoryExecutions)
    bus: InMemoryBus = field(default_factory=InMemoryBus)
    switch: Switch = ON
    switched: int = 0

    def read_switch(self) -> Switch:
        self.switched += 1
        return self.switch

    def ask(self, asked: Claimant, *, unanswered: bool = False, ended_order: str | None = None) -> dict[str, Any]:
        desk = ClaimDesk(self.claims, self.executions, self.bus, self.read_switch, lambda: LATER)
        return desk.claim("LIM-1", replace(asked, no_decision=unanswered, ended_order=ended_order))

    @property
    def claim(self) -> Claim:
        return self.claims["LIM-1"]


def world_of(*claims: Claim, holder: HolderStatus = HolderStatus.ALIVE, **more: Any) -> World:
    world = World(InMemoryClaims(*claims), **more)
    world.executions.statuses = {ME: holder, OTHER: holder}
    return world
