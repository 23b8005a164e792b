"""The figures of "Règles": how often each rule of each table matched, and how often a decision went to an advisor."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from record.domain.record import EndedCase, Slice
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
    taken
        How often a decision was taken and kept, by its id. Empty where only single cases were searched.
    manual
        How many of them went to an advisor.
    """

    rules: Mapping[tuple[str, str], int]
    taken: Mapping[str, int]
    manual: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule, and how often it matched."""

    rule: Rule
    matched: int


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table with the use of its rules; ``matched`` is that of all its rules together."""

    table: RuleTable
    matched: int
    rules: Sequence[RuleUse]

    @property
    def never(self) -> int:
        """How many of its rules never matched."""
        return sum(not each.matched for each in self.rules)


@dataclass(frozen=True, slots=True)
class FileUse:
    """A version of a decision file with the use of its tables, the one with the most rules first.

    Parameters
    ----------
    taken
        How often the decision was taken, with whatever version; None where nobody counted it.
    manual
        How many of them went to an advisor.
    elsewhere
        How often rules of other versions of the file matched, by version.
    """

    file: TableFile
    taken: int | None
    manual: int
    tables: Sequence[TableUse]
    elsewhere: Mapping[str, int]

    @property
    def is_counted(self) -> bool:
        """Whether somebody counts its rules: those of messages to customers are not of any case."""
        return self.file.decision not in UNCOUNTED

    @property
    def rules(self) -> int:
        """How many rules its tables have."""
        return sum(len(each.rules) for each in self.tables)

    @property
    def never(self) -> int:
        """How many of its rules never matched."""
        return sum(each.never for each in self.tables)


def counted(slices: Iterable[Slice]) -> Matches:
    """What slices count of the rules."""
    rules: Counter[tuple[str, str]] = Counter()
    taken: Counter[str] = Counter()
    manual: Counter[str] = Counter()
    for each in slices:
        for count in each.tally.named(RULE).values():
            for name, number in count.sums.items():
                version, _, rule = name.partition("#")
                rules[version, rule] += number
        for decision, count in each.tally.named(DECISION).items():
            taken[decision] += count.number
            manual[decision] += count.sums.get("manual", 0)
    return Matches(rules, taken, manual)


def searched(cases: Iterable[EndedCase], files: Sequence[TableFile]) -> Matches:
    """In how many single cases a rule matched. A case names no version: the versions given are meant."""
    homes = {rule.id: file.version for file in files for table in file.tables for rule in table.rules}
    found = (each.partition("#")[2] for case in cases for each in case.rules)
    rules = Counter((homes[rule], rule) for rule in found if rule in homes)
    return Matches(rules, {}, {})


def uses(matches: Matches, files: Sequence[TableFile], known: Sequence[TableFile] = ()) -> Sequence[FileUse]:
    """The use of files, in their order.

    Parameters
    ----------
    known
        All published versions, so that matches of other versions of a file are told, too.
    """
    by_version: Counter[str] = Counter()
    for (version, _), number in matches.rules.items():
        by_version[version] += number
    return [
        FileUse(
            file,
            matches.taken.get(file.decision, 0) if matches.taken and file.decision not in UNCOUNTED else None,
            matches.manual.get(file.decision, 0),
            sorted((_table(matches, file, table) for table in file.tables), key=lambda it: -len(it.rules)),
            {
                other.version: by_version[other.version]
                for other in known
                if other.file == file.file and other.version != file.version and by_version[other.version]
            },
        )
        for file in files
    ]


def unknown(matches: Matches, known: Sequence[TableFile]) -> int:
    """How many matches are of versions that no published file has: a table was deployed that nobody published."""
    versions = {each.version for each in known}
    return sum(number for (version, _), number in matches.rules.items() if version not in versions)


def _table(matches: Matches, file: TableFile, table: RuleTable) -> TableUse:
    rules = [RuleUse(rule, matches.rules.get((file.version, rule.id), 0)) for rule in table.rules]
    return TableUse(table, sum(each.matched for each in rules), rules)
