"""What each word of the screens and reports counts: one definition for each, from which all of them take its figure.

Two kinds: what came to pass in a range of time (:class:`Came`), and what is so now (:class:`Now`). Each counts
customers, and each customer once, unless its word says otherwise. A customer is a limitation.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from record.domain.customers import ALONE, CHECKED
from record.domain.failure import UNSUCCESSFUL
from record.domain.promises import Promise, Promised
from record.domain.reach import BROUGHT_BACK
from record.domain.record import Case, EndedCase, OpenCase, Slice
from record.domain.service_level import NO_SERVICE, CaseKind, Targets
from record.domain.states import Party
from record.domain.tally import NO_COUNT, Count, total
from record.words import Texts

ENDED = "ended"
WORDS: Texts = {
    "concerned": ("Concernés", "Concerned"),
    "certain": ("Certains", "Certain"),
    "ordered": ("Commandés", "Ordered"),
    "restored": ("Rétablis", "Restored"),
    "balance_due": ("reste à payer", "balance due"),
    "left": ("confiés à un conseiller", "left to an advisor"),
    "failed": ("arrêtés par un incident", "stopped by an incident"),
    "advised": ("chez un conseiller maintenant", "with an advisor now"),
    "without_advisor": ("terminés sans conseiller", "ended without an advisor"),
    "billing_lag": ("délai de la facturation, médiane", "billing's lag, median"),
}
DEFINED: Texts = {
    "received": (
        "Paiements reçus de la facturation, sans les plans, aides et protections (compteur PaymentReceivedEvents)",
        "Payments received from billing, without plans, aids and protections (counter PaymentReceivedEvents)",
    ),
    "concerned": (
        "Clients limités pour qui un paiement, un plan, une aide ou une décision est arrivé ; chacun compte une fois",
        "Limited customers for whom a payment, a plan, an aid or a decision came; each counts once",
    ),
    "certain": (
        "Clients pour qui les règles disent que la puissance peut revenir ; chacun compte une fois",
        "Customers for whom the rules say that power may come back; each counts once",
    ),
    "ordered": (
        "Clients pour qui Enedis a accepté un ordre, sans les seuls planchers ; chacun compte une fois",
        "Customers for whom Enedis has accepted an order, but for a floor alone; each counts once",
    ),
    "restored": (
        "Clients dont le point lui-même montre que la puissance est revenue après un ordre ; chacun compte une fois",
        "Customers whose point itself shows that power is back after an order; each counts once",
    ),
    "balance_due": (
        "Clients qui ont payé, et dont un dossier s'est terminé par un reste à payer ; chacun compte une fois",
        "Customers who paid, and of whom a case ended with a balance due; each counts once",
    ),
    "left": (
        "Clients dont un dossier s'est terminé chez les conseillers, ou refusé ; chacun compte une fois",
        "Customers of whom a case ended with the advisors, or refused; each counts once",
    ),
    "failed": (
        "Clients dont un dossier a été arrêté par un incident, relancé depuis ou non ; chacun compte une fois",
        "Customers of whom a case was stopped by an incident, redriven since or not; each counts once",
    ),
    "checked": (
        "Dossiers ouverts par une limitation, un contrôle ou un flux, qui n'ont trouvé aucun paiement suffisant",
        "Cases begun by a limitation, a check or a flow that found no payment which suffices",
    ),
    "advised": (
        "Clients dont un dossier ouvert attend la réponse d'un conseiller maintenant ; chacun compte une fois",
        "Customers of whom an open case waits for an advisor's answer now; each counts once",
    ),
    "without_advisor": (
        "Part des dossiers terminés sans qu'un conseiller ait été interrogé, sans les vérifications sans paiement",
        "The share of ended cases in which no advisor was asked, without the checks at which nobody had paid",
    ),
    "billing_lag": (
        "Du paiement (paidAt) à son événement, et nos attentes de la facturation ; clients rétablis par un ordre",
        "From when they paid (paidAt) until billing told us, and our waits for it; customers restored by an order",
    ),
    "promised": (
        "Chaque attente d'un dossier a une date dite au client : c'est une promesse, faite quand l'attente commence",
        "Each wait of a case has a time that the customer is told: a promise, made as the wait begins",
    ),
    "kept": ("L'attente s'est terminée avant la date dite", "The wait ended by the time that was told"),
    "broken": (
        "L'attente s'est terminée après la date dite, dure encore après elle, ou un incident l'a arrêtée",
        "The wait ended after the time that was told, is open after it, or was stopped by an incident",
    ),
    "open": ("L'attente dure, et la date dite n'est pas passée", "The wait is open, and its time has not passed"),
}
"""What each word means, and how it is counted: shown where one points at the figure."""


# ── What came to pass in a range ──


@dataclass(frozen=True, slots=True)
class Came:
    """How many customers came so far in a range, by the words of the tallies; ``checked`` counts cases."""

    concerned: int
    certain: int
    ordered: int
    restored: int
    balance_due: int
    left: int
    failed: int
    checked: int


def came(slices: Iterable[Slice], open_cases: Sequence[OpenCase] = ()) -> Came:
    """How many customers came how far: by the cases that ended in a range, and by those that are open."""
    found = Counter(summed(slices, ENDED).sums)
    found.update(stage for each in open_cases for stage in each.newly)
    return Came(**{word: found[word] for word in Came.__slots__})


def without_advisor(slices: Iterable[Slice]) -> tuple[int, int]:
    """How many cases ended without a question to an advisor, and of how many."""
    count = summed((each for each in slices if each.outcome not in NO_SERVICE.union(UNSUCCESSFUL)), ENDED)
    return count.sums.get(ALONE, 0), count.number - count.sums.get(CHECKED, 0)


def in_time_of(slices: Iterable[Slice]) -> tuple[int, int]:
    """How often power came back by an order within its deadline, and how often it came back."""
    count = by_outcome(slices, ENDED).get(BROUGHT_BACK, NO_COUNT)
    return count.sums.get("in_time", 0), count.number


def promises(
    slices: Sequence[Slice], others: Iterable[Promise] = (), now: datetime | None = None
) -> Mapping[Promised, Count]:
    """The promises of the cases that ended in a range, and others one by one: ``kept``, ``broken``, ``open``."""
    found = {what: [summed(slices, f"promise#{what}")] for what in Promised}
    for each in others:
        found[each.what].append(Count.once(**{each.result(now): 1}))
    return {what: count for what, counts in found.items() if (count := total(counts)).number}


def restored_by_time(slices: Iterable[Slice], step: timedelta) -> Mapping[datetime, int]:
    """How many customers were restored in each hour or day (UTC) that has any, by its beginning."""
    found: dict[datetime, int] = defaultdict(int)
    for each in slices:
        if number := came([each]).restored:
            found[each.start.replace(hour=0) if step >= timedelta(days=1) else each.start] += number
    return found


def summed(slices: Iterable[Slice], key: str) -> Count:
    """One key of the record's tallies, summed over slices."""
    return total(each.tally.of(key) for each in slices)


