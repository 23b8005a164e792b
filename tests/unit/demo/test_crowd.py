"""The customers and the crowd of the demo: the same in each run, and no contract in common."""

import json

from local.customers import (
    ROLLOUT_PERCENT,
    Numbering,
    rollout_bucket,
)
from local.demo.crowd import crowd
from local.demo.entries import Line
from local.demo.event_outcomes import fact_of
from local.stories.model import DEBT


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
