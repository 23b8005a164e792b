"""The state of an alarm, from its datapoints: AWS's rules for M of N and for missing data.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

`True` is a datapoint that breaches the threshold, `False` one that does not, `None` a missing one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EXTRA_DATAPOINTS = 2
"""An alarm looks at more datapoints than it evaluates, in case some are missing. AWS says that their number depends on
the period, and shows two in its examples; that is what is done here for every alarm."""


class State(StrEnum):
    """The state of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Missing(StrEnum):
    """What a missing datapoint counts as."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


def next_state(
    datapoints: Sequence[bool | None], *, periods: int, to_alarm: int, missing: Missing, state: State
) -> State:
    """Give the state that an alarm has next.

    Parameters
    ----------
    datapoints
        The evaluation range, oldest first: `periods` datapoints and some more.
    periods
        EvaluationPeriods, the N of "M out of N".
    to_alarm
        DatapointsToAlarm, the M.
    missing
        TreatMissingData.
    state
        The state that it has.
    """
    # What is missing does not matter where older datapoints of the range take its place.
    real = [each for each in datapoints if each is not None][-periods:]
    filled = (periods - len(real)) * (missing is Missing.BREACHING)
    if sum(real) + filled >= to_alarm:
        return State.ALARM
    if len(real) == periods or False in real or missing in {Missing.BREACHING, Missing.NOT_BREACHING}:
        return State.OK
    if missing is Missing.MISSING and not real:
        return State.INSUFFICIENT_DATA
    if missing is Missing.MISSING and _is_old_enough(datapoints, periods, to_alarm):
        return State.ALARM
    return state


def _is_old_enough(datapoints: Sequence[bool | None], periods: int, to_alarm: int) -> bool:
    """Tell whether the oldest breaching datapoint is as old as DatapointsToAlarm: a young one may be a hiccup."""
    evaluated = datapoints[-periods:]
    return True in evaluated and len(evaluated) - evaluated.index(True) >= to_alarm
