"""In-memory fakes of the register and the executions. They keep the rules of the real ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from restoration.domain.claim import HolderStatus
from restoration.domain.limitation import Limitation, LimitedPoint, Started, Trigger, execution_name


class Conflict(Exception):
    """Raised when a limitation changed between reading and writing it, as the real register does."""


class Crash(Exception):
    """Raised where a test has the process die."""


@dataclass
class InMemoryRegister:
    """Keeps limitations, and apart from them, as the two tables do, the open ones of each contract."""

    limitations: dict[str, Limitation] = field(default_factory=dict)
    listed: dict[str, dict[str, str]] = field(default_factory=dict)
    incidents: list[tuple[str, str]] = field(default_factory=list)
    closed: dict[str, set[str]] = field(default_factory=dict)
    lookups: list[tuple[str, ...]] = field(default_factory=list)
    closed_at: dict[str, datetime] = field(default_factory=dict)
    """When a contract's last limitation was closed."""

    def known_limitations(self, contract_ids: Iterable[str]) -> list[str]:
        known = {each for it in contract_ids for each in {*self.listed.get(it, {}), *self.closed.get(it, ())}}
        return sorted(known)

    def get(self, limitation_id: str) -> Limitation | None:
        return self.limitations.get(limitation_id)

    def open_limitations(self, contract_ids: Iterable[str]) -> list[LimitedPoint]:
        asked = tuple(contract_ids)
        self.lookups.append(asked)
        return [
            LimitedPoint(limitation_id, point_id, contract_id)
            for contract_id in dict.fromkeys(asked)
            for limitation_id, point_id in self.listed.get(contract_id, {}).items()
        ]

    def save(self, limitation: Limitation, *, known: Limitation | None) -> None:
        stored = self.limitations.get(limitation.limitation_id)
        if (stored and (stored.status, stored.last_event_at)) != (known and (known.status, known.last_event_at)):
            raise Conflict(limitation.limitation_id)
        self.limitations[limitation.limitation_id] = limitation
        if limitation.is_open:
            self.listed.setdefault(limitation.contract_id, {})[limitation.limitation_id] = limitation.point_id

    def last_closed_at(self, contract_id: str) -> datetime | None:
        return self.closed_at.get(contract_id)

    def take_off_contract(self, limitation: Limitation) -> None:
        self.listed.get(limitation.contract_id, {}).pop(limitation.limitation_id, None)

    def change(self, limitation_id: str, **changes: Any) -> None:
        """Change a limitation as another execution does."""
        changed = self.limitations[limitation_id] = replace(self.limitations[limitation_id], **changes)
        if not changed.is_open:
            self.take_off_contract(changed)

    def note_on_incident(self, limitation_id: str, trigger_id: str) -> None:
        self.incidents.append((limitation_id, trigger_id))


@dataclass
class InMemoryExecutions:
    """Starts executions by name; one that exists absorbs its trigger, is an incident if it failed, or a conflict."""

    started: dict[str, tuple[LimitedPoint, Trigger]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    trace_headers: list[str | None] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    woken: list[tuple[str, str, str]] = field(default_factory=list)
    statuses: dict[str, HolderStatus] = field(default_factory=dict)
    crash_on: frozenset[str] = frozenset()

    def start(self, limited: LimitedPoint, trigger: Trigger, trace_header: str | None = None) -> Started:
        if limited.limitation_id in self.crash_on:
            raise Crash(limited.limitation_id)
        name = execution_name(limited.limitation_id, trigger)
        self.trace_headers.append(trace_header)
        if name in self.failed:
            return Started.INCIDENT
        if name in self.started:
            known = self.started[name][1].digest
            return Started.CONFLICT if known and trigger.digest and known != trigger.digest else Started.ABSORBED
        self.started[name] = (limited, trigger)
        return Started.STARTED

    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool:
        if token not in self.waiting:
            return False
        self.waiting.discard(token)
        self.woken.append((token, trigger_type, trigger_id))
        return True

    def status_of(self, execution: str) -> HolderStatus:
        return self.statuses[execution]
