"""Each event that a definition does not allow is found where it came, and no event that is lost.

What definitions do allow conforms: each world of the end-to-end tests ends with that look at all of its executions.
"""

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations, count

from ops.event_log.conformance import deviations_of
from ops.event_log.definition import Definition
from record.domain.course import Course
from record.domain.course_event import End, Kind
from tests.fakes.courses import ARN, events_of
from tests.unit.ops.printing import are_as_kept

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
            "Choose": {"Type": "Choice", "Choices": [{"Next": "Bad"}, {"Next": "Again"}], "Default": "Done"},
            "Again": {"Type": "Task", "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}], "Next": "Done"},
            "Done": {"Type": "Succeed"},
            "Bad": {"Type": "Fail"},
        },
    }
)
TRIED_ONCE = "ExecutionStarted TaskStateEntered:Work TaskScheduled"
TRIED_OUT = f"{TRIED_ONCE}{2 * ' TaskFailed:Busy TaskScheduled'} TaskFailed:Busy"
TO_AGAIN = (
    f"{TRIED_ONCE} TaskSucceeded TaskStateExited:Work ChoiceStateEntered:Choose ChoiceStateExited:Choose "
    "TaskStateEntered:Again TaskScheduled"
)
ALLOWED = (
    f"{TRIED_OUT} ExecutionFailed ExecutionRedriven TaskScheduled TaskSucceeded TaskStateExited:Work "
    "ChoiceStateEntered:Choose ChoiceStateExited:Choose SucceedStateEntered:Done SucceedStateExited:Done "
    "ExecutionSucceeded"
)
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
    "ExecutionStarted ChoiceStateEntered:Choose",
    f"{TRIED_ONCE} TaskSucceeded TaskStateExited:Work SucceedStateEntered:Done",
    f"{TRIED_ONCE} TaskFailed:Odd TaskStateExited:Work ChoiceStateEntered:Choose",
    ALLOWED,
    f"{TO_AGAIN} TaskFailed:Odd TaskScheduled TaskFailed:Busy TaskScheduled",
    f"{TO_AGAIN} TaskFailed:States.Runtime TaskScheduled",
)


def of_words(words: str, lost: Collection[int] = ()) -> Course:
    """A course of events by their kinds, each with the name of its state or of its error, without some of them."""
    ends, events = list[End](), events_of(words, count(1))
    for event, word in zip(events, words.split(), strict=True):
        if event.kind is Kind.ENDED:
            ends.append(End(len(ends), event.name, 0, event.id, error=word.partition(":")[2]))
    return Course.of(ARN, [event for event in events if event.id not in lost], ends)


def test_what_is_found_in_odd_courses_is_what_was_found() -> None:
    said = []
    for words in COURSES:
        found = deviations_of(of_words(words), SMALL)
        lines = (f"  {each.event_id} {each.state}: {each.found}; {', '.join(each.expected)}" for each in found)
        said += [f"{words}", *lines]
    are_as_kept("conformance.txt", ["\n".join(said)])


def test_lost_events_are_no_deviation() -> None:
    numbers = range(1, len(ALLOWED.split()) + 1)
    runs = [range(first, last) for first, last in combinations(numbers, 2)]
    for lost in (*runs, *combinations(numbers, 2)):
        assert deviations_of(of_words(ALLOWED, lost), SMALL) == [], lost


def test_status_event_that_contradicts_the_history_is_found() -> None:
    failed = of_words(f"{TRIED_ONCE} TaskFailed:None ExecutionFailed")
    aborted = replace(failed, ends={0: End(0, "ABORTED", 0, 9)})
    assert [each.expected for each in deviations_of(aborted, SMALL)] == [("ended ABORTED, as its status event says",)]
