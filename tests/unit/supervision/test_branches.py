"""The figures of "Parcours" add up, and what the picture can't show is not lost; test_ten_thousand recounts them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from record.domain.course_event import NOTHING_TO_DO
from record.domain.record import OpenCase, Signature
from record.domain.steps import STEPS
from record.domain.tally import Count
from supervision.figures.branches import NOTHING, Flow, flow_of, forks, standing, strangers
from supervision.process import process
from tests.unit.supervision.samples import a_slice
from tests.unit.supervision.synthetic import NOW, synthetic

HOUR = timedelta(hours=1)


def signature(name: str, state: str) -> Signature:
    return Signature(name, state, "BillingUnavailable", "billing does not answer", NOW - HOUR, NOW)


def test_case_that_found_nothing_to_do_is_counted_by_its_end_alone() -> None:
    assert "NOT_LIMITED" in NOTHING_TO_DO
    found = flow_of([a_slice("NOT_LIMITED", ended=Count(7)), a_slice(ended=Count(3))], {})
    assert (found.cases, found.nothing) == (3, 7)
    assert NOTHING in process().states


def test_wait_that_its_time_ended_is_no_error_and_a_retry_and_a_stop_are() -> None:
    states: dict[str, Any] = {
        "state__WaitForEnedis": Count(5, sums={"failures": 5}),
        "state__ReadPoint": Count(5, sums={"failures": 2, "retries": 2}),
        "failure__abc": Count(3),
    }
    found = flow_of([a_slice("FAILED", **states)], {"abc": signature("abc", "ReadPoint")})
    assert (found.failures("WaitForEnedis"), found.errors("WaitForEnedis")) == (5, 0)
    assert found.errors("ReadPoint") == 2 + 3


def test_stop_whose_signature_is_not_known_is_not_lost() -> None:
    found = flow_of([a_slice("FAILED", failure__abc=Count(3))], {})
    assert found.stops == {"": 3}
    assert strangers(found, {}, process()).states == [""]


def test_open_cases_stand_in_their_states_the_oldest_first_and_failed_ones_apart() -> None:
    record = synthetic(0, running=80)
    found = standing(reversed(record.kept_open))
    assert sum(each.number for each in found.values()) == 80
    for state, here in found.items():
        for several in (here.running, here.failed):
            assert [each.since for each in several] == sorted(each.since for each in several)
            assert {each.state for each in several} <= {state}
        assert all(each.runs for each in here.running)
        assert not any(each.runs for each in here.failed)


def test_case_of_which_no_state_is_known_is_not_lost() -> None:
    case: OpenCase = replace(synthetic(0, running=1).kept_open[0], state="")
    found = standing([case])
    assert strangers(Flow(), found, process()).states == [""]


def test_states_and_ways_of_another_version_are_told_apart_from_those_that_are_drawn() -> None:
    slices = [
        a_slice(
            state__ReadPoint=Count(4),
            state__AskTheMeter=Count(2),
            transitions=Count(
                6, sums={"ReadPoint>DecideAction": 4, "ReadPoint>AskTheMeter": 2, "ReadPoint>BalanceDue": 1}
            ),
        )
    ]
    found = strangers(flow_of(slices, {}), {}, process())
    assert found.states == ["AskTheMeter"]
    assert found.ways == [(("ReadPoint", "AskTheMeter"), 2), (("ReadPoint", "BalanceDue"), 1)]


def test_forks_are_states_with_several_ways_the_most_travelled_first() -> None:
    ways = {"MayPowerComeBack>ReadPoint": 8, "MayPowerComeBack>CloseOrLetGo": 2, "HowItEnded>Restored": 30}
    straight = {"ReadPoint>DecideAction": 90}
    found = forks(flow_of([a_slice(transitions=Count(1, sums=ways | straight))], {}), process())
    assert found == [("HowItEnded", [("Restored", 30)]), ("MayPowerComeBack", [("ReadPoint", 8), ("CloseOrLetGo", 2)])]


@pytest.mark.parametrize("step", ["", *STEPS])
def test_ways_of_a_picture_are_those_of_the_states(step: str) -> None:
    record = synthetic(300, days=1)
    flow, drawn = flow_of(record.kept_slices, record.kept_signatures), process(step)
    within = flow.within(step)
    for edge in drawn.edges.values():
        assert within.ways.get(edge.pair, 0) == sum(flow.ways.get(way, 0) for way in edge.ways)
