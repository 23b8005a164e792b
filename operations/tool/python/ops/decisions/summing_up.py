"""Why a case went as it did, on a screen: each decision with its result and its rule, in French words and dates."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ops.decisions.tables import in_one_line, source_of
from ops.decisions.versions import Library
from record.cases.kept_decisions import KeptDecision
from record.codes import result_of
from record.formats import counted
from record.words import Language
from restoration.clock import PARIS
from restoration.domain.french import day_in_words

LINES = 30
"""A summary is no longer than this."""
_DECIDING = {"coverage": "ruling", "paymentCertainty": "certaintyRule"}
"""The tables that decide where the decision has none of its own."""


type _Told = tuple[str, str, str]
"""What is told about a decision: its name, its rules, its result."""


def sum_up(console: Console, case: str, kept: Sequence[KeptDecision], library: Library, *, more: str) -> None:
    """Print a case in at most :data:`LINES` lines.

    Parameters
    ----------
    kept
        Its decisions, in the order of time.
    more
        The command that shows all.
    """
    groups = [(told, list(group)) for told, group in groupby(kept, lambda each: _told(each, library))]
    first, last = in_words(kept[0].decided_at), in_words(kept[-1].decided_at)
    period = f"le {first}" if first == last else f"du {first} au {last}"
    head = f"[bold]Limitation {escape(case)}[/bold] : {counted(len(kept), 'décision')}, {period} (heure de Paris)"
    console.print(head, soft_wrap=True)
    half = (LINES - 4) // 4
    left_out = groups[half:-half] if len(groups) > 2 * half else []
    for told, group in groups[:half] if left_out else groups:
        _print(console, told, group)
    if left_out:
        console.print(f"  … encore {counted(sum(len(group) for _, group in left_out), 'décision')}")
        for told, group in groups[-half:]:
            _print(console, told, group)
    console.print(f"Pour tout voir, table par table : {more}", markup=False, soft_wrap=True)


def _told(decision: KeptDecision, library: Library) -> _Told:
    model = library.deciding(decision.decision, decision.version).model
    tables = {table.owner: table for table in model.tables}
    rules = {rule.id: rule for table in tables.values() for rule in table.rules}
    matched = _matched(decision, _DECIDING.get(decision.decision, decision.decision))
    # A rule may give what another table says: that one has the reason.
    cells = [cell for rule in matched if rule in rules for cell in map(in_one_line, rules[rule].outputs)]
    matched += [rule for cell in cells if cell in tables for rule in _matched(decision, cell)]
    because = [
        f"règle {rules[it].number} : {source_of(rules[it])}" if it in rules else f"règle {it}"
        for it in dict.fromkeys(matched)
    ]
    name = model.decisions[decision.decision].label
    return name, " + ".join(because), result_of(decision.value, Language.FRENCH)


def _print(console: Console, told: _Told, group: Sequence[KeptDecision]) -> None:
    name, rules, result = told
    times = f" ({len(group)} fois)" if len(group) > 1 else ""
    lines = [Text.assemble(f"  {in_words(group[0].decided_at)}  ", (name, "bold"), f" : {result}{times}")]
    for line in [*lines, Text(f"      {rules}")] if rules else lines:
        line.truncate(console.width, overflow="ellipsis")
        console.print(line, no_wrap=True)


def _matched(decision: KeptDecision, table: str) -> list[str]:
    matched = [rule["id"] for step in decision.steps if step["id"] == table for rule in step["matchedRules"]]
    return matched or [it["rule"] for it in decision.grounds if it["decision"] == table]


def in_words(moment: datetime) -> str:
    """A moment in Paris as it is said: ``4 mai 2026 à 10 h 02``."""
    local = moment.astimezone(PARIS)
    return f"{day_in_words(local)} à {local:%H h %M}"
