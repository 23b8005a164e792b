"""The register, over tables in memory, and the executions, which keep the rules of the real ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import to_text
from restoration.contracts.received import LIMITATION_EVENTS, parse_event
from restoration.domain.claim import HolderStatus
from restoration.domain.limitation import Limitation, LimitedPoint, Started, Trigger, execution_name
from restoration.domain.switch import Mode, Switch
from restoration.ports import Register
from restoration.use_cases.register_limitations import RegisterDesk
from tests.explore.tables import MemoryTables
from tests.fakes.claims import InMemoryBus, InMemoryClaims
from tests.fakes.samples import NOON, body


@dataclass
class Heard:
    """The facts that were noted, each once: those that the sweep looks at, and those that an execution looks at."""

    facts: dict[tuple[str, str], tuple[LimitedPoint, Trigger]] = field(default_factory=dict)
    crash_on: frozenset[str] = frozenset()

    def note(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        if limited.limitation_id in self.crash_on:
            raise Crash(limited.limitation_id)
        self.facts.setdefault((limited.limitation_id, trigger.fact), (limited, trigger))
        return Started.NOTED

    def hear(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        self.note(limited, trigger)
        return Started.STARTED


class Crash(Exception):
    """Raised where a test has the process die."""


class InMemoryRegister(LimitationRegister):
    """The real register, over tables in memory."""

    def __init__(self) -> None:
        self.tables = MemoryTables({"contracts": "contractId", "limitations": "limitationId"})
        resource: Any = self.tables
        super().__init__(resource, "contracts", "limitations")
        self.lookups: list[tuple[str, ...]] = []

    def open_limitations(self, contract_ids: Iterable[str]) -> list[LimitedPoint]:
        asked = tuple(contract_ids)
        self.lookups.append(asked)
        return super().open_limitations(asked)

    @property
    def limitations(self) -> dict[str, Limitation]:
        return {each: known for each in self.tables.items["limitations"] if (known := self.get(each))}

    @property
    def listed(self) -> dict[str, dict[str, str]]:
        """The open limitations of each contract, with their points."""
        return {each: item["limitations"] for each, item in self.tables.items["contracts"].items()}

    def change(self, limitation_id: str, **changes: Any) -> None:
        """Change a limitation as another execution does."""
        known = self.limitations[limitation_id]
        self.save(replace(known, **changes), known=known)
        if not self.limitations[limitation_id].is_open:
            self.take_off_contract(known)

    def has_closed(self, *limitation_ids: str, at: datetime = NOON) -> None:
        """Let us have closed limitations of CON-1."""
        closed = dict.fromkeys(limitation_ids, to_text(at))
        item = {"contractId": "CON-1", "limitations": {}, "closedLimitations": closed, "lastClosedAt": to_text(at)}
        self.tables.items["contracts"]["CON-1"] = item


@dataclass
class InMemoryExecutions:
    """Starts executions by name; one that exists absorbs its trigger."""

    started: dict[str, tuple[LimitedPoint, Trigger]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    woken: list[tuple[str, str, str]] = field(default_factory=list)
    statuses: dict[str, HolderStatus] = field(default_factory=dict)
    crash_on: frozenset[str] = frozenset()

    def start(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        if limited.limitation_id in self.crash_on:
            raise Crash(limited.limitation_id)
        name = execution_name(limited.limitation_id, trigger.fact)
        if name in self.started:
            return Started.ABSORBED
        self.started[name] = (limited, trigger)
        return Started.STARTED

    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool:
        if token not in self.waiting:
            return False
        self.waiting.discard(token)
        self.woken.append((token, trigger_type, trigger_id))
        return True

    def status_of(self, execution: str) -> HolderStatus:
        return self.statuses.get(execution, HolderStatus.ENDED)


def register_desk(register: Register, facts: Heard | None = None) -> RegisterDesk:
    """A desk whose advisors hear nothing, since no limitation was ever claimed."""
    return RegisterDesk(register, facts or Heard(), InMemoryClaims(), InMemoryBus(), lambda: Switch(Mode.ON, 100))


def register_of(*limited: tuple[str, str]) -> InMemoryRegister:
    """A register with limitations of contracts."""
    register = InMemoryRegister()
    for limitation_id, contract_id in limited:
        text = body("PowerLimited", limitationId=limitation_id, contractId=contract_id)
        event = parse_event(text, LIMITATION_EVENTS, NOON)
        register_desk(register).receive(event, NOON)
    return register
