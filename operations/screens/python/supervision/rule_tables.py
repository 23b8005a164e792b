"""The decision tables as the rules' screen shows them: a summary of the ``.dmn`` files, without their engine.

``rule_tables.json`` is written by ``make decision-docs``; a test compares it with the files. What business wrote there
in French, and the words of the rules' language, have their words in ``rule_words.csv``; codes have those of the record.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from record.codes import codes
from record.formats import decimal
from record.words import Language, Texts

_SUMMARY = Path(__file__).with_name("rule_tables.json")
WORD = re.compile(r'"[^"]*"|not\(null\)|[A-Za-z][\w.]*')
"""What has a word in a cell: a value in quotes, and the names of the rules' language."""
SPAN = re.compile(r'duration\("P(\d+)([DMY])"\)')
"""A duration in a cell, which any publication may change."""
_UNITS: Texts = {"D": ("jour", "day"), "M": ("mois", "month"), "Y": ("an", "year")}
_INTERVAL = re.compile(r"([\[\]])(\d+)\.\.(\d+)([\[\]])")
_ENDS: Texts = {
    "[": ("de {least} à", "from {least} to"),
    "]": ("plus de {least} à", "over {least} to"),
    "][": (" moins de", " less than"),
    "]]": ("", ""),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table: its number from 1, what it asks and what it gives, each as label and cell, and its source."""

    id: str
    number: int
    conditions: Sequence[tuple[str, str]]
    results: Sequence[tuple[str, str]]
    source: str


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A table; ``owner`` is the id of its decision or business knowledge model, ``policy`` its hit policy."""

    owner: str
    title: str
    policy: str
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class TableFile:
    """One version of a decision file.

    Parameters
    ----------
    file
        Its name without its ending.
    decision
        The id of the decision that is asked for.
    version
        The hash of its contents, as counts and decision records name it.
    since
        The first business date on which it counts; None when it has counted from the beginning.
    about
        What it decides, in a sentence.
    tables
        In the order of the file.
    """

    file: str
    decision: str
    title: str
    version: str
    since: date | None
    about: str
    tables: Sequence[RuleTable]


@cache
def rule_tables() -> tuple[TableFile, ...]:
    """All published versions, by file, in the order in which they were approved."""
    return tuple(map(_file, json.loads(_SUMMARY.read_text(encoding="utf-8"))))


def find_rule(files: Iterable[TableFile], name: str) -> tuple[TableFile, RuleTable, Rule] | None:
    """A rule by its id, in the first file that has it."""
    found = ((file, table, rule) for file in files for table in file.tables for rule in table.rules)
    return next((each for each in found if each[2].id == name), None)


def in_force(files: Sequence[TableFile], day: date) -> Sequence[TableFile]:
    """Of each file the version that counts on a day: of those that have begun, the one approved last."""
    begun = [each for each in files if each.since is None or each.since <= day]
    return tuple({each.file: each for each in begun}.values())


@cache
def table_words() -> Texts:
    """The words of titles, labels and values of tables: what has none there is a code's, or French already."""
    with Path(__file__).with_name("rule_words.csv").open(encoding="utf-8", newline="") as file:
        own = {line["word"]: (line["fr"] or line["word"], line["en"]) for line in csv.DictReader(file)}
    return {**codes(), **own}


def said_of_rules(text: str, language: Language) -> str:
    """A title, a label or a value of a table in a language; as it is, where nobody gave it a word."""
    words = table_words()
    return words.get(text, words.get(text.upper(), (text, text)))[language is Language.ENGLISH]


def cell_in_words(cell: str, language: Language) -> str:
    """A cell in words instead of codes and of the rules' language (FEEL)."""
    told = SPAN.sub(lambda it: _span(it, language), cell)
    told = WORD.sub(lambda it: said_of_rules(it[0].strip('"'), language), told)
    told = _INTERVAL.sub(lambda it: _interval(it, language), told)
    return re.sub(r"\b\d\.\d", lambda it: decimal(it[0], language), told.replace("<=", "≤").replace(">=", "≥"))


def _span(found: re.Match[str], language: Language) -> str:
    """How long, as a value in quotes, so that it stays as it is."""
    unit = _UNITS[found[2]][language is Language.ENGLISH]
    return f'"{found[1]} {unit if found[1] == "1" or unit == "mois" else f"{unit}s"}"'


def _interval(found: re.Match[str], language: Language) -> str:
    first, least, most, last = found.groups()
    begins, ends = (_ENDS[each][language is Language.ENGLISH] for each in (first, f"]{last}"))
    return f"{begins.format(least=least)}{ends} {most}"


@cache
def rule_names() -> Texts:
    """The rules, as cases have them (``ruling#coverage_dispute``), with their names: table and number."""
    tables = [
        (table, [said_of_rules(table.title, each) for each in Language])
        for file in rule_tables()
        for table in file.tables
    ]
    return {
        f"{it.owner}#{rule.id}": (f"{french} n° {rule.number}", f"{english} no. {rule.number}")
        for it, (french, english) in tables
        for rule in it.rules
    }


def _file(found: dict[str, Any]) -> TableFile:
    since, tables = found.pop("from"), tuple(map(_table, found.pop("tables")))
    return TableFile(**found, since=date.fromisoformat(since) if since else None, tables=tables)


def _table(found: dict[str, Any]) -> RuleTable:
    rules = tuple(
        Rule(name, number, tuple(map(tuple, conditions)), tuple(map(tuple, results)), source)
        for number, (name, conditions, results, source) in enumerate(found.pop("rules"), 1)
    )
    return RuleTable(**found, rules=rules)
