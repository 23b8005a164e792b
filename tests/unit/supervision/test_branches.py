"""The figures of "Parcours" add up, and what the picture can't show is not lost; test_ten_thousand recounts them."""

from typing import Any

import pytest

from record.domain.record import Signature
from record.domain.states import STEPS
from record.domain.tally import Count
from supervision.figures.branches import flow_of, pair_of, strangers
from supervision.process import process
from tests.unit.supervision.samples import a_slice
from tests.unit.supervision.synthetic import NOW, synthetic


def test_wait_that_its_time_ended_is_no_error_and_a_retry_and_a_stop_are() -> None:
    states: dict[str, Any] = {
        "state__WaitForEnedis": Count(5, sums={"failures": 5}),
        "state__ReadPoint": Count(5, sums={"failures": 2, "retries": 2}),
        "failure__abc": Count(3),
    }
    found = flow_of([a_slice("FAILED", **states)], {"abc": Signature("abc", "ReadPoint", "Broken", "", NOW, NOW)})
    assert found.errors("WaitForEnedis") == 0
    assert found.errors("ReadPoint") == 2 + 3


def test_stop_whose_signature_is_not_known_is_not_lost() -> None:
    found = flow_of([a_slice("FAILED", failure__abc=Count(3))], {})
    assert found.stops == {"": 3}
    assert strangers(found, {}, process())[0] == [""]


@pytest.mark.parametrize("step", ["", *STEPS])
def test_ways_of_a_picture_are_those_of_the_states(step: str) -> None:
    record = synthetic(300, days=1)
    flow, drawn = flow_of(record.kept_slices, record.kept_signatures), process(step)
    within = flow.within(step)
    for edge in drawn.edges.values():
        assert within.ways.get(edge.pair, 0) == sum(flow.ways.get(pair_of(way), 0) for way in edge.ways)
