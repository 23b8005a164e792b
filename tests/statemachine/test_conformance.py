"""Paths that the machine allows conform, and each one that it does not allow is found, at its event."""

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.event_log.conformance import deviations_of
from ops.event_log.definition import Definition
from record.domain.course import Course
from record.domain.course_event import End, Event, Kind
from tests.fakes.courses import events_of
from tests.statemachine.kept_machines import NEWEST, kept
from tests.statemachine.walks import ARN, Walk, successors, walks
from tests.unit.ops.printing import are_as_kept

MACHINES: Mapping[str, Mapping[str, Any]] = {name: json.loads(text) for name, text in kept().items()}
DEFINITION = Definition.of(NEWEST)


@pytest.mark.explored
@pytest.mark.parametrize("name", list(MACHINES))
@given(data=st.data())
def test_path_that_the_definition_allows_conforms(name: str, data: st.DataObject) -> None:
    walk = data.draw(walks(MACHINES[name]))
    assert deviations_of(walk.course, Definition.of(MACHINES[name])) == []


@given(walk=walks(NEWEST), data=st.data())
def test_lost_events_are_no_deviation(walk: Walk, data: st.DataObject) -> None:
    kept_events = [event for event in walk.events if data.draw(st.booleans())]
    assert deviations_of(Course.of(ARN, kept_events, walk.ends), DEFINITION) == []


@given(walk=walks(NEWEST), data=st.data())
def test_state_that_may_not_follow_is_found_at_its_event(walk: Walk, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(walk.path) - 1))
    name, entered = walk.path[place]
    before = NEWEST["States"][walk.path[place - 1][0]] if place else {"Next": NEWEST["StartAt"]}
    catches = {catch["Next"] for catch in before.get("Catch", ())}
    wrong = data.draw(st.sampled_from(sorted(set(NEWEST["States"]) - {*successors(before), *catches})))
    altered = [
        Event.of(event.id, f"{NEWEST['States'][wrong]['Type']}StateEntered", event.at, wrong)
        if event.id == entered
        else event
        for event in walk.events
    ]
    first = deviations_of(Course.of(ARN, altered, walk.ends), DEFINITION)[0]
    assert (first.event_id, first.found) == (entered, f"entered {wrong}")
    assert f"entered {name}" in first.expected or catches


SMALL = Definition.of(
    {
        "StartAt": "Work",
        "States": {
            "Work": {
                "Type": "Task",
                "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
                "Catch": [{"ErrorEquals": ["Odd"], "Next": "Bad"}],
                "Next": "Choose",
            },
            "Choose": {"Type": "Choice", "Choices": [{"Next": "Bad"}], "Default": "Done"},
            "Done": {"Type": "Succeed"},
            "Bad": {"Type": "Fail"},
        },
    }
)
TRIED_ONCE = "ExecutionStarted TaskStateEntered:Work TaskScheduled"
TRIED_OUT = f"{TRIED_ONCE}{2 * ' TaskFailed:Busy TaskScheduled'} TaskFailed:Busy"
COURSES = (
    "TaskScheduled ExecutionStarted ExecutionStarted TaskStateEntered:Work ExecutionStarted ExecutionRedriven",
    (
        "ExecutionStarted TaskStateEntered:Work TaskSubmitted TaskFailed:Odd TaskFailed TaskScheduled TaskSubmitted "
        "TaskScheduled TaskFailed:Busy TaskStateExited:Work ChoiceStateEntered:Choose TaskScheduled "
        "ChoiceStateExited:Choose SucceedStateEntered:Done SucceedStateExited:Done TaskScheduled ExecutionSucceeded "
        "ExecutionSucceeded TaskScheduled ExecutionRedriven"
    ),
    "ExecutionStarted TaskStateEntered:Work TaskStateExited:Work",
    f"{TRIED_ONCE} TaskFailed:Busy ExecutionFailed:Busy ExecutionRedriven TaskStateEntered:Work TaskScheduled",
    f"{TRIED_OUT} TaskScheduled",
    f"{TRIED_OUT} ExecutionFailed ExecutionRedriven TaskScheduled TaskFailed:Busy TaskScheduled",
    f"{TRIED_ONCE} TaskFailed:Odd ExecutionFailed",
    f"{TRIED_ONCE} TaskFailed:Odd TaskScheduled",
    f"{TRIED_ONCE} TaskFailed:None TaskScheduled",
    f"{TRIED_ONCE} TaskFailed:None TaskStateExited:Work",
    f"{TRIED_ONCE} TaskFailed:Odd TaskStateExited:Work FailStateEntered:Bad FailStateExited:Bad",
    (
        f"{TRIED_ONCE} TaskFailed:Odd TaskStateExited:Work FailStateEntered:Bad TaskScheduled ExecutionFailed "
        "TaskScheduled ExecutionRedriven FailStateEntered:Bad"
    ),
    f"{TRIED_ONCE} TaskFailed ExecutionSucceeded",
    f"{TRIED_ONCE} TaskFailed ChoiceStateEntered:Choose",
    f"{TRIED_ONCE} TaskSucceeded TaskStateExited:Work ExecutionFailed:Odd",
    f"{TRIED_ONCE} TaskSucceeded TaskStateExited:Work ExecutionFailed:States.Runtime",
    f"{TRIED_ONCE} TaskSucceeded TaskStateExited:Work ExecutionFailed",
    "ExecutionStarted ExecutionAborted ExecutionTimedOut",
    "ExecutionFailed:States.Runtime",
    (
        f"{TRIED_ONCE} TaskSucceeded TaskStateExited:Work ChoiceStateEntered:Choose ChoiceStateExited:Choose "
        "SucceedStateEntered:Done ExecutionSucceeded"
    ),
    "ExecutionStarted PassStateEntered:Elsewhere PassStateExited:Elsewhere TaskStateEntered:Work TaskScheduled",
)


def of_words(words: str) -> Course:
    """A course of events by their kinds, each with the name of its state or of its error."""
    ends, events = list[End](), events_of(words, count(1))
    for event, word in zip(events, words.split(), strict=True):
        if event.kind is Kind.ENDED:
            ends.append(End(len(ends), event.name, 0, event.id, error=word.partition(":")[2]))
    return Course.of(ARN, events, ends)


def test_what_is_found_in_odd_courses_is_what_was_found() -> None:
    said = []
    for words in COURSES:
        found = deviations_of(of_words(words), SMALL)
        lines = (f"  {each.event_id} {each.state}: {each.found}; {', '.join(each.expected)}" for each in found)
        said += [f"{words}", *lines]
    are_as_kept("conformance.txt", ["\n".join(said)])


def test_status_event_that_contradicts_the_history_is_found() -> None:
    failed = of_words(f"{TRIED_ONCE} TaskFailed:None ExecutionFailed")
    aborted = replace(failed, ends={0: End(0, "ABORTED", 0, 9)})
    assert [each.expected for each in deviations_of(aborted, SMALL)] == [("ended ABORTED, as its status event says",)]
