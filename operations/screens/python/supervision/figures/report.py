"""The figures of the daily and the monthly report: the trade's indicators, with their targets and what was before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from record.domain.promises import Promise
from record.domain.record import Slice
from record.domain.service_level import CaseKind
from record.domain.tally import total
from supervision.figures.customers import came, promises, summed, without_advisor
from supervision.figures.durations import CERTAIN, beyond
from supervision.figures.enedis import ACCEPTED, returned

DAYS_OF_A_WEEK = 7


class Unit(StrEnum):
    """What an indicator is counted in."""

    NUMBER = "number"
    SHARE = "share"
    """From 0 to 1."""
    MILLISECONDS = "ms"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the report.

    Parameters
    ----------
    name
        Its name, as the words and the CSV have it.
    of
        What it is about where there are several of a name: an outcome or a kind of case.
    value, before, usual
        In the report's period, in the one before, and on a usual day of the seven before; None where there is none.
    target
        What a share should reach, and what a number should not exceed.
    """

    name: str
    of: str
    unit: Unit
    value: float | None
    target: float | None = None
    before: float | None = None
    usual: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if self.unit is Unit.SHARE else self.value <= self.target


type Values = Mapping[tuple[str, str], float | None]
"""Each indicator by its name and by what it is about."""
_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(
        ("restored_share", "without_advisor", "left_share", "balance_share", "accepted", "in_time"), Unit.SHARE
    ),
    **dict.fromkeys(("median", "p95"), Unit.MILLISECONDS),
}


def indicators(
    now: Values, before: Values, week: Values, in_time: Mapping[str, float], waiting: int | None
) -> Sequence[Indicator]:
    """The lines of a report, in their order.

    Parameters
    ----------
    week
        Of the seven days before, whose numbers become those of a usual day; empty for none.
    in_time
        The share (0 to 1) of cases that should end in time, by their kind.
    waiting
        Customers who have paid and have waited for longer than the deadline when the report is made; None where it is
        made long after its period.
    """
    values = dict(now)
    if waiting is not None:
        values["still_waiting", ""] = waiting
    targets = {("in_time", kind): share for kind, share in in_time.items()}
    targets |= {("still_limited", ""): 0, ("still_waiting", ""): 0}
    return [
        Indicator(
            *key,
            _UNITS.get(key[0], Unit.NUMBER),
            value,
            targets.get(key),
            before.get(key),
            _of_a_day(key[0], week.get(key)),
        )
        for key, value in values.items()
    ]


def values_of(
    slices: Sequence[Slice], measured: Mapping[str, float], others: Iterable[Promise], deadline: timedelta
) -> Values:
    """What was counted and measured in a period.

    Parameters
    ----------
    measured
        Sums of our counters by name; one that nobody measured is left out.
    others
        The promises of the channels that ended in it.
    deadline
        Within what time a remote order is to bring power back.
    """
    found, restored = came(slices), summed(slices, CERTAIN)
    orders = total(returned(slices).values())
    promised = total(promises(slices, others).values())
    ends, in_time = ({kind: measured.get(f"{kind}{end}", 0) for kind in CaseKind} for end in ("Ended", "InTime"))
    return {
        ("received", ""): measured.get("received"),
        **{(word, ""): found[word] for word in ("concerned", "certain", "ordered", "restored")},
        ("restored_share", ""): _share(found["restored"], found["concerned"]),
        ("checked", ""): found["checked"],
        ("without_advisor", ""): _share(*without_advisor(slices)),
        ("median", ""): restored.percentile(0.5),
        ("p95", ""): restored.percentile(0.95),
        ("waited", ""): beyond(restored, deadline),
        **{("in_time", kind): _share(in_time[kind], ends[kind]) for kind in CaseKind},
        ("late", ""): sum(ends.values()) - sum(in_time.values()) if any(ends.values()) else None,
        ("left", ""): found["left"],
        ("left_share", ""): _share(found["left"], found["concerned"]),
        ("questions", ""): summed(slices, "state#WaitForAdvisor").number,
        ("promised", ""): promised.number,
        ("kept", ""): promised.sums.get("kept", 0),
        ("broken", ""): promised.sums.get("broken", 0),
        ("balance_due", ""): found["balance_due"],
        ("balance_share", ""): _share(found["balance_due"], found["concerned"]),
        ("accepted", ""): _share(orders.sums.get(ACCEPTED, 0), orders.number),
        ("failed", ""): found["failed"],
        ("still_limited", ""): measured.get("SettledStillLimited", 0),
    }


def _of_a_day(name: str, value: float | None) -> float | None:
    """Numbers are divided among the days of a week; shares and durations are those of all its cases."""
    return value if value is None or name in _UNITS else value / DAYS_OF_A_WEEK


def _share(part: float, whole: float) -> float | None:
    """None, too, where the part is more than the whole: those began on another day."""
    return part / whole if 0 < whole >= part else None
