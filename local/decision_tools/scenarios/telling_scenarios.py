"""How scenarios and the law went, on a screen: what is not as expected, and the rows that one scenario alone guards."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.decision_tools.scenarios.books import Book, Models, Played, guardians
from local.decision_tools.scenarios.law import Breach, examples_by_rule


def tell_played(console: Console, book: Book, first: date, played: Sequence[Played]) -> None:
    """Say how many scenarios of a table went as expected from a day on, and show the others."""
    failed = [it for it in played if not it.passes]
    since = "" if first == date.min else f", à partir du {first:%d/%m/%Y}"
    says = f"{len(failed)} autrement qu'attendu" if failed else "tous comme attendu"
    style = "bold red" if failed else "green"
    console.print(Text(f"{book.table}.csv{since} : {len(played)} cas, {says}", style=style))
    if not failed:
        return
    shown = Table("Ligne", "Cas", "Résultat", "Attendu", "Obtenu")
    for it in failed:
        told = [("", "", it.error)] if it.error else book.tell(it)
        for place, (label, expected, got) in enumerate(told):
            head = ("", "") if place else (str(it.scenario.line), it.scenario.name)
            shown.add_row(*(Text(cell) for cell in (*head, label, expected, got)))
    console.print(shown)


def tell_law(console: Console, day: date, breaches: Sequence[Breach]) -> None:
    """Say for each rule of the law how many examples it has under the tables of a day, and what breaks it."""
    console.print(Text(f"La loi, par les tables du {day:%d/%m/%Y} :", style="bold"))
    broken = Counter(breach.example.rule for breach in breaches)
    for rule, count in examples_by_rule().items():
        says = f", {broken[rule]} autrement qu'attendu" if broken[rule] else ", tenue"
        style = "bold red" if broken[rule] else "green"
        console.print(Text(f"  {rule} : {count} exemple{'s' if count > 1 else ''}{says}", style=style), soft_wrap=True)
    for breach in breaches:
        console.print(Text(str(breach)), soft_wrap=True)


def tell_guardians(console: Console, played: Sequence[Played], models: Models) -> None:
    """Show each row of the tables that one scenario alone reaches, or none."""
    reached = frozenset[str]().union(*(it.rules for it in played))
    alone = guardians(played)
    shown = Table("Table", "Ligne", "Gardée par", title="Lignes des tables qu'un seul cas atteint, ou aucun")
    for table in (table for model in dict.fromkeys(models.values()) for table in model.tables):
        for rule in table.rules:
            if rule.id in alone or rule.id not in reached:
                guard = Text(alone[rule.id]) if rule.id in alone else Text("aucun cas", style="bold red")
                shown.add_row(Text(table.title), str(rule.number), guard)
    console.print(shown)
