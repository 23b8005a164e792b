"""Why a case went as it did: each of its decisions with what was known, the rules that matched and what they rest on.

The tables themselves are on pages of their own (``docs/decisions-tables``): drawn here, they hid what decided.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table as Grid
from rich.text import Text

import dmn
from dmn import feel
from ops.decisions.tables import conditions, source_of
from ops.decisions.versions import Deciding, Library
from record.cases.kept_decisions import KeptDecision
from record.cases.values import say
from record.formats import clock_time, counted, day_of
from restoration.adapters.dmn.publications import FORMER
from restoration.clock import PARIS
from restoration.domain.decision import WHOLE_KEPT_FOR

MATCHED = "bold green"


class Explainer:
    """Prints explanations, with all that is known; :mod:`ops.decisions.summing_up` has the short ones."""

    def __init__(self, console: Console, library: Library) -> None:
        self._console = console
        self._library = library

    def explain(self, case: str, kept: Sequence[KeptDecision]) -> None:
        """Print a case, each of its decisions."""
        self._console.print(
            f"[bold]Limitation {escape(case)}[/bold] : {counted(len(kept), 'décision')}, heure de Paris"
        )
        for number, decision in enumerate(kept, 1):
            self._explain_one(number, decision)

    def _explain_one(self, number: int, decision: KeptDecision) -> None:
        deciding = self._library.deciding(decision.decision, decision.version)
        labels = deciding.model.labels
        execution, _, state = decision.asked_by.rpartition("/")
        self._console.print()
        self._console.print(Line(f"[bold]{number}. {escape(_name(decision, deciding.model))}[/bold]", align="left"))
        facts = [("Décidé le", _moment(decision)), ("Demandé par", f"exécution {execution}, étape {state}")]
        facts.append(("Version", _version(decision, deciding)))
        self._console.print(_pairs(facts))
        tables = {table.owner: table for table in deciding.model.tables}
        if decision.inputs is None:
            self._explain_forgotten(decision, tables, labels)
            return
        known = [(labels.get(name, name), say(value, labels)) for name, value in decision.inputs.items()]
        self._print("Ce qui était connu", _pairs(known))
        computed = [step for step in decision.steps if step["id"] not in tables]
        if computed:
            pairs = [(step["name"], say(step["outputs"], labels)) for step in computed]
            self._print("Ce qui en a été calculé", _pairs(pairs))
        asked = [step for step in decision.steps if step["id"] in tables]
        for owner, steps in groupby(asked, key=lambda step: step["id"]):
            table = tables[owner]
            self._print(table.title, Group(*(self._because(table, step, labels) for step in steps)))
        self._print("Résultat", Text(say(decision.value, labels), MATCHED))
        self._print_warnings(decision)

    def _explain_forgotten(
        self, decision: KeptDecision, tables: Mapping[str, dmn.DecisionTable], labels: Mapping[str, str]
    ) -> None:
        """What is kept for years: the rules that matched, what they tested, and the result."""
        self._console.print(
            Text(f"Données expirées après {WHOLE_KEPT_FOR.days} jours : il reste ce qui suit.", style="yellow")
        )
        for ground in decision.grounds:
            table = tables.get(ground["decision"])
            rule = next((it for it in table.rules if it.id == ground["rule"]), None) if table else None
            text = Text(f"▶ Règle {rule.number if rule else ground['rule']}", style=MATCHED)
            met = [f"{labels.get(name, name)} = {say(value)}" for name, value in ground["tested"].items()]
            text.append(f" car {' ; '.join(met)}" if met else " car aucune règle qui précède ne convient")
            if rule and (source := source_of(rule)):
                text.append(f"\n  Source : {source}")
            self._print(table.title if table else ground["decision"], text)
        self._print("Résultat", Text(say(decision.value, labels), MATCHED))

    def _print(self, title: str, content: RenderableType) -> None:
        self._console.print(f"\n[bold cyan]{escape(title)}[/bold cyan]")
        self._console.print(Padding(content, (0, 0, 0, 2), expand=False))

    def _because(self, table: dmn.DecisionTable, step: Mapping[str, Any], labels: Mapping[str, str]) -> Text:
        """Which rule matched a step, on what grounds."""
        rules = {rule.id: rule for rule in table.rules}
        text = Text()
        for matched in step["matchedRules"]:
            text.append(f"▶ Règle {matched['index']} sur {len(rules)}", style=MATCHED)
            rule = rules.get(matched["id"])
            if rule is not None:
                asked = conditions(table, rule)
                met = [_met(label, expression, cell, step["inputs"]) for label, expression, cell in asked]
                text.append(f" car {' ; '.join(met)}" if met else " car aucune règle qui précède ne convient")
            source = " · ".join(matched["annotations"].values())
            text.append(f"\n  Source : {source}\n" if source else "\n")
        if not step["matchedRules"]:
            text.append("Aucune règle ne convient\n", style="bold yellow")
        text.append(f"  → {say(step['outputs'], labels)}")
        return text

    def _print_warnings(self, decision: KeptDecision) -> None:
        warnings = decision.audit["warnings"] if decision.audit is not None else []
        if not warnings:
            return
        lines = [f"{it['message']} (dans « {it['expression']} », {it['elementId']})" for it in warnings]
        self._print("Avertissements", Text("\n".join(lines), style="yellow"))


def _name(decision: KeptDecision, model: dmn.Model) -> str:
    return str(decision.steps[-1]["name"]) if decision.steps else model.decisions[decision.decision].name


def _version(decision: KeptDecision, deciding: Deciding) -> str:
    about = f"{deciding.file} {decision.version}"
    if not deciding.is_exact:
        return f"{about} : introuvable ; la table lue est l'actuelle ({deciding.model.version}), elle a pu changer"
    published = deciding.publication
    if published is None:
        return f"{about}, en vigueur"
    state = "remplacée depuis" if published.file.startswith(FORMER) else "en vigueur"
    since = f"du {day_of(published.since)}" if published.since else "du début"
    approved = f" le {day_of(published.approved_on)}" if published.approved_on else ""
    return f"{about}, {state} ; compte à partir {since}, approuvée{approved} par {published.approved_by}"


def _moment(decision: KeptDecision) -> str:
    return f"{day_of(decision.decided_at.astimezone(PARIS))} {clock_time(decision.decided_at)}"


def _pairs(pairs: Sequence[tuple[str, str]]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for name, value in pairs:
        grid.add_row(Text(name), Text(value))
    return grid


def _met(label: str, expression: str, cell: str, given: Mapping[str, Any]) -> str:
    """What a column's expression amounted to; which test it passed, where that needs more than is kept."""
    try:
        value = feel.evaluate(expression, given).value
    except dmn.DmnError:
        value = None
    if value is None and cell != "null":
        return f"{label} : {cell}"
    return f"{label} = {say(value)}"
