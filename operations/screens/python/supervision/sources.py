"""Where the figures of the screens come from. Each is read when a screen asks, and no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from record.domain.measures import Decided, Measures, Values, Wanted, sum_of
from record.domain.promises import TERMS, Promise, Terms
from record.domain.record import Record
from supervision.question import Range

if TYPE_CHECKING:
    from record.cases.dossier import Dossier
    from record.cases.kept_decisions import KeptDecision
    from record.cases.register import Named
    from restoration.domain.claim import Claim


class CaseReader(Protocol):
    """Finds the limitations that somebody names, and reads all that is known of each."""

    def named(self, key: str) -> "tuple[Named, Sequence[Dossier]]": ...
    def decisions(self, limitation_id: str) -> "Sequence[KeptDecision]": ...


@dataclass(frozen=True, slots=True)
class Sources:
    """All that screens read.

    Parameters
    ----------
    record
        Counts, open and ended cases.
    measures
        CloudWatch's metrics.
    stack
        The stack's name, by which its metrics and links are named.
    terms
        Within what time power is to be back, once the rules have said that it may: the stack's parameters.
    runbook
        The address of the runbook; its path in the repository where it has none.
    order_queues
        The names of the queues in which orders to Enedis wait, the urgent ones first; empty where they are not known.
    enedis_calls_per_second
        The quota of calls that Enedis grants us: the stack's ``EnedisCallsPerSecond``; 0 where it is not known.
    desk
        What the advisors' desk measured in the month of a day, by the question's reason.
    cases
        Finds and reads one case; None where nobody reads them, so that none is shown, and nothing of its decisions.
    promised
        What customers were promised in the channels: what ended in a range, and what is open now.
    left
        The open limitations that the advisors have, the oldest first.
    """

    record: Record
    measures: Measures
    stack: str
    terms: Terms = TERMS
    runbook: str = "docs/runbook.md"
    order_queues: tuple[str, str] = ("", "")
    enedis_calls_per_second: int = 0
    cases: CaseReader | None = None
    desk: Callable[[date], Mapping[str, Decided]] = lambda _: {}
    promised: Callable[[datetime, datetime], Sequence[Promise]] = lambda *_: ()
    left: "Callable[[], Sequence[Claim]]" = tuple

    def measured(self, wanted: Mapping[str, Wanted], span: Range) -> Mapping[str, Values]:
        """The values of metrics in a range, by the names that they are given."""
        return dict(zip(wanted, self.measures.several([*wanted.values()], span.since, span.until), strict=True))

    def sums(self, wanted: Mapping[str, Wanted], span: Range) -> Mapping[str, int]:
        """How many were counted in a range; what nobody measured is left out."""
        return {name: sum_of(values) for name, values in self.measured(wanted, span).items() if values}

    def ours(self, name: str, period: timedelta = timedelta(hours=1), statistic: str = "Sum") -> Wanted:
        """A metric of our functions."""
        return Wanted(self.stack, name, {"service": self.stack}, statistic, period)

    def received(self) -> Wanted:
        """The payments that billing sent, by the hour."""
        return self.ours("PaymentReceivedEvents")
