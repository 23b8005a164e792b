"""The ports of the use cases in a course: each act through them is an effect of their call."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from restoration.contracts.business_event import BusinessEvent
from restoration.domain.limitation import LimitedPoint
from tests.explore.calls import Call

if TYPE_CHECKING:
    from tests.explore.world import World


@dataclass(frozen=True)
class Knows:
    """The knowledge of the execution behind a call at the moment of the call."""

    execution: str
    since: int
    looked: int = 0
    supplied: int = 0
    """When its last read of the point showed power; zero where it did not."""
    covered: bool = False
    advisor_decision: str = ""


@dataclass(eq=False)
class QueuedRecord:
    """An order on its queue, or an event on its way to us."""

    name: str
    run: Callable[["World", Call], Any]
    visible_at: datetime
    payments: tuple[str, ...] = ()
    """The events of which intake takes several at once."""


@dataclass(frozen=True)
class Publisher:
    """The bus, as a use case acts through it: each event is an effect, so that some may be lost."""

    world: "World"
    call: Call

    def publish(self, events: Sequence[BusinessEvent]) -> None:
        for event in events:
            detail = event.model_dump(mode="json", by_alias=True)
            self.call.perform(lambda: self.world.publish(event.detail_type(), detail))  # noqa: B023 - run at once


def clock(world: "World", call: Call) -> Callable[[], datetime]:
    """The clock of a call: repeated runs get the same moments."""
    return lambda: cast("datetime", call.perform(lambda: world.now, counts=False))


def listed(world: "World") -> Iterable[LimitedPoint]:
    """The limitations on their contracts' lists, as the nightly check pages through them."""
    for contract_id in sorted(set(world.contract_of.values())):
        response = world.tables.Table("contracts").get_item(Key={"contractId": contract_id}, ConsistentRead=True)
        for limitation_id, point_id in sorted(response.get("Item", {}).get("limitations", {}).items()):
            yield LimitedPoint(limitation_id, point_id, contract_id)
