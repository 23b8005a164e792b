"""Why a case went as it did: each of its decisions with what was known, the rules that matched and what they rest on.

The tables themselves are on pages of their own (``docs/decisions-tables``): drawn here, they hid what decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table as Grid
from rich.text import Text

import dmn
from ops.decisions.tables import source_of
from ops.decisions.versions import Deciding, Library
from record.cases.kept_decisions import KeptDecision
from record.cases.values import say
from record.formats import clock_time, counted, day_of
from restoration.adapters.dmn.publications import FORMER
from restoration.clock import PARIS
from restoration.domain.decision import WHOLE_KEPT_FOR

MATCHED = "bold green"
_OF_CHANNELS = {"declaration": "déclaration de paiement", "keep_work": "liste des conseillers"}
"""What else asks for decisions: the channels, before what they are about."""


def explained(case: str, kept: Sequence[KeptDecision], library: Library) -> Group:
    """A case, each of its decisions, with all that is known; :mod:`ops.decisions.summing_up` has the short ones."""
    head = f"[bold]Limitation {escape(case)}[/bold] : {counted(len(kept), 'décision')}, heure de Paris"
    shown = (each for number, decision in enumerate(kept, 1) for each in _explained(number, decision, library))
    return Group(head, *shown)


def _explained(number: int, decision: KeptDecision, library: Library) -> Iterator[RenderableType]:
    deciding = library.deciding(decision.decision, decision.version)
    labels = deciding.model.labels
    execution, _, state = decision.asked_by.rpartition("/")
    yield ""
    yield Line(f"[bold]{number}. {escape(_name(decision, deciding.model))}[/bold]", align="left")
    at = f"{day_of(decision.decided_at.astimezone(PARIS))} {clock_time(decision.decided_at)}"
    channel = _OF_CHANNELS.get(execution)
    by = f"{channel} {state}" if channel else f"exécution {execution}, étape {state}"
    yield _pairs([("Décidé le", at), ("Demandé par", by), ("Version", _version(decision, deciding))])
    if decision.inputs is None:
        yield Text(f"Données expirées après {WHOLE_KEPT_FOR.days} jours : il reste ce qui suit.", style="yellow")
    else:
        known = [(labels.get(name, name), say(value, labels)) for name, value in decision.inputs.items()]
        yield from _titled("Ce qui était connu", _pairs(known))
    if computed := [(step["name"], say(step["outputs"], labels)) for step in decision.steps[:-1]]:
        yield from _titled("Ce qui en a été calculé", _pairs(computed))
    # The rules that matched, what they tested, and their sources: that is kept for years.
    tables = {table.owner: table for table in deciding.model.tables}
    for owner, grounds in groupby(decision.grounds, key=lambda ground: str(ground["decision"])):
        table = tables.get(owner)
        text = Text("\n").join(_because(ground, table, labels) for ground in grounds)
        yield from _titled(table.title if table else owner, text)
    yield from _titled("Résultat", Text(say(decision.value, labels), MATCHED))
    if warnings := decision.audit["warnings"] if decision.audit is not None else []:
        lines = [f"{it['message']} (dans « {it['expression']} », {it['elementId']})" for it in warnings]
        yield from _titled("Avertissements", Text("\n".join(lines), style="yellow"))


def _titled(title: str, content: RenderableType) -> Iterator[RenderableType]:
    yield f"\n[bold cyan]{escape(title)}[/bold cyan]"
    yield Padding(content, (0, 0, 0, 2), expand=False)


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


def _pairs(pairs: Sequence[tuple[str, str]]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for name, value in pairs:
        grid.add_row(Text(name), Text(value))
    return grid


def _because(ground: Mapping[str, Any], table: dmn.DecisionTable | None, labels: Mapping[str, str]) -> Text:
    rule = next((it for it in table.rules if it.id == ground["rule"]), None) if table else None
    text = Text.assemble((f"▶ Règle {rule.number if rule else ground['rule']}", MATCHED))
    met = [f"{labels.get(name, name)} = {say(value)}" for name, value in ground["tested"].items()]
    text.append(f" car {' ; '.join(met)}" if met else " car aucune règle qui précède ne convient")
    if rule and (source := source_of(rule)):
        text.append(f"\n  Source : {source}")
    return text
