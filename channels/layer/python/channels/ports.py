"""What the use cases need of others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from channels.domain.act import Act
from channels.domain.attempts import Door
from channels.domain.work import Offer, Work
from record.cases.standing import Standing
from record.domain.failure import Choice
from record.domain.journal import Change
from record.domain.redrive import Manifest
from record.domain.redrive_run import Run
from restoration.contracts.contact import Contact
from restoration.contracts.visits import VisitAsked, VisitReply
from restoration.contracts.wire import WireModel


class Doors(Protocol):
    """Codes and links of cases, and wrong tries."""

    def open_doors(self, limitation_id: str, names: tuple[str, ...], now: datetime) -> None: ...
    def door(self, name: str) -> Door | None: ...
    def count_wrong(self, known: Door, now: datetime) -> bool: ...
    def take_back_wrong(self, known: Door) -> None: ...
    def forget_wrong(self, known: Door) -> None: ...
    def count(self, what: str, now: datetime, lasts: timedelta) -> int: ...
    def counted(self, what: str, now: datetime, lasts: timedelta) -> int: ...


class Kept(Protocol):
    """What is kept for a while under a name."""

    def keep(self, name: str, content: Mapping[str, Any], until: datetime) -> None: ...
    def kept(self, name: str, now: datetime) -> Mapping[str, Any] | None: ...
    def take(self, name: str, now: datetime) -> Mapping[str, Any] | None: ...


class Replies(Protocol):
    """Replies of the API, by the keys of requests."""

    def claim(self, name: str, content: str, now: datetime) -> Mapping[str, Any]: ...
    def reply(self, name: str, reply: str) -> None: ...


class Acts(Protocol):
    """What people did on a case."""

    def note_act(self, limitation_id: str, act: Act) -> bool: ...
    def note_shown(self, limitation_id: str, key: str, shown: Mapping[str, Any]) -> None: ...
    def acts(self, limitation_id: str) -> list[Act]: ...


class WorkList(Protocol):
    """The advisors' list of work."""

    def ask(self, work: Work) -> bool: ...
    def offer(self, work: Work, offer: Offer) -> bool: ...
    def open_work(self) -> list[Work]: ...
    def work_of(self, limitation_id: str) -> list[Work]: ...
    def work(self, limitation_id: str, work_id: str) -> Work | None: ...
    def take_work(self, work: Work, subject: str | None, name: str, now: datetime) -> bool: ...
    def set_aside(self, work: Work, until: datetime | None) -> bool: ...
    def finish(self, limitation_id: str, work_id: str, how: str, now: datetime) -> bool: ...
    def note_decision(self, reason: str, took: timedelta | None, now: datetime) -> None: ...


class Standings(Protocol):
    """Where limitations stand."""

    def read(self, limitation_id: str) -> Standing | None: ...


class Questions(Protocol):
    """The core's register: where a limitation stands by that alone, and what asks advisors something."""

    def registered(self, limitation_id: str) -> Standing | None: ...
    def questions(self) -> Iterator[Mapping[str, Any]]: ...


class Register(Protocol):
    """The register, searched by names."""

    def limitation(self, limitation_id: str) -> dict[str, Any]: ...
    def limitations_by(self, attribute: str, value: str) -> Sequence[str]: ...


class Customers(Protocol):
    """Billing, asked about a customer."""

    def knows(self, customer_id: str, number_end: str, postcode: str) -> bool: ...
    def contact(self, customer_id: str) -> Contact: ...


class RulesUnavailable(Exception):
    """Raised where the core's rules can't be asked, or can't decide."""


class Rules(Protocol):
    """The core's decision tables; each decision is kept there with its case."""

    def value(self, decision: str, limitation_id: str, asked_by: str, inputs: Mapping[str, Any]) -> Any: ...


class Visits(Protocol):
    """Enedis, by way of the core: slots for a technician's visit, one agreed, or the power. It does not raise."""

    def ask(self, asked: VisitAsked) -> VisitReply: ...


class Bus(Protocol):
    """The core's bus."""

    def put(self, detail_type: str, detail: WireModel) -> None: ...


class Runs(Protocol):
    """The machine that freezes failed executions and redrives them."""

    def freeze(self, name: str, choice: Choice, rate: int) -> None: ...
    def run(self, manifest: Manifest, number: int, rate: int) -> str: ...
    def find(self, name: str) -> Run | None: ...


class Journal(Protocol):
    """The journal of operations: an entry before a change, and one after it."""

    def changing(
        self, change: Change, command: str, parameters: Mapping[str, str], clock: Callable[[], datetime]
    ) -> AbstractContextManager[Change]: ...


class Post(Protocol):
    """Sends a one-time code to a contact."""

    def send(self, contact: Contact, code: str) -> None: ...
