"""What a month was worth: reminders that did not leave, advisors' minutes not needed, the time of those who had paid.

Pure: from the record's slices, billing's confirmations, metrics and assumptions. Money is ``Decimal``, in euro.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from record.domain.course_event import NOTHING_TO_DO
from record.domain.customers import ALONE
from record.domain.failure import UNSUCCESSFUL
from record.domain.paid import PARTS
from record.domain.record import Slice
from record.domain.service_level import NO_SERVICE
from record.domain.states import Party
from record.domain.tally import Count
from supervision.assumptions import Assumption
from supervision.figures.customers import ENDED, by_outcome, summed
from supervision.figures.enedis import ACCEPTED, returned

IN_DOLLARS = {"dollar": 1, "per_million": 1_000_000, "per_thousand": 1000, "per_month": 1}
"""Of each unit that is in dollars, for how many its price is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity, the assumption that gives it a worth, and that worth; negative where it costs.

    Parameters
    ----------
    number
        None where nobody measured it.
    worth
        In euro, or in minutes of an advisor; None where number or price is not known.
    """

    assumed: Assumption
    number: int | None
    worth: Decimal | None


@dataclass(frozen=True, slots=True)
class Worth:
    """What a month was worth.

    Parameters
    ----------
    kinds
        The cases that ended without an advisor, by the question that one would have looked at: in minutes.
    lines
        In euro.
    """

    kinds: Sequence[Line]
    lines: Sequence[Line]

    @property
    def minutes(self) -> Decimal:
        return _sum(self.kinds)

    @property
    def balance(self) -> int:
        """What is known of it, a line without a price left out; in whole euros, as the lines are shown and added up."""
        return sum(round(each.worth) for each in self.lines if each.worth is not None)

    @property
    def unpriced(self) -> Sequence[Line]:
        """The lines that are not in the balance, though there was something to count or nobody knows."""
        return [each for each in self.lines if each.worth is None and each.number != 0]


def after_paying(slices: Sequence[Slice]) -> tuple[Count, Mapping[Party, Count]]:
    """The time from paying until power was back: the whole, where billing says when they paid, and each party's part.

    All parts but billing's are known of the other customers, too, and not in the sums; Enedis' counts all customers.
    """
    return summed(slices, "paid"), {part: summed(slices, f"paid#{part}") for part in PARTS}


def worth(
    slices: Sequence[Slice], reminders: Mapping[str, int], sums: Mapping[str, int], assumed: Mapping[str, Assumption]
) -> Worth:
    """What a month was worth, by what is assumed.

    Parameters
    ----------
    reminders
        Those that billing did not send since we asked, by means.
    sums
        ``messages`` that left us and ``payments`` received; what nobody measured is left out.
    """
    kinds = _kinds(slices, assumed)
    dollar = assumed["dollar"].value or Decimal()
    in_euro = {unit: dollar / of for unit, of in IN_DOLLARS.items()}
    acted = (each for each in slices if each.outcome not in NOTHING_TO_DO)
    cases = summed(acted, ENDED).number
    orders = {intent: count.sums.get(ACCEPTED, 0) for intent, count in returned(slices).items()}

    def line(name: str, number: Decimal | int | None, sign: int) -> Line:
        price = assumed[name].value
        rate = in_euro.get(assumed[name].unit, 1)
        euros = None if price is None or number is None else sign * number * price * rate
        return Line(assumed[name], number if number is None else round(number), euros)

    def lines_of(kind: str, numbers: Mapping[str, int], sign: int) -> Sequence[Line]:
        names = (name for name in assumed if name.startswith(kind))
        return [line(name, numbers.get(name.removeprefix(kind), 0), sign) for name in names]

    lines = [
        line("advisor.minute", _sum(kinds), 1),
        *lines_of("reminder.", reminders, 1),
        line("message", sums.get("messages"), -1),
        line("aws.payments", sums.get("payments"), -1),
        line("aws.cases", cases, -1),
        line("aws.month", 1, -1),
        *lines_of("enedis.", orders, -1),
    ]
    return Worth(kinds, lines)


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((each.worth for each in lines if each.worth is not None), Decimal())


def _kinds(slices: Iterable[Slice], assumed: Mapping[str, Assumption]) -> Sequence[Line]:
    ended = [each for each in slices if each.outcome not in NO_SERVICE.union(UNSUCCESSFUL)]
    alone: dict[str, int] = {name: 0 for name in assumed if name.startswith("minutes.")}
    for outcome, count in by_outcome(ended, ENDED).items():
        name = f"minutes.{outcome}"
        alone[name if name in alone else "minutes.OTHER"] += count.sums.get(ALONE, 0)
    return [Line(assumed[name], cases, cases * (assumed[name].value or Decimal())) for name, cases in alone.items()]
