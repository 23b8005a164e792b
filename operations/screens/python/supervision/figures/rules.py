"""The figures of "Règles": how often each rule of each table matched, and how often a decision went to an advisor."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from record.domain.record import EndedCase, Slice
from record.domain.tally import NO_COUNT, Count
from supervision.figures.customers import summed_named
from supervision.rule_tables import Rule, RuleTable, TableFile

RULE, DECISION = "rule#", "decision#"
UNCOUNTED = frozenset({"notification"})
"""Decisions that no execution asks for, but notify_customer, after the event: no case counts them."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What was counted of the rules in a range.

    Parameters
    ----------
    rules
        How often a rule matched, by the version of its file and its id.
    decisions
        How often a decision was taken and kept, by its id, and of them how many went to an advisor (``manual``). Empty
        where only single cases were searched.
    """

    rules: Mapping[tuple[str, str], int]
    decisions: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class FileUse:
    """A version of a decision file, and how often its rules matched."""

    file: TableFile
    matches: Matches

    @property
    def is_counted(self) -> bool:
        """Whether somebody counts its rules: those of messages to customers are not of any case."""
        return self.file.decision not in UNCOUNTED

    @property
    def taken(self) -> int | None:
        """How often the decision was taken, with whatever version; None where nobody counted it."""
        return self._decided.number if self.matches.decisions and self.is_counted else None

    @property
    def manual(self) -> int:
        """How many of them went to an advisor."""
        return self._decided.sums.get("manual", 0)

    @property
    def _decided(self) -> Count:
        return self.matches.decisions.get(self.file.decision, NO_COUNT)

    @property
    def tables(self) -> Sequence[RuleTable]:
        """The one with the most rules first."""
        return sorted(self.file.tables, key=lambda it: -len(it.rules))

    @property
    def rules(self) -> Sequence[Rule]:
        """Those of all its tables."""
        return [rule for table in self.file.tables for rule in table.rules]

    def matched(self, *rules: Rule) -> int:
        """How often some of its rules matched."""
        return sum(self.matches.rules.get((self.file.version, rule.id), 0) for rule in rules)

    def never(self, rules: Iterable[Rule]) -> int:
        """How many of some rules never matched."""
        return sum(not self.matched(rule) for rule in rules)

    def elsewhere(self, known: Iterable[TableFile]) -> Mapping[str, int]:
        """How often rules of other published versions of the file matched, by version."""
        others = (FileUse(each, self.matches) for each in known if each.file == self.file.file)
        return {
            each.file.version: number
            for each in others
            if each.file.version != self.file.version and (number := each.matched(*each.rules))
        }


def counted(slices: Sequence[Slice]) -> Matches:
    """What slices count of the rules."""
    rules: Counter[tuple[str, str]] = Counter()
    for count in summed_named(slices, RULE).values():
        for name, number in count.sums.items():
            version, _, rule = name.partition("#")
            rules[version, rule] += number
    return Matches(rules, summed_named(slices, DECISION))


def searched(cases: Iterable[EndedCase], files: Sequence[TableFile]) -> Matches:
    """In how many single cases a rule matched. A case names no version: the versions given are meant."""
    homes = {rule.id: file.version for file in files for table in file.tables for rule in table.rules}
    found = (each.partition("#")[2] for case in cases for each in case.rules)
    rules = Counter((homes[rule], rule) for rule in found if rule in homes)
    return Matches(rules, {})


def unknown(matches: Matches, known: Sequence[TableFile]) -> int:
    """How many matches are of versions that no published file has: a table was deployed that nobody published."""
    versions = {each.version for each in known}
    return sum(number for (version, _), number in matches.rules.items() if version not in versions)


# ── What would have brought power back ──


COVERAGE = "coverage"
_OF_THE_DEBT = frozenset({"DEBT_NOT_COVERED", "PLAN_BROKEN", "NO_ANSWER"})
"""Reasons for which the debt itself is claimed: its balance closes it. That of an instalment does not always."""


class Way(StrEnum):
    """How power would have come back."""

    MORE = "more"
    """So much more, of money that is certain at once."""
    MORE_AND_THE_REST = "more_and_the_rest"
    """So much more, once what is on its way (a cheque, an aid) is certain, too."""
    BY_CARD = "by_card"
    """The money that is on its way, by a means that is certain at once."""


type Missing = tuple[Way, Decimal | None]
"""What was missing, and how much of it in euro; no amount where the money is on its way."""


def missing(value: Mapping[str, Any]) -> Missing | None:
    """What would have brought power back; None where that is not certain, as where an advisor has to judge.

    It is read off the kept decision, so that no engine is needed here. A test has the engine itself decide again with
    what is said here, for thousands of made cases (tests/unit/supervision/test_counterfactual.py).

    Parameters
    ----------
    value
        Of a coverage that was decided by a version of the tables for which the lines are proven.
    """
    match value.get("outcome"):
        case "BALANCE_DUE" if value.get("reason") in _OF_THE_DEBT:
            balance, residual = (Decimal(str(value[name])) for name in ("balance", "residual"))
            return Way.MORE if balance == residual else Way.MORE_AND_THE_REST, balance
        case "AWAIT_CLEARING":
            return Way.BY_CARD, None
        case _:
            return None
