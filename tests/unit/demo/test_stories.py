"""The stories are data: each is well-formed, and what it puts on the bus keeps to the events' contracts."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.demo.coverage import read_definition
from local.demo.crowd import bad_events, crowd
from local.demo.entries import Line
from local.demo.event_outcomes import fact_of
from local.demo.stories import STORIES
from local.demo.stories.in_shadow import shadowed
from local.demo.stories.steps import DEBT, AbortHolder, Held, Hold, LetGo, Put, Redrive, Settled, Story, Switch, Waiting
from local.stage.customers import (
    ROLLOUT_PERCENT,
    Numbering,
    entry,
    fields_of,
    moment_of,
    payment_fields,
    rollout_bucket,
)

OUTCOMES = frozenset(
    {
        "ABORTED", "ALREADY_RESTORED", "BALANCE_DUE", "CANCELLED_BY_BILLING", "CONTRACT_ENDED", "FAILED",
        "FLOOR_RAISED", "JOINED", "LEFT_TO_ADVISOR", "LIMITATION_CANCELLED", "NOT_LIMITED",
        "NO_ORDER", "OFF", "REFUSED", "RESTORED", "SHADOW", "SUPERSEDED",
    }
)  # fmt: skip


def named(story: Story) -> str:
    return story.name


def told_events(story: Story) -> Iterator[dict[str, Any]]:
    """The events of a story, as its play would put them."""
    numbering = Numbering()
    customers = tuple(numbering.customer(DEBT) for _ in story.limited)
    for ordinal, put in enumerate(step for step in story.steps if isinstance(step, Put)):
        about = tuple(customers[index] for index in put.customers)
        detail = fields_of(put.detail_type, about, moment_of(story.begins, ordinal), put.key) | dict(put.fields)
        if put.detail_type == "PaymentReceived":
            detail |= payment_fields(about, put.amount)
        yield entry(put.detail_type, detail, put.source)


def test_fifty_four_customers_are_limited() -> None:
    assert sum(len(story.limited) for story in STORIES) == 54


def test_stories_have_names_of_their_own() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES)


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_what_a_story_tells_keeps_to_the_events_contracts(story: Story) -> None:
    for event in told_events(story):
        assert fact_of(Line(1, event)) is not None, event


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_a_story_ends_in_outcomes_that_the_machine_knows(story: Story) -> None:
    for limited in story.limited:
        assert set(limited.outcomes) <= OUTCOMES
        assert all(order[:2] in {"R/", "T/", "F/", "C/"} for order in limited.orders)


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_what_is_held_is_let_go_and_what_is_switched_off_comes_back(story: Story) -> None:
    kinds = [type(step) for step in story.steps]
    assert kinds.count(Hold) == kinds.count(LetGo) == kinds.count(Held)
    switches = [step.mode for step in story.steps if isinstance(step, Switch)]
    assert not switches or (switches[-1] == "on" and story.alone)


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_a_story_in_shadow_is_its_events_alone(story: Story) -> None:
    shadow = shadowed(story)
    puts = [step for step in story.steps if isinstance(step, Put)]
    assert [step for step in shadow.steps if isinstance(step, Put)] == puts
    assert not any(isinstance(step, Hold | AbortHolder | Redrive | Switch | Waiting | Settled) for step in shadow.steps)
    assert all(not limited.orders for limited in shadow.limited)


def test_customers_number_themselves_alike_and_one_may_fall_outside_the_rollout() -> None:
    first, second = Numbering(), Numbering()
    assert [first.customer(DEBT) for _ in range(50)] == [second.customer(DEBT) for _ in range(50)]
    assert rollout_bucket(first.customer(DEBT, in_shadow=True).limitation_id) >= ROLLOUT_PERCENT
    assert rollout_bucket(first.customer(DEBT).limitation_id) < ROLLOUT_PERCENT


def test_the_crowd_is_the_same_for_the_same_seed_and_keeps_to_its_contract() -> None:
    assert list(crowd(50)) == list(crowd(50)) != list(crowd(50, seed=1))
    assert all(fact_of(Line(1, event)) is not None for event in crowd(200))


def test_the_crowd_has_no_contract_in_common_with_the_limited() -> None:
    numbering = Numbering()
    limited = {numbering.customer(DEBT).contract_id for _ in range(200)}
    paying = {json.loads(event["Detail"])["allocations"][0]["contractId"] for event in crowd(960)}
    assert len(paying) == 960
    assert not limited & paying


def test_every_bad_event_breaks_its_contract() -> None:
    assert all(fact_of(Line(1, bad.entry)) is None for bad in bad_events())


def test_stories_wait_for_states_that_the_machine_has() -> None:
    waited = {step.state for story in STORIES for step in story.steps if hasattr(step, "state")}
    assert waited <= set(read_definition())
