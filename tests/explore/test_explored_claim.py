"""No course of events breaks a promise of the claim: hypothesis looks for one, in the machine's own file.

Executions go on one effect at a time, in any mix; they die, are redriven, are taken over; responses are lost and calls
outlive their tasks; messages are delivered twice; payments, advisors, billing and Enedis do what they do. And with each
of the claim's guards taken out, the same search finds what that guard is for.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from tests.explore.guards import GUARDS
from tests.explore.hunting import hunt
from tests.explore.machine import machine
from tests.explore.search import Search, play
from tests.explore.tables import Item, MemoryTables

SEED, COURSES = 1, 200
FOUND = {
    "a doubt outlasts an order that is withdrawn": "896,414,65536,1573120,65537,0,0,0,0,327864,65536,108,0,"
    "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,4194304",
    "and one that is refused": "896,262144,5570816,258,0,952,0,0,0,0,0,0,0,0,0,0,0,0,65536,222,0,65536,65666,0,256,0,"
    "4456448,65537,0,0,0,0,0",
    "what is opened again is listed again": "0,65536,0,0,0,0,0,65536,65536,65536,65536,2359296,15,0,0,0,0,215,"
    "65666,5636096,65536,65684,65646,256,0,0,0,0,0,0,74,0,4194526",
}
"""Courses that broke a promise once, of a hundred thousand each."""
SOON = ("claim free", "take-over", "sweep")


HELD = "holder = :holder AND generation = :generation"
WRITES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "save": (("SET #status = :status, contractId",), "#status, lastEventAt, floorRaisedAt as read"),
    "note": (("SET facts.#fact",), "attribute_exists(#status) AND attribute_not_exists(facts.#fact)"),
    "take": (("SET holder",), "#status, openOrder, orderOrdinal, generation, holder as read"),
    "wait": (("SET waitingToken",), f"{HELD} AND triggerCount = :seen AND no later wait"),
    "open_order": (("SET openOrder",), f"{HELD} AND #status, openOrder, orderOrdinal as read"),
    "end_order": (
        ("REMOVE openOrder", "SET #status = :status, limitedPowerKva = :floor"),
        f"{HELD} AND #status, openOrder, orderOrdinal as read",
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
    r"attribute_not_exists\((#status|holder|generation|openOrder[.#\w]+|orderOrdinal|floorRaisedAt)\)": r"\1 as read",
    r"(\S+) = :known\w*": r"\1 as read",
    r"openOrder\.#reference": "openOrder",
    r" as read AND (?=[^()]* as read)": ", ",
    r"\(attribute_not_exists\(waitingSince\) OR waitingSince <= :since\)": "no later wait",
    r"holder = :me AND generation": "holder = :holder AND generation",
    r" AND \(attribute_not_exists\(advisorWord\) OR advisorWord.#at < :at\)( AND question.#number = :question)?": "",
    r"^#status as read$": "#status, lastEventAt, floorRaisedAt as read",
}


def test_no_course_of_events_breaks_a_promise_and_a_limitation_is_written_in_nine_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
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
    search = Search(COURSES, SEED)
    search.run()
    entered = {name for kind, name in search.met if kind == "states"}
    assert entered == set(machine().states), "some state was never entered"
    assert found == {name: {condition} for name, (_, condition) in WRITES.items()}


@pytest.mark.parametrize("why", FOUND)
def test_course_that_broke_a_promise_once_keeps_all(why: str) -> None:
    play([int(number) for number in FOUND[why].split(",")])


@pytest.mark.parametrize("name", SOON)
def test_the_search_finds_what_a_guard_is_for(name: str) -> None:
    """So the search above would find it, too, were it missing; ``make explore GUARDS=1`` takes out all of them."""
    assert hunt(name, "0", COURSES)


def test_each_guard_takes_out_something_that_is_there() -> None:
    for guard in GUARDS.values():
        with guard.taken_out():
            pass