def by_outcome(slices: Iterable[Slice], key: str) -> Mapping[str, Count]:
    """What slices count by a key, for each outcome that has any."""
    found: dict[str, list[Count]] = defaultdict(list)
    for each in slices:
        if key in each.tally.counts:
            found[each.outcome].append(each.tally.of(key))
    return {outcome: total(counts) for outcome, counts in found.items()}


# ── What is so now ──


@dataclass(frozen=True, slots=True)
class Now:
    """The open cases.

    Parameters
    ----------
    open
        All of them.
    waiting
        Those of customers who have paid, certainly and enough, and sit without power; the oldest first.
    unchecked
        Those whose customer has paid, and which billing or an incident keeps from being checked.
    stopped
        All that an incident stopped: they hold their customer until somebody redrives them.
    advised
        Those that wait for an advisor.
    late
        Those of ``waiting`` and ``unchecked`` whose deadline has passed.
    """

    open: Sequence[OpenCase]
    waiting: Sequence[OpenCase]
    unchecked: Sequence[OpenCase]
    stopped: Sequence[OpenCase]
    advised: Sequence[OpenCase]
    late: Sequence[OpenCase]

    @property
    def paid(self) -> int:
        """Customers who have paid and sit without power, whether somebody has checked the payment or not."""
        return customers_of([*self.waiting, *self.unchecked])

    @property
    def oldest(self) -> datetime | None:
        """Since when the first of them waits."""
        return min(map(waits_since, [*self.waiting, *self.unchecked]), default=None)


def now_of(cases: Iterable[OpenCase], now: datetime, targets: Targets) -> Now:
    """What is so of the open cases."""
    found = list(cases)
    waiting = sorted((each for each in found if each.has_paid_and_waits), key=waits_since)
    unchecked = [each for each in found if each.is_unchecked]
    return Now(
        found,
        waiting,
        unchecked,
        [each for each in found if not each.runs],
        [each for each in found if each.waits_for is Party.ADVISOR],
        [each for each in (*waiting, *unchecked) if (due := due_of(each, targets)) is not None and due < now],
    )


def waits_since(case: OpenCase) -> datetime:
    """Since when a customer waits: since the payment was certain, or known; else since the case waits for somebody."""
    paid_at = case.certain_at if case.has_paid_and_waits else case.paid_at if case.is_unchecked else None
    return paid_at or case.since


def due_of(case: OpenCase, targets: Targets) -> datetime | None:
    """By when a customer who has paid and waits should have power: a technician has working days; None for others."""
    if not case.has_paid_and_waits and not case.is_unchecked:
        return None
    return targets.due(CaseKind.REMOTE if case.kind is CaseKind.EARLY else case.kind, waits_since(case))


def waited_at(
    moment: datetime, ended: Iterable[EndedCase], open_cases: Iterable[OpenCase]
) -> Sequence[EndedCase | OpenCase]:
    """The cases of customers who had paid, certainly and enough, and sat without power at a moment.

    Parameters
    ----------
    ended
        The cases that ended since then.
    """
    cases: list[EndedCase | OpenCase] = [*open_cases, *(each for each in ended if each.ended_at > moment)]
    return [each for each in cases if each.certain_at and each.certain_at <= moment]


def customers_of(cases: Iterable[Case]) -> int:
    """How many customers some cases are of."""
    return len({each.limitation_id for each in cases})
