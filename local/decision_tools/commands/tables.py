"""``make decisions``, ``scenarios``, ``law``, ``rows`` and ``make decision-docs``: what the tables are and say."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from local.decision_tools.commands import options
from local.decision_tools.pages.rows import tell_rows
from local.decision_tools.pages.writing import write
from local.decision_tools.publishing.press import Press
from local.decision_tools.scenarios.books import WHOLE_LOOK, Tables, read_book, tables_with_scenarios, with_draft
from local.decision_tools.scenarios.law import check_law
from local.decision_tools.scenarios.telling_scenarios import tell_law, tell_played
from local.decision_tools.tables import checking
from ops.decisions.tables import DECISIONS, ROOT
from record.cases.failures import NothingFound
from restoration.clock import paris_date, utc_now

commands = typer.Typer()


@commands.command()
def check(files: Annotated[list[Path] | None, typer.Argument(help="Default: the project's.")] = None) -> None:
    """Analyse the tables; exit 1 when one has an error."""
    screen = options.console()
    checked = checking.check_files(files or sorted(DECISIONS.glob("*.dmn")), whole=not files)
    checking.tell(screen, checked)
    unapproved = [] if files else Press(today=paris_date(utc_now())).unapproved()
    for says in unapproved:
        screen.print(f"erreur : {says}", style="bold red", soft_wrap=True, markup=False)
    if checked.errors or unapproved:
        raise typer.Exit(1)


@commands.command()
def scenarios(
    table: Annotated[str, typer.Argument(help="Such as coverage; default: all of them.")] = "",
    draft: options.Draft = None,
    since: options.Since = "",
) -> None:
    """Play the business's scenarios; exit 1 when one ends otherwise."""
    tables, changed, first_day = Tables(), options.draft_of(draft), options.day_or_today(since)
    names = [table] if table else tables_with_scenarios()
    if changed is not None:
        names = [it for it in names if any(decision in changed.decisions for decision in tables.decisions_of(it))]
    if not names:
        raise NothingFound(f"{draft} n'a aucune décision que ces cas demandent")
    failed = 0
    for name in names:
        book = read_book(name, tables, *filter(None, [changed]))
        for first, last in tables.spans(name) if changed is None else [(first_day, date.max)]:
            models = with_draft(tables.on(first), changed)
            played = [book.play(it, models) for it in book.counting(first, last)]
            failed += sum(not it.passes for it in played)
            tell_played(options.console(), book, first, played)
    if failed:
        raise typer.Exit(1)


@commands.command()
def law(draft: options.Draft = None, since: options.Since = "") -> None:
    """Play the examples of the law; exit 1 when one is broken."""
    tables, changed, first_day = Tables(), options.draft_of(draft), options.day_or_today(since)
    broken = 0
    for first, last in tables.spans(WHOLE_LOOK):
        if last >= first_day:
            day = max(first, first_day)
            breaches = check_law(with_draft(tables.on(day), changed))
            tell_law(options.console(), day, breaches)
            broken += len(breaches)
    if broken:
        raise typer.Exit(1)


@commands.command()
def rows(kept: options.Kept = options.KEPT, table: options.Table = "", region: options.Region = options.REGION) -> None:
    """List whom each row met in the last 30 days, and its guardians."""
    tell_rows(options.console(), options.kept_decisions(kept, table, region, options.DAYS))


@commands.command()
def document() -> None:
    """Write docs/decisions-tables/ and rule_tables.json from the tables."""
    for path in write():
        options.console().print(f"{path.relative_to(ROOT)} : {'écrit' if path.exists() else 'supprimé'}")
