"""AWS's own examples of how an alarm is evaluated when data is missing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, read on 2026-11-26: in both
tables EvaluationPeriods is 3 and the evaluation range 5, and the newest datapoint is on the right.
"""

import pytest

from embedded_cloud.alarms.evaluation import Missing, State, next_state

OK, ALARM, INSUFFICIENT = State.OK, State.ALARM, State.INSUFFICIENT_DATA
RETAIN = None
SIGNS = {"0": False, "X": True, "-": None}
ORDER = (Missing.MISSING, Missing.IGNORE, Missing.BREACHING, Missing.NOT_BREACHING)

THREE_OF_THREE = {
    "0 - X - X": (OK, OK, OK, OK),
    "0 - - - -": (OK, OK, OK, OK),
    "- - - - -": (INSUFFICIENT, RETAIN, ALARM, OK),
    "0 X X - X": (ALARM, ALARM, ALARM, ALARM),
    "- - X - -": (ALARM, RETAIN, ALARM, OK),
}
TWO_OF_THREE = {
    "0 - X - X": (ALARM, ALARM, ALARM, ALARM),
    "0 0 X 0 X": (ALARM, ALARM, ALARM, ALARM),
    "0 - X - -": (OK, OK, ALARM, OK),
    "- - - - 0": (OK, OK, ALARM, OK),
    "- - - X -": (ALARM, RETAIN, ALARM, OK),
}
ROWS = [
    (to_alarm, points, missing, expected)
    for to_alarm, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for points, row in table.items()
    for missing, expected in zip(ORDER, row, strict=True)
]


def evaluated(points: str, to_alarm: int, missing: Missing, state: State, periods: int = 3) -> State:
    signs = [SIGNS[sign] for sign in points.split()]
    return next_state(signs, periods=periods, to_alarm=to_alarm, missing=missing, state=state)


@pytest.mark.parametrize(("to_alarm", "points", "missing", "expected"), ROWS)
def test_state_is_what_aws_s_tables_say(to_alarm: int, points: str, missing: Missing, expected: State | None) -> None:
    for state in State:
        assert evaluated(points, to_alarm, missing, state) is (state if expected is RETAIN else expected)


@pytest.mark.parametrize("points", ["- - - - X", "- - - X -"])
def test_single_young_breach_among_missing_data_changes_nothing_yet(points: str) -> None:
    """AWS: "Avoiding premature transitions to alarm state"."""
    for state in State:
        assert evaluated(points, 3, Missing.MISSING, state) is state
