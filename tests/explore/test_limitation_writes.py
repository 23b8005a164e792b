"""A limitation's item is written in nine ways, each on its own condition, whatever the course of events."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from tests.explore.search import Search
from tests.explore.tables import Item, MemoryTables

HELD = "holder = :holder AND generation = :generation"
WRITES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "save": (("SET #status = :status, contractId",), "#status, lastEventAt, floorRaisedAt as read"),
    "note": (("SET facts.#fact",), "attribute_exists(#status) AND attribute_not_exists(facts.#fact)"),
    "take": (("SET holder",), "#status, openOrder, generation, holder as read"),
    "wait": (("SET waitingToken",), f"{HELD} AND triggerCount = :seen AND no later wait"),
    "open_order": (("SET openOrder",), f"{HELD} AND #status, openOrder as read"),
    "end_order": (
        ("REMOVE openOrder", "SET #status = :status, limitedPowerKva = :floor"),
        f"{HELD} AND #status, openOrder as read",
    ),
    "settle": (("SET settlement = ",), f"{HELD} AND triggerCount = :seen AND #status as read"),
    "mark_published": (
        ("SET settlement.published",),
        "settlement.execution = :me AND settlement.generation = :generation",
    ),
    "mark_looked": (("REMOVE unseenSince", "SET toldSince"), "triggerCount = :seen"),
}
"""By its name in the adapters, or in the state machine: how its update begins, and its condition in short."""
SHORT = {
    r"attribute_not_exists\((#status|holder|generation|openOrder.#reference|floorRaisedAt)\)": r"\1 as read",
    r"(\S+) = :known\w*": r"\1 as read",
    r"openOrder\.#reference": "openOrder",
    r" as read AND (?=[^()]* as read)": ", ",
    r"\(attribute_not_exists\(waitingSince\) OR waitingSince <= :since\)": "no later wait",
    r"holder = :me AND generation": "holder = :holder AND generation",
    r" AND \(attribute_not_exists\(advisorWord\) OR advisorWord.#at < :at\)( AND question.#number = :question)?": "",
    r"^#status as read$": "#status, lastEventAt, floorRaisedAt as read",
}


def test_limitation_is_written_in_nine_ways_each_on_its_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    holds = MemoryTables.holds

    def noted(tables: MemoryTables, write: Mapping[str, Any], item: Item) -> bool:
        if "limitationId" in write.get("Key", {}):
            condition = write["ConditionExpression"]
            for long, short in SHORT.items():
                condition = re.sub(long, short, condition)
            update = write["UpdateExpression"]
            named = (name for name, (begins, _) in WRITES.items() if update.startswith(begins))
            found[next(named, update)].add(condition)
        return holds(tables, write, item)

    monkeypatch.setattr(MemoryTables, "holds", noted)
    Search(150, 1, shrinks=False).run()
    assert found == {name: {condition} for name, (_, condition) in WRITES.items()}
