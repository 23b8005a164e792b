"""The figures of "Suivi global"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from record.domain.record import STAGES, OpenCase, Slice, Stage
from record.domain.tally import NO_COUNT
from supervision.figures.counts import by_outcome, summed

FAILED = ("FAILED", "TIMED_OUT", "ABORTED")
ADVISORS = ("LEFT_TO_ADVISOR", "REFUSED")


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far the cases of a range came, each figure a number of cases.

    Parameters
    ----------
    received
        Payments that billing sent, whether they concern a limited customer or not; None where nobody measured it.
    """

    received: int | None
    concerned: int
    certain: int
    ordered: int
    restored: int
    balance_due: int
    with_advisors: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Customers who have paid and sit without power, now.

    Parameters
    ----------
    oldest
        The one that has waited longest; None where nobody waits.
    """

    number: int
    incidents: int
    oldest: OpenCase | None

    @property
    def since(self) -> datetime | None:
        """When the payment of the oldest was certain."""
        return self.oldest.certain_at if self.oldest else None


def funnel(slices: Sequence[Slice], open_cases: Sequence[OpenCase], received: int | None) -> Funnel:
    """How far the cases of a range came: those that ended in it, and those that run now.

    A case that was redriven counts for a stage where it first came so far: at the end before, whose slice has it, and
    not again while it runs.
    """
    ended, endings = summed(slices, "ended"), by_outcome(slices, "ended")
    running = {stage: sum(each.runs and _newly_reached(each, stage) for each in open_cases) for stage in Stage}

    def reached(stage: Stage) -> int:
        return ended.sums.get(stage.value, 0) + running[stage]

    def ended_so(*outcomes: str) -> int:
        return sum(endings.get(outcome, NO_COUNT).number for outcome in outcomes)

    return Funnel(
        received,
        reached(Stage.CONCERNED),
        reached(Stage.CERTAIN),
        reached(Stage.ORDERED),
        reached(Stage.RESTORED),
        ended_so("BALANCE_DUE"),
        ended_so(*ADVISORS) + sum(each.waits_for == "advisor" for each in open_cases),
        ended_so(*FAILED),
    )


def restored_by_time(slices: Sequence[Slice]) -> Mapping[datetime, int]:
    """How many cases were restored in each span that has any, by the span's beginning."""
    found: dict[datetime, int] = {}
    for each in slices:
        if number := each.tally.of("ended").sums.get(Stage.RESTORED.value, 0):
            found[each.start] = found.get(each.start, 0) + number
    return found


def waiting(open_cases: Sequence[OpenCase]) -> Waiting:
    """The customers who have paid and wait."""
    found = [each for each in open_cases if each.has_paid_and_waits]
    oldest = min(found, key=lambda each: each.certain_at or each.since, default=None)
    return Waiting(len(found), sum(not each.runs for each in found), oldest)


def _newly_reached(case: OpenCase, stage: Stage) -> bool:
    """Whether a case has come so far, and no slice has counted it yet."""
    place = STAGES.index(stage)
    is_counted = case.counted is not None and STAGES.index(case.counted) >= place
    return STAGES.index(case.stage) >= place and not is_counted
