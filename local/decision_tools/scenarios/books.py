"""The business's scenarios of the decisions (``stories/decisions/``), played under any tables.

A scenario must hold under each version of its table that is in force on one of the days on which it counts.
``look.csv`` holds whole looks, from billing's facts to what coverage decides of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.replays.replaying import Outcome, decide_what_it_reads
from local.decision_tools.scenarios.scenarios_csv import Scenario, ScenarioSheet
from local.decision_tools.sheets.cell_values import Slot, input_slots, result_slots, write_cell
from local.decision_tools.sheets.inputs_csv import Sheet, read_sheet
from local.decision_tools.tables.contract import read_contract
from ops.decisions.tables import DECISIONS, ROOT
from record.cases.failures import NothingFound
from restoration.adapters.dmn.publications import Publication, in_force, read_publications
from restoration.domain.look import FACTS, LOOK, inputs_of

STORIES = ROOT / "stories" / "decisions"
WHOLE_LOOK = "look"
OF_THE_CLAIM = ("limitedPowerKva", "advisorDecision")
"""What the claim gives the decisions of a look, and not billing."""

type Models = Mapping[str, dmn.Model]
"""The models by the decisions that they are asked for."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the tables decide of a scenario: the value, the ids of the rules reached, and what went wrong."""

    scenario: Scenario
    got: Mapping[str, Any]
    rules: frozenset[str]
    error: str = ""

    @property
    def differing(self) -> tuple[str, ...]:
        """The names of the results that are not as expected."""
        expected, got = self.scenario.expected, self.got
        return tuple(name for name, value in expected.items() if name not in got or got[name] != value)

    @property
    def passes(self) -> bool:
        """Whether all is as expected."""
        return not self.error and not self.differing


class Tables:
    """The published versions of the decision files of a folder."""

    def __init__(self, folder: Path = DECISIONS) -> None:
        self._folder = folder
        self._load = cache(lambda file: dmn.load(folder / file))

    @cached_property
    def _publications(self) -> Mapping[str, Sequence[Publication]]:
        return read_publications(self._folder)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The name of the file of each decision that the system calls."""
        loaded = {name: self._load(f"{name}.dmn") for name in self._publications}
        known = {info.id: name for name, model in loaded.items() for info in model.decisions.values()}
        return {decision: known[decision] for decision in read_contract().decisions if decision in known}

    def decisions_of(self, table: str) -> tuple[str, ...]:
        """The decisions that the scenarios of a table ask, the last of them for what is expected.

        Raises
        ------
        NothingFound
            There is no such table.
        """
        found = LOOK if table == WHOLE_LOOK else tuple(it for it, name in self.files.items() if name == table)
        if not found:
            there = ", ".join(sorted({*self.files.values(), WHOLE_LOOK}))
            raise NothingFound(f"il n'y a pas de table « {table} » ; on trouve : {there}")
        return found

    def on(self, day: date) -> Models:
        """The models in force on a business date."""
        return {
            decision: self._load(in_force(self._publications[name], day).file) for decision, name in self.files.items()
        }

    def asking(self, file: str) -> list[str]:
        """The tables whose scenarios ask a file: its own, and the whole look's where it is looked at."""
        return [it for it in (file, WHOLE_LOOK) if any(self.files[asked] == file for asked in self.decisions_of(it))]

    def file(self, name: str, day: date) -> Path:
        """The file that counts on a business date."""
        return self._folder / in_force(self._publications[name], day).file

    def versions(self, decision: str) -> list[dmn.Model]:
        """All published models of a decision, the newest last."""
        return [self._load(it.file) for it in self._publications[self.files[decision]]]

    def spans(self, table: str) -> list[tuple[date, date]]:
        """The first and the last day of each time during which the same versions of a table's decisions count."""
        names = {self.files[decision] for decision in self.decisions_of(table)}
        starts = sorted({it.since or date.min for name in names for it in self._publications[name]})
        return list(zip(starts, [*(it - timedelta(days=1) for it in starts[1:]), date.max], strict=True))


