"""What is counted of customers: each once, where one of their executions first came so far.

A customer is a limitation. Several executions may act for one: a look when billing reports the limitation, a payment
that is too small, the payment of the rest. What screens and reports say of customers are sums of these milestones.
"""

from collections.abc import Iterable
from enum import StrEnum

from record.domain.course import Course, Recorded
from record.domain.failure import UNSUCCESSFUL
from record.domain.reach import NOT_CERTAIN, Reach, reach_of
from record.domain.record import Stage
from restoration.domain.limitation import LOOKS

CHECKED = "checked"
"""The name in tallies of an end of a check at which nobody had paid."""
ALONE = "alone"
"""The name in tallies of an end, of a case that is no check, that came without a question to an advisor."""
FULL_POWER = frozenset({"", "RESTORE", "RESTORE_PROVISIONALLY"})
"""The outcomes of ``coverage`` by which full power may come back, and where none is kept. But a floor is raised without
any payment, and a daily flow asks for a look."""
_BEFORE = frozenset({"Begin", "TakeCharge", "IsItOurs", "NothingToDo"})
"""The states in which an execution does not act yet: another one may."""


class Ending(StrEnum):
    """The endings of which customers are counted."""

    BALANCE_DUE = "balance_due"
    LEFT = "left"
    """The case was left to an advisor, or refused."""
    FAILED = "failed"
    """An incident stopped the case."""


ENDINGS = {
    "BALANCE_DUE": Ending.BALANCE_DUE,
    "LEFT_TO_ADVISOR": Ending.LEFT,
    "REFUSED": Ending.LEFT,
    **dict.fromkeys(UNSUCCESSFUL, Ending.FAILED),
}


def stages_of(reach: Reach, origin: str) -> Iterable[Stage]:
    """The stages through which a customer came; none for a check at which nobody had paid.

    Parameters
    ----------
    origin
        What started the execution, ``type|id``; empty where nobody knows.
    """
    is_check = reach.stage is Stage.CONCERNED and origin.partition("|")[0] in LOOKS
    return () if is_check else reach.stages


def acts(course: Course) -> bool:
    """Whether an execution acts for its customer, or did; else another one may."""
    return not course.end.did_nothing and any(visit.state not in _BEFORE for visit in course.visits)


def reach_now(recorded: Recorded) -> Reach:
    """How far an execution has come, by its states and by what the rules said where they alone don't tell."""
    grant, reach = recorded.grant, reach_of(recorded.course.visits, recorded.course.end)
    if grant is not None and not grant[1] and reach.stage is not Stage.RESTORED:
        return NOT_CERTAIN
    return reach


def stages_now(recorded: Recorded) -> frozenset[Stage]:
    """The stages through which the customer of an execution came by it.

    None before it acts, or before its origin is known: a check would be taken for a customer who paid. None while some
    of it is missing, either: so would a floor, and it would be the first of its customer for good.
    """
    course = recorded.course
    is_known = course.origin and acts(course) and not course.missing
    return frozenset(stages_of(reach_now(recorded), course.origin) if is_known else ())
