"""The figures of "Règles": how often each rule of each table matched, and how often a decision went to an advisor."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
