"""``scenarios`` and ``law``: the business's scenarios and the examples of the law, played."""

import argparse
from datetime import date

from rich.console import Console

from local.decision_tools.commands.options import Commands, add_draft, draft_of, since_of
from local.decision_tools.scenarios.books import WHOLE_LOOK, Tables, read_book, tables_with_scenarios, with_draft
from local.decision_tools.scenarios.law import check_law
from local.decision_tools.scenarios.telling_scenarios import tell_law, tell_played
from record.cases.failures import NothingFound


def add_commands(commands: Commands) -> None:
    scenarios = commands.add_parser("scenarios", help="play the business's scenarios; exit 1 when one ends otherwise")
    scenarios.add_argument("table_name", metavar="TABLE", nargs="?", help="such as coverage; default: all of them")
    scenarios.set_defaults(run=_scenarios)
    law = commands.add_parser("law", help="play the examples of the law; exit 1 when one is broken")
    law.set_defaults(run=_law)
    for playing in (scenarios, law):
        add_draft(playing)


def _scenarios(console: Console, chosen: argparse.Namespace) -> int:
    tables, draft, since = Tables(), draft_of(chosen), since_of(chosen)
    names = [chosen.table_name] if chosen.table_name else tables_with_scenarios()
    if draft is not None:
        names = [it for it in names if any(decision in draft.decisions for decision in tables.decisions_of(it))]
    if not names:
        raise NothingFound(f"{chosen.draft} n'a aucune décision que ces cas demandent")
    failed = 0
    for name in names:
        book = read_book(name, tables, *filter(None, [draft]))
        for first, last in tables.spans(name) if draft is None else [(since, date.max)]:
            models = with_draft(tables.on(first), draft)
            played = [book.play(it, models) for it in book.counting(first, last)]
            failed += sum(not it.passes for it in played)
            tell_played(console, book, first, played)
    return 1 if failed else 0


def _law(console: Console, chosen: argparse.Namespace) -> int:
    tables, draft, since = Tables(), draft_of(chosen), since_of(chosen)
    broken = 0
    for first, last in tables.spans(WHOLE_LOOK):
        if last >= since:
            day = max(first, since)
            breaches = check_law(with_draft(tables.on(day), draft))
            tell_law(console, day, breaches)
            broken += len(breaches)
    return 1 if broken else 0
