"""The guardians of each row of the tables, stories and scenarios; whom it met in the last days, with their debts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from rich.console import Console
from rich.table import Table

import dmn
from local.decision_tools.replays.impact import debts_of
from local.decision_tools.scenarios.books import Book, Tables, read_book, tables_with_scenarios
from local.stories.taken import read_taken, takers
from ops.decisions.tables import DECISIONS
from record.cases.kept_decisions import KeptDecision
from restoration.domain.french import euro


@dataclass(frozen=True, slots=True)
class Guardians:
    """The stories and the scenarios that reach a row, by their names."""

    stories: Sequence[str]
    scenarios: Sequence[str]

    @property
    def told(self) -> str:
        """In French; names are given where one alone guards the row for its kind."""
        stories = [f"@{it}" for it in self.stories] if len(self.stories) == 1 else [f"{len(self.stories)} histoires"]
        cases = [f"« {it} »" for it in self.scenarios] if len(self.scenarios) == 1 else [f"{len(self.scenarios)} cas"]
        told = (stories if self.stories else []) + (cases if self.scenarios else [])
        return f"{'seul : ' if len(self.stories) + len(self.scenarios) == 1 else ''}{' ; '.join(told) or '**aucun**'}"


@dataclass(frozen=True, slots=True)
class Met:
    """Whom a row met: how many limited customers, and their debts together, in euro."""

    customers: int
    debt: Decimal


def guardians_of(model: dmn.Model) -> Mapping[str, Guardians]:
    """The guardians of each row of a model, by the rule's id; none where the model's decisions have no scenarios."""
    stories = takers(read_taken(), "rows")
    scenarios: dict[str, list[str]] = {}
    for decision in (info.id for info in model.decisions.values()):
        if book := _books().get(decision):
            for played in (book.play(it, {decision: model}) for it in book.scenarios):
                for rule in played.rules:
                    scenarios.setdefault(rule, []).append(played.scenario.name)
    if not scenarios:
        return {}
    rules = [rule.id for table in model.tables for rule in table.rules]
    return {it: Guardians(stories.get(it, ()), scenarios.get(it, ())) for it in rules}


@cache
def _books() -> Mapping[str, Book]:
    """The scenarios of each decision."""
    tables = Tables()
    names = {decision: name for decision, name in tables.files.items() if name in tables_with_scenarios()}
    return {decision: read_book(name, tables) for decision, name in names.items()}


def met(kept: Sequence[KeptDecision]) -> Mapping[str, Met]:
    """Whom each row met, by the rule's id."""
    customers: dict[str, set[str]] = {}
    debts = debts_of(kept)
    for it in kept:
        for ground in it.grounds:
            customers.setdefault(str(ground["rule"]), set()).add(it.limitation_id)
    return {
        rule: Met(len(of), sum((debts.get(it, Decimal()) for it in of), Decimal())) for rule, of in customers.items()
    }


def tell_rows(console: Console, kept: Sequence[KeptDecision], folder: Path = DECISIONS) -> None:
    """Show the rows that met somebody: customers, debts, guardians."""
    found = met(kept)
    shown = Table("Table", "Ligne", "Clients", "Dette", "Gardiens", title="Lignes appliquées ces 30 derniers jours")
    rows = 0
    for model in map(dmn.load, sorted(folder.glob("*.dmn"))):
        guardians = guardians_of(model)
        for table in model.tables:
            rows += len(table.rules)
            for rule in table.rules:
                if each := found.get(rule.id):
                    told = guardians[rule.id].told if rule.id in guardians else ""
                    shown.add_row(table.title, str(rule.number), str(each.customers), euro(each.debt), told)
    console.print(shown)
    console.print(f"{shown.row_count} lignes sur {rows} ont servi.")