class Book(ScenarioSheet):
    """The scenarios of a table, which ask its decisions, the last of them for what is expected."""

    def __init__(self, table: str, decisions: Sequence[str], sheet: Sheet, *slots: Mapping[str, Slot]) -> None:
        self.table, self.decisions = table, decisions
        super().__init__(sheet, *slots)

    @property
    def usual(self) -> Mapping[str, Any]:
        """The inputs of the first base case."""
        return next(iter(self.bases.values()))

    def counting(self, first: date, last: date) -> Iterator[Scenario]:
        """The scenarios that count on one of some days."""
        return (it for it in self.scenarios if it.counts(first, last))

    def play(self, scenario: Scenario, models: Models) -> Played:
        """Decide a scenario by some models: those in force on a day, or a draft among them."""
        inputs, last = scenario.inputs, self.decisions[-1]
        if self.table == WHOLE_LOOK:
            given = {name: inputs[name] for name in OF_THE_CLAIM}
            outcomes = [outcome for _, outcome in looked_at(models, inputs, given)]
        else:
            outcomes = [decide_what_it_reads(models[last], last, inputs)]
        rules = frozenset[str]().union(*(it.matched for it in outcomes))
        value, error = outcomes[-1].value, outcomes[-1].error
        return Played(scenario, value if isinstance(value, dict) else {}, rules, error)

    def tell(self, played: Played) -> list[tuple[str, str, str]]:
        """What is not as expected, in French: the result's label, what was expected, and what was decided."""
        expected, got = played.scenario.expected, played.got
        return [
            (slot.title, write_cell(expected[slot.name], slot), write_cell(got.get(slot.name), slot))
            for slot in self.expected.values()
            if slot.name in played.differing
        ]


def looked_at(models: Models, facts: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, Outcome]]:
    """Decide a whole look, decision by decision, up to one that can't be decided."""
    decided: dict[str, Any] = {}
    for decision in LOOK:
        outcome = decide_what_it_reads(models[decision], decision, inputs_of(decision, facts, decided, given))
        yield decision, outcome
        if outcome.error:
            return
        decided[decision] = outcome.value


def with_draft(models: Models, draft: dmn.Model | None) -> Models:
    """Some models, with a draft in the place of those whose decisions it has."""
    has = draft.decisions if draft is not None else {}
    return {decision: draft if draft and decision in has else model for decision, model in models.items()}


def failing(file: str, tables: Tables, folder: Path = STORIES) -> list[str]:
    """Say in French which scenarios that ask a file don't hold under each version that counts on one of their days."""
    return [
        f"{table}.csv, ligne {scenario.line} : « {scenario.name} », à partir du {max(first, scenario.since):%d/%m/%Y}"
        for table in tables.asking(file)
        for book in [read_book(table, tables, folder=folder)]
        for first, last in tables.spans(table)
        for models in [tables.on(first)]
        for scenario in book.counting(first, last)
        if not book.play(scenario, models).passes
    ]


def tables_with_scenarios(folder: Path = STORIES) -> list[str]:
    """The names of the tables that have scenarios."""
    return sorted(path.stem for path in folder.glob("*.csv"))


def read_book(table: str, tables: Tables, *drafts: dmn.Model, folder: Path = STORIES) -> Book:
    """Read the scenarios of a table.

    Parameters
    ----------
    drafts
        Models that may read or say what no published version does.

    Raises
    ------
    NothingFound
        There is no such table.
    BrokenInputs
        The file can't be read; says in French where, and what to write.
    """
    decisions = tables.decisions_of(table)
    models = {it: [*tables.versions(it), *(draft for draft in drafts if it in draft.decisions)] for it in decisions}
    inputs = input_slots((decision, model) for decision in decisions for model in models[decision])
    if table == WHOLE_LOOK:
        facts = {*OF_THE_CLAIM, *chain.from_iterable(FACTS.values())}
        inputs = {name: slot for name, slot in inputs.items() if name in facts}
    results = result_slots(decisions[-1], *models[decisions[-1]])
    return Book(table, decisions, read_sheet(folder / f"{table}.csv"), inputs, results)
