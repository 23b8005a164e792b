"""A run is compared with the oracle in words: which story, what was expected, what came."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from local.demo.oracle import Oracle, Recorded, Value, Varying, compare, read_oracle, renewed
from local.demo.stories import STORIES
from local.demo.stories.in_outage import through_outage
from local.demo.stories.steps import Story

ORACLES = Path(__file__).resolve().parents[2] / "end_to_end" / "oracle"
FACTS: Mapping[str, Value] = {"orders": "R/1", "is held": False, "message POWER_RESTORED": 1}
LATE: Varying = {"oneOf": [0, 1], "why": "late only on a slow machine"}


def played(**changed: Value) -> Recorded:
    return {"card": [{**FACTS, **changed}]}


def test_a_run_that_came_to_the_same_differs_in_nothing() -> None:
    assert compare(played(), played()) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("orders", "R/1, R/2", "orders: expected R/1, found R/1, R/2"),
        ("orders", "", "orders: expected R/1, found nothing"),
        ("is held", True, "is held: expected no, found yes"),
        ("message POWER_RESTORED", 2, "message POWER_RESTORED: expected 1, found 2"),
        ("event PowerRestored", 1, "event PowerRestored: expected 0, found 1"),
    ],
)
def test_story_fact_expected_and_found_are_said(name: str, value: Value, said: str) -> None:
    assert compare(played(**{name: value}), played()) == [f"story card: {said}"]


def test_of_two_customers_it_is_said_which() -> None:
    two = {"two-points": [FACTS, FACTS]}
    assert compare({"two-points": [FACTS, {**FACTS, "orders": ""}]}, two) == [
        "story two-points, customer 2: orders: expected R/1, found nothing"
    ]


def test_a_missing_or_unknown_story_or_customer_is_said() -> None:
    assert compare({}, played()) == ["story card: expected 1 limited customers, found 0"]
    assert compare(played(), {}) == ["story card is not in the oracle"]


def test_what_varies_may_be_any_of_its_values_and_no_other() -> None:
    oracle: Oracle = {"card": [{**FACTS, "event RestorationDelayed": LATE}]}
    assert compare(played(), oracle) == compare(played(**{"event RestorationDelayed": 1}), oracle) == []
    assert compare(played(**{"event RestorationDelayed": 2}), oracle) == [
        "story card: event RestorationDelayed: expected 0 or 1, found 2"
    ]


def test_recorded_anew_a_fact_goes_on_varying_unless_its_value_is_new() -> None:
    oracle: Oracle = {"card": [{**FACTS, "event RestorationDelayed": LATE}]}
    assert renewed(played(), oracle) == oracle
    assert renewed(played(**{"event RestorationDelayed": 2}), oracle) == played(**{"event RestorationDelayed": 2})
    assert renewed(played(orders="R/2"), oracle) == {
        "card": [{**FACTS, "orders": "R/2", "event RestorationDelayed": LATE}]
    }


@pytest.mark.parametrize(("file", "stories"), [("on", STORIES), ("shadow", STORIES), ("outage", through_outage(60))])
def test_the_oracle_knows_every_story_and_says_why_a_fact_varies(file: str, stories: Sequence[Story]) -> None:
    oracle = read_oracle(ORACLES / f"{file}.json")
    customers = Counter(story.name for story in stories for _ in story.limited)
    assert {name: len(cases) for name, cases in oracle.items()} == customers
    varying = [it for cases in oracle.values() for facts in cases for it in facts.values() if isinstance(it, dict)]
    assert all(len(it["oneOf"]) > 1 and it["why"] for it in varying)
