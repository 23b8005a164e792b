"""Shows which cases a changed table would decide differently, rule by rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

import dmn
from local.decision_tools.replays.evidence import Evidence
from local.decision_tools.replays.made_cases import MADE
from local.decision_tools.replays.replaying import Case, Comparison, RuleChange
from ops.decisions.tables import source_of
from record.cases.values import say
from restoration.domain.decision import WHOLE_KEPT_FOR


class ChangeTeller:
    """Prints a comparison with the rules of both models; ``before`` is the project's own file."""

    def __init__(self, console: Console, before: dmn.Model, after: dmn.Model) -> None:
        self._console = console
        self._labels = {**before.labels, **after.labels}
        self._titles = {table.owner: table.title for model in (before, after) for table in model.tables}
        self._before = _rules_by_id(before)
        self._after = _rules_by_id(after)

    def tell(self, comparison: Comparison) -> None:
        """Print each group of cases that the same change of rules concerns, the largest first."""
        self._groups(comparison)
        if comparison.assumed_null:
            names = ", ".join(f"« {name} »" for name in comparison.assumed_null)
            self._say(
                f"\nDonnée nouvelle, prise comme null car aucun cas gardé ne la porte : {names}. Pour lui donner des "
                "valeurs : CSV=cas.csv."
            )
        told = f"\nCas rejoués pour « {comparison.decision} » : {comparison.total} ; issue différente : "
        told += str(comparison.changed)
        if comparison.by_another_rule:
            told += f" ; même issue par une autre règle : {comparison.by_another_rule}"
        self._say(f"{told}.", "bold")
        if comparison.forgotten:
            days = WHOLE_KEPT_FOR.days
            self._say(f"Pas rejouées, données expirées après {days} jours : {comparison.forgotten}.", "yellow")

    def tell_evidence(self, evidence: Evidence) -> None:
        """Print what changed and what the replayed cases say of each row; then made cases, said to be made."""
        edits, made = evidence
        if not edits:
            self._say("\nLes deux tables sont les mêmes.")
            return
        self._say("\nCe qui change", "bold")
        for edit, reached in edits:
            told = f"{edit.says} : {_reached(reached)}" if edit.rule else edit.says
            self._say(f"  {told}", "yellow" if edit.rule and not reached else "")
        if made is None:
            return
        self._say(
            "\nCAS FABRIQUÉS, et non gardés : des cas connus dont une à trois données sont déplacées vers les bornes "
            "des tables. Aucun client n'est forcément dans cette situation.",
            "bold yellow",
        )
        if not made.total:
            self._say(f"  {MADE} cas fabriqués : aucun n'a d'autre issue par ce qui change.")
        self._groups(made)

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)

    def _groups(self, comparison: Comparison) -> None:
        for (was, now), cases in comparison.undecided.items():
            self._head(len(cases), "que la nouvelle table ne sait plus décider" if now else "enfin décidés")
            self._say(f"  {now or was}", "red" if now else "")
            for case in cases:
                self._say(f"  {case.name}")
        for changes, cases in sorted(comparison.differing.items(), key=lambda group: -len(group[1])):
            self._head(len(cases), "à l'issue différente")
            for change in changes:
                self._console.print(self._change(change), soft_wrap=True)
            self._console.print(self._cases(cases))

    def _head(self, number: int, what: str) -> None:
        self._console.print(f"\n[bold]{number} cas[/bold] {what}")

    def _change(self, change: RuleChange) -> Text:
        owner, before, after = change
        text = Text.assemble("  ", (self._titles.get(owner, owner), "cyan"), " : ")
        if not before and not after:
            return text.append("les mêmes règles donnent un autre résultat")
        text.append(_name(self._before, before), style="red")
        if before == after:
            return text.append(" donne un autre résultat, ou ce dont elle dépend")
        return text.append(" → ").append(_name(self._after, after), style="green")

    def _cases(self, cases: Sequence[Case]) -> Grid:
        grid = Grid(Column("Cas", no_wrap=True), "Avant", "Après", box=None, padding=(0, 2), pad_edge=True)
        for case in cases:
            before, after = _what_differs(case.before.value, case.after.value)
            grid.add_row(Text(case.name), Text(say(before, self._labels)), Text(say(after, self._labels)))
        return grid


def _reached(number: int) -> str:
    if not number:
        return "aucun cas rejoué ne l'atteint"
    return f"{number} cas rejoués l'atteignent" if number > 1 else "un cas rejoué l'atteint"


def _rules_by_id(model: dmn.Model) -> dict[str, dmn.TableRule]:
    return {rule.id: rule for table in model.tables for rule in table.rules}


def _name(rules: Mapping[str, dmn.TableRule], ids: Sequence[str]) -> str:
    """Rules by number and source; one that the file no longer has, by its id."""
    if not ids:
        return "aucune règle"
    distinct = list(dict.fromkeys(ids))
    times = {it: f" ({ids.count(it)} fois)" if ids.count(it) > 1 else "" for it in distinct}
    return " + ".join(
        (f"règle {rules[it].number} « {source_of(rules[it])} »" if it in rules else f"règle {it}") + times[it]
        for it in distinct
    )


def _what_differs(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two records of outputs, those outputs that differ."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: say(before.get(name)) for name in names}, {name: say(after.get(name)) for name in names}
