"""How scenarios and the law went, on a screen: what is not as expected."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.decision_tools.scenarios.books import Book, Played
from local.decision_tools.scenarios.law import Breach
from local.stories.reading import read_law


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
    for rule, count in Counter(example.rule for example in read_law()).items():
        says = f", {broken[rule]} autrement qu'attendu" if broken[rule] else ", tenue"
        style = "bold red" if broken[rule] else "green"
        console.print(Text(f"  {rule} : {count} exemple{'s' if count > 1 else ''}{says}", style=style), soft_wrap=True)
    for breach in breaches:
        console.print(Text(str(breach)), soft_wrap=True)
