"""How a story is to end, all of it: what it names has to come, and nothing else may.

Facts are read from what outlives the executions: the register, the messages, what was published. They know neither
states nor times, so that a change of the process which is to change nothing for anybody shows that it does not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.stage import Situation, Stage
from local.stories.model import Limited

DUNNING = {
    "Requested": "DunningHoldRequested",
    "Extended": "DunningHoldExtended",
    "Released": "DunningHoldReleased",
    "Stopped": "DunningStopRequested",
}
"""What billing is told to do with its reminders, and the event that tells it."""

BALANCE = "BalanceDue"
BALANCE_MESSAGES = frozenset({"BALANCE_DUE", "PAYMENT_REJECTED"})
"""A balance waits before it is told. One that something followed may be untrue by then, and is not told."""

OF_OUTCOME = {
    "RESTORED": "PowerRestored",
    "LIMITATION_CANCELLED": "PowerRestored",
    "FLOOR_RAISED": "PowerFloorRaised",
    "REFUSED": "RestorationRefused",
    "LEFT_TO_ADVISOR": "RestorationLeftToAdvisor",
}
"""What is published with an outcome."""
OF_MESSAGE = {"TECHNICIAN_VISIT": "VisitPlanned", "PAYMENT_PENDING": "PaymentPending"}
"""What is published for a message."""

STATUS = {
    "RESTORED": "CLOSED",
    "ALREADY_RESTORED": "CLOSED",
    "LIMITATION_CANCELLED": "CLOSED",
    "FLOOR_RAISED": "FLOOR_RAISED",
    "CANCELLED_BY_BILLING": "CANCELLED",
    "CONTRACT_ENDED": "ENDED",
}
"""The limitation's status in the register after an outcome; LIMITED after any other."""
LISTED = frozenset({"LIMITED", "FLOOR_RAISED"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What came of one limited customer."""

    messages: Counter[str]
    published: Sequence[tuple[str, Mapping[str, Any]]]
    """Type and detail of each event about the limitation, in order."""
    item: Mapping[str, Any]
    is_listed: bool

    @property
    def dunning(self) -> tuple[str, ...]:
        words = {event: word for word, event in DUNNING.items()}
        return tuple(words[kind] for kind, _ in self.published if kind in words)

    @property
    def balances(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(detail["balance"]) for kind, detail in self.published if kind == BALANCE)

    @property
    def events(self) -> Counter[str]:
        kinds = Counter(kind for kind, _ in self.published)
        return Counter({kind: times for kind, times in kinds.items() if kind not in {BALANCE, *DUNNING.values()}})


def events_of(limited: Limited) -> Counter[str]:
    """The events that a story expects: those that it names, and those that follow from outcomes, orders, messages."""
    attempts = max((int(order.partition("/")[2]) for order in limited.orders), default=0)
    expected = Counter(limited.events)
    expected.update(OF_OUTCOME[it] for it in limited.outcomes if it in OF_OUTCOME)
    expected.update(OF_MESSAGE[it] for it in limited.messages if it in OF_MESSAGE)
    expected.update({"RestorationOrdered": len(limited.orders), "LimitationBeingLifted": attempts})
    return +expected


def differences(facts: Facts, limited: Limited) -> Iterator[str]:
    """What differs from how the story is to end, in words: what was expected, what was found."""
    yield from _counted("message", _without_passing(facts.messages, limited), Counter(limited.messages))
    yield from _counted("event", facts.events, events_of(limited))
    status = limited.status or STATUS.get(limited.outcome, "LIMITED")
    floor = str(limited.power_kva)
    pairs = (
        ("reminders", ", ".join(facts.dunning), ", ".join(limited.dunning)),
        (
            "balances",
            ", ".join(f"{it:.2f}" for it in facts.balances),
            ", ".join(f"{it:.2f}" for it in limited.balances),
        ),
        ("status", facts.item.get("status", ""), status),
        ("outcome", facts.item.get("outcome", ""), limited.outcome),
        ("limited power in kVA", facts.item.get("limitedPowerKva", ""), floor),
        ("is listed on its contract", _said(facts.is_listed), _said(status in LISTED)),
    )
    yield from (
        f"{name}: expected {wanted or 'nothing'}, found {found or 'nothing'}"
        for name, found, wanted in pairs
        if found != wanted
    )
    yield from idle(facts)


def idle(facts: Facts) -> Iterator[str]:
    """What is never left behind, whatever the end."""
    yield from (f"{name}: expected no, found yes" for name in ("holder", "openOrder") if name in facts.item)
    contents: dict[str, Mapping[str, Any]] = {}
    for kind, detail in facts.published:
        if "id" in detail and contents.setdefault(detail["id"], detail) != detail:
            yield f"event {kind}: {detail['id']} has two contents; a reader takes them for one"


def silent(facts: Facts) -> Iterator[str]:
    """What differs from the end of any story in shadow: nobody hears anything, and nothing is ordered."""
    yield from _counted("message", facts.messages, Counter())
    yield from _counted("event", Counter(kind for kind, _ in facts.published), Counter())
    yield from idle(facts)


def _without_passing(messages: Counter[str], limited: Limited) -> Counter[str]:
    """The messages without those that the moment decides: a balance that something followed is told or not."""
    named = Counter(kind for kind in limited.messages if kind in BALANCE_MESSAGES)
    told = sum(messages[kind] for kind in BALANCE_MESSAGES)
    kept = Counter({kind: times for kind, times in messages.items() if kind not in limited.passing or times > 1})
    if named <= messages and told <= len(limited.balances):
        kept = Counter({kind: times for kind, times in kept.items() if kind not in BALANCE_MESSAGES}) + named
    return kept


def _counted(what: str, found: Counter[str], expected: Counter[str]) -> Iterator[str]:
    for name in sorted({*found, *expected}):
        if found[name] != expected[name]:
            yield f"{what} {name}: expected {expected[name]}, found {found[name]}"


def _said(value: bool) -> str:  # noqa: FBT001 - the value is the argument
    return "yes" if value else "no"


class FactFinder:
    """Finds the facts of limitations on a stage, once all is over."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._messages: dict[str, Counter[str]] = {}
        for item in stage.items("MessagesTable", "sentAt"):
            limitation_id, kind, *_ = str(item["messageId"]).split("#")
            self._messages.setdefault(limitation_id, Counter())[kind] += 1
        self._published: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        for event in stage.watch.published():
            about = str(event["detail"].get("limitationId"))
            self._published.setdefault(about, []).append((event["detail-type"], event["detail"]))
        self._listed = {name for item in stage.items("LimitedContractsTable") for name in item["limitations"]}

    def of(self, limitation_id: str) -> Facts:
        """What came of a limitation."""
        situation: Situation = self._stage.watch.of(limitation_id)
        return Facts(
            self._messages.get(limitation_id, Counter()),
            self._published.get(limitation_id, ()),
            situation.item,
            limitation_id in self._listed,
        )


def told(story: str, customers: int, problems: Iterable[tuple[int, str]]) -> list[str]:
    """Each difference with its story, and with its customer where a story has several."""
    return [
        f"story {story}: {problem}" if customers == 1 else f"story {story}, customer {number + 1}: {problem}"
        for number, problem in problems
    ]
