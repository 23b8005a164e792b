"""What a changed decision table decides otherwise, shown by the business's scenarios and by made cases."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from local.decision_tools.replays.evidence import weigh
from local.decision_tools.replays.replaying import replay_rows
from local.decision_tools.scenarios.books import Tables, read_book, tables_with_scenarios
from local.decision_tools.tables.edits import Edits
from scripts.impact.trees import ImpactError


class DecidedOtherwise(NamedTuple):
    """A decision of a changed table: the changes and scenarios in French, and what was and is decided of all cases."""

    table: str
    since: str | None
    decision: str
    changes: list[str]
    scenarios: list[str]
    values: list[Any]


def decided_otherwise(path: str, before: bytes, after: bytes, asked: Iterable[str]) -> Iterator[DecidedOtherwise]:
    """Compare two versions of a table for each of its decisions that is asked for; one of them may be missing."""
    edits = Edits(before or after, after or before, path)
    was, now = edits.before, edits.after
    known, kept = ({it.id for it in model.decisions.values()} for model in (was, now))
    if lost := sorted((known - kept) & {*asked}):
        raise ImpactError(f"{path} n'a plus la décision « {lost[0]} », que le processus demande")
    name = PurePosixPath(path).stem
    scenarios = read_book(name, Tables(), was, now).scenarios if name in tables_with_scenarios() else ()
    for decision in sorted(known & kept & {*asked}):
        rows = [(it.name, it.inputs) for it in scenarios]
        played = replay_rows(rows, decision, was, now).cases
        _, made = weigh(edits, decision, played, [inputs for _, inputs in rows])
        changes = [edit.says for edit in edits.meant]
        if not before or not after:
            changes = ["table ajoutée" if after else "table retirée"]
        differing = [it for it in (*played, *(made.cases if made else ())) if it.before.value != it.after.value]
        values = [side.value for it in differing for side in (it.before, it.after) if not side.error]
        yield DecidedOtherwise(name, None, decision, changes, [it.name for it in differing if it in played], values)
