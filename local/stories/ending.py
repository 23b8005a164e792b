"""How a story is to end, all of it: what it names has to come, and nothing else may.

Facts are read from what outlives the executions: the register, the messages, what was published. They know neither
states nor times, so that a change of the process which is to change nothing for anybody shows that it does not.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.stage import Situation, Stage
from local.stories.ends import HEARD
from local.stories.model import Limited
from local.stories.values import DUNNING as REMINDERS
from local.stories.values import MESSAGES, in_french
from record.codes import said_of
from record.words import Language
from restoration.domain.french import comma

DUNNING = {
    "DunningHoldRequested": "Requested",
    "DunningHoldExtended": "Extended",
    "DunningHoldReleased": "Released",
    "DunningStopRequested": "Stopped",
}
"""What billing is told to do with its reminders, by the event that tells it."""

BALANCE = "BalanceDue"
QUESTION = "AdvisorDecisionRequested"
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
REASONS = {
    "RESTORED": {"POWER_IS_ON", "ORDER_FINISHED"},
    "ALREADY_RESTORED": {"POWER_IS_ON", "LIFTED_BY_ENEDIS"},
    "LIMITATION_CANCELLED": {"LIMITATION_CANCELLED", "ORDER_FINISHED"},
    "FLOOR_RAISED": {"FLOOR_REACHED"},
}
"""Why a case may end so, as the register has it; after any other outcome, what the rules said last."""
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
        return tuple(DUNNING[kind] for kind, _ in self.published if kind in DUNNING)

    @property
    def balances(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(detail["balance"]) for kind, detail in self.published if kind == BALANCE)

    @property
    def questions(self) -> tuple[str, ...]:
        reasons = (detail["reason"] for kind, detail in self.published if kind == QUESTION)
        return tuple(reason_in_french(reason) for reason in reasons)

    @property
    def events(self) -> Counter[str]:
        kinds = Counter(kind for kind, _ in self.published)
        return Counter({kind: times for kind, times in kinds.items() if kind not in {BALANCE, QUESTION, *DUNNING}})


def events_of(limited: Limited) -> Counter[str]:
    """The events that a story expects: those that it names, and those that follow from outcomes, orders, messages."""
    attempts = max((int(order.partition("/")[2]) for order in limited.orders), default=0)
    expected = Counter(limited.events)
    expected.update(OF_OUTCOME[it] for it in limited.outcomes if it in OF_OUTCOME)
    expected.update(OF_MESSAGE[it] for it in limited.messages if it in OF_MESSAGE)
    expected.update({"RestorationOrdered": len(limited.orders), "LimitationBeingLifted": attempts})
    return +expected


def differences(facts: Facts, limited: Limited) -> Iterator[str]:
    """What differs from how the story is to end, in the stories' own words: what was expected, what was found."""
    yield from _counted(_message, _without_passing(facts.messages, limited), Counter(limited.messages))
    yield from _counted(_event, facts.events, events_of(limited))
    status = limited.status or STATUS.get(limited.outcome, "LIMITED")
    pairs = (
        ("relances", _reminders(facts.dunning), _reminders(limited.dunning)),
        ("questions", ", puis ".join(facts.questions), ", puis ".join(limited.questions)),
        ("solde", _euros(facts.balances), _euros(limited.balances)),
        ("état de la limitation", facts.item.get("status", ""), status),
        ("issue", facts.item.get("outcome", ""), limited.outcome),
        ("puissance limitée, en kVA", facts.item.get("limitedPowerKva", ""), str(limited.power_kva)),
        ("inscrite à son contrat", _said(facts.is_listed), _said(status in LISTED)),
    )
    yield from (
        f"{name} : attendu {it or 'rien'}, obtenu {found or 'rien'}" for name, found, it in pairs if found != it
    )
    reason, known = facts.item.get("outcomeReason", ""), REASONS.get(limited.outcome)
    if known and reason not in known:
        yield f"motif de l'issue : attendu {' ou '.join(map(reason_in_french, sorted(known)))}, obtenu {reason}"
    yield from idle(facts)


def idle(facts: Facts) -> Iterator[str]:
    """What is never left behind, whatever the end."""
    left = {"holder": "un traitement tient encore la limitation", "openOrder": "un ordre est encore ouvert"}
    yield from (says for name, says in left.items() if name in facts.item)
    contents: dict[str, Mapping[str, Any]] = {}
    for kind, detail in facts.published:
        if "id" in detail and contents.setdefault(detail["id"], detail) != detail:
            yield f"{_event(kind)} : {detail['id']} a deux contenus, qu'un lecteur prend pour un seul"


def silent(facts: Facts) -> Iterator[str]:
    """What differs from the end of any story in shadow: nobody hears anything, and what was decided is recorded."""
    yield from _counted(_message, facts.messages, Counter())
    yield from _counted(_event, Counter(kind for kind, _ in facts.published), Counter())
    reason = facts.item.get("outcomeReason", "")
    if facts.item.get("outcome") == "SHADOW" and ":" not in reason:
        yield f"motif : attendu ce qui aurait été décidé, puis pourquoi, obtenu {reason or 'rien'}"
    yield from idle(facts)


def _message(kind: str) -> str:
    return f"message « {in_french(kind, MESSAGES)} »"


def _event(kind: str) -> str:
    return f"« {in_french(kind, HEARD)} »"


def reason_in_french(reason: str) -> str:
    """The words of a reason; of one at a refusal, ``SGT400:FUNCTIONAL_ERROR_AGAIN``, of what follows from it."""
    return said_of(reason.rpartition(":")[2], Language.FRENCH)


def _reminders(words: Sequence[str]) -> str:
    return ", puis ".join(in_french(word, REMINDERS) for word in words)


def _euros(amounts: Sequence[Decimal]) -> str:
    return ", puis ".join(comma(f"{it:.2f} €") for it in amounts)


def _without_passing(messages: Counter[str], limited: Limited) -> Counter[str]:
    """The messages without those that the moment decides: a balance that something followed is told or not."""
    named = Counter(kind for kind in limited.messages if kind in BALANCE_MESSAGES)
    told = sum(messages[kind] for kind in BALANCE_MESSAGES)
    kept = Counter({kind: times for kind, times in messages.items() if kind not in limited.passing or times > 1})
    if named <= messages and told <= len(limited.balances):
        kept = Counter({kind: times for kind, times in kept.items() if kind not in BALANCE_MESSAGES}) + named
    return kept


def _counted(what: Callable[[str], str], found: Counter[str], expected: Counter[str]) -> Iterator[str]:
    for name in sorted({*found, *expected}):
        if found[name] != expected[name]:
            yield f"{what(name)} : attendu {expected[name]} fois, obtenu {found[name]} fois"


def _said(value: bool) -> str:  # noqa: FBT001 - the value is the argument
    return "oui" if value else "non"


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
            situation.read_item(),
            limitation_id in self._listed,
        )


def told(story: str, customers: int, problems: Iterable[tuple[int, str]]) -> list[str]:
    """Each difference with its story, and with its customer where a story has several."""
    return [
        f"histoire @{story} : {problem}" if customers == 1 else f"histoire @{story} : client {number + 1}, {problem}"
        for number, problem in problems
    ]
