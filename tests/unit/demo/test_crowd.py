"""The crowd of the demo: as many customers as it is said to have, and the same for the same seed."""

import json

from local.demo.crowd import crowd


def test_the_crowd_is_the_same_for_the_same_seed_and_each_pays_for_a_contract_of_their_own() -> None:
    assert list(crowd(50)) == list(crowd(50)) != list(crowd(50, seed=1))
    assert len({json.loads(event["Detail"])["allocations"][0]["contractId"] for event in crowd(960)}) == 960
