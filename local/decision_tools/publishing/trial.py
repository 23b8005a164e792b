"""Trying a draft before it is published: everything that must pass, and what is asked of its author.

:func:`must_pass` is the list, but for the stories, which take a minute: :func:`broken_stories` plays them when all else
passed. What they find is an error, which nobody can accept; a question to the author; or a scenario that ends
otherwise, whose new expectation the author accepts or not.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.decision_tools.pages.figures import lost_figures
from local.decision_tools.publishing.slip_signs import signs
from local.decision_tools.replays.made_cases import MADE, CaseMaker
from local.decision_tools.replays.replaying import Outcome
from local.decision_tools.scenarios.books import (
    STORIES,
    WHOLE_LOOK,
    Book,
    Played,
    Tables,
    read_book,
    with_draft,
)
from local.decision_tools.scenarios.law import check_law
from local.decision_tools.scenarios.restating import new_row
from local.decision_tools.sheets.inputs_csv import BrokenInputs
from local.decision_tools.tables.checking import check_files
from local.decision_tools.tables.edits import Edits
from local.decision_tools.tables.form import form_faults
from local.decision_tools.tables.legal_ranges import legal_ranges, outside
from ops.decisions.tables import ROOT
from record.cases.values import say


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in French.

    Parameters
    ----------
    name
        By which an author accepts it; empty for an error, which nobody can accept.
    table
        Of a scenario that ends otherwise: the table that it is of, with its results that differ, ``was`` and ``then``.
    """

    says: str
    name: str = ""
    table: str = ""
    was: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether nobody can accept it."""
        return not self.name


class Draft:
    """A draft of a file beside the tables that count on its date of effect, and the scenarios that count that day.

    Parameters
    ----------
    name
        The file's name without its ending.
    path
        The draft.
    since
        Its date of effect.
    stories
        The folder of the scenarios.
    known
        Inputs of kept cases, from which others are made.

    Raises
    ------
    dmn.DmnError
        The draft can't be loaded.
    BrokenInputs
        The scenarios can't be read.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        since: date,
        *,
        tables: Tables | None = None,
        stories: Path = STORIES,
        known: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        tables = tables or Tables()
        self.name, self.path, self.since, self.stories, self.known = name, path, since, stories, known
        self._tables = tables
        self.counting = tables.file(name, since)
        self.edits = Edits(self.counting.read_bytes(), path.read_bytes(), path.name)
        self.asked = tables.decisions_of(name)[-1]
        self.model, self.before = self.edits.after, tables.on(since)
        self.after = with_draft(self.before, self.model)
        """The models of the date of effect, the draft among them."""
        self.usual = read_book(name, tables, folder=stories).usual

    @cached_property
    def books(self) -> list[Book]:
        """The scenarios of the file, then those of whole looks where it is looked at; raises BrokenInputs."""
        return [read_book(it, self._tables, self.model, folder=self.stories) for it in self._tables.asking(self.name)]

    @cached_property
    def played(self) -> list[tuple[Book, Played]]:
        """Every scenario that asks the file, under the draft."""
        return [
            (book, book.play(it, self.after)) for book in self.books for it in book.counting(self.since, self.since)
        ]


def must_pass(draft: Draft, today: date) -> Iterator[Finding]:
    """Everything that must pass before a draft is published. What is to run before each publication belongs here."""
    analysed = list(_analysis(draft))
    if commas := [it for kind, it in analysed if kind == "decimal-comma"]:
        yield from commas  # what else would be found follows from them
        return
    yield from _ranges(draft)
    for says, name in signs(draft.edits, draft.since, today):
        yield Finding(says, name)
    yield from (Finding(says) for says in form_faults(draft.path.read_bytes()))
    yield from (Finding(says) for says in lost_figures(draft.name, draft.model))
    yield from (it for _, it in analysed)
    if analysed:
        return
    try:
        # A text of law that changes is told in ``loi.feature`` first.
        if draft.books[-1].table == WHOLE_LOOK:
            yield from (Finding(f"la loi n'est plus tenue : {it}") for it in check_law(draft.after))
        yield from _scenarios(draft)
        yield from _guardians(draft)
    except BrokenInputs as error:
        yield Finding(f"un scénario ne se lit plus : {error}")


def broken_stories(draft: Draft) -> Iterator[Finding]:
    """The last thing that must pass: the stories, each played to its end on the embedded cloud under the draft.

    On a busy machine a story may find no time: what the draft breaks, breaks twice.
    """
    if broken := _played(draft):
        again = _played(draft)
        broken = [it for it in broken if it in again]
    yield from map(Finding, sorted(broken, key=lambda it: not it.startswith("histoire")))


def _played(draft: Draft) -> list[str]:
    with TemporaryDirectory() as folder:
        named, report = Path(folder, f"{draft.name}.dmn"), Path(folder, "report.json")
        shutil.copyfile(draft.path, named)
        played = subprocess.run(  # noqa: S603 - arguments of ours
            [sys.executable, "-m", "local.demo", "--crowd", "0", "--draft", str(named), "--report", str(report)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.is_file():
            last = (played.stderr or played.stdout).strip().rpartition("\n")[2]
            return [f"les histoires n'ont pas pu être jouées (make demo) : {last}"]
        problems: list[str] = json.loads(report.read_text(encoding="utf-8"))["problems"]
        return problems


def _analysis(draft: Draft) -> Iterator[tuple[str, Finding]]:
    """The analysis and the contract, with the kind of each; warnings that are new to the table are errors, too."""
    before = {it.says for it in check_files([draft.counting]).remarks}
    checked = check_files([draft.path])
    of_tables = [(f"« {report.table.title} » : ", it) for report in checked.reports for it in report.remarks]
    for place, remark in (*of_tables, *(("", it) for it in checked.broken)):
        if remark.severity == "error" or remark.says not in before:
            yield remark.kind, Finding(f"{place}{remark.says}")


def _ranges(draft: Draft) -> Iterator[Finding]:
    for legal in legal_ranges():
        if legal.file == draft.name:
            for given, value in outside(draft.model, legal, draft.usual):
                case = ", ".join(f"{name} = {say(it)}" for name, it in given.items())
                yield Finding(
                    f"{_edited(draft, legal.decision)}hors de ce que la loi permet : « {legal.parameter} » vaut {value}"
                    f"{f' ({case})' if case else ''}, alors que {legal.law} demande {legal.range}"
                )


def _edited(draft: Draft, decision: str) -> str:
    """The edits that are a reason of what a decision gives, the nearest first."""
    edits = [it.where for it in draft.edits.meant if it.owner == decision]
    edits = edits or [it.where for it in draft.edits.meant]
    return f"{edits[0]} : " if edits else ""


def _scenarios(draft: Draft) -> Iterator[Finding]:
    """The scenarios under the draft: those that end otherwise, side by side."""
    for book, after in draft.played:
        if after.passes:
            continue
        scenario = after.scenario
        where = f"« {scenario.name} » ({book.table}.csv, ligne {scenario.line})"
        before = book.play(scenario, draft.before)
        reason = _by(draft, before, after)
        was, then = _told(book, after)
        if after.error:
            yield Finding(f"le scénario {where} n'est plus décidé{reason} : {after.error}")
        elif not before.passes:
            yield Finding(f"le scénario {where} n'est pas décidé comme il le dit : attendu {was} ; décidé {then}")
        else:
            yield Finding(
                f"le scénario {where} finit autrement{reason} : avant {was} ; après {then}",
                scenario.name,
                book.table,
                {name: scenario.expected[name] for name in after.differing},
                {name: after.got.get(name) for name in after.differing},
            )


def _guardians(draft: Draft) -> Iterator[Finding]:
    """Each edit must be seen by a scenario that ends otherwise without it."""
    for edit in draft.edits.meant:
        without = draft.edits.without(edit) or draft.edits.before
        others = with_draft(draft.before, without)
        if any(_differ(it, book.play(it.scenario, others)) for book, it in draft.played):
            continue
        bases = [it.inputs for it in draft.books[0].scenarios] + list(draft.known)
        models = without, draft.model
        found = next(CaseMaker(models, draft.asked).differing(bases, tuple(draft.books[0].bases.values())), None)
        if found is None:
            yield Finding(
                f"{edit.says}, ce qui ne change aucune décision : ni un scénario, ni {MADE} cas fabriqués",
                f"sans effet : {edit.where}",
            )
            continue
        inputs, case = found
        before, after = (say(it.value, draft.model.labels) for it in (case.before, case.after))
        expected = {name: it for name, it in _values(case.after).items() if it != _values(case.before).get(name)}
        row = new_row(draft.books[0], inputs, expected, draft.since)
        yield Finding(
            f"{edit.says}, mais aucun scénario ne le montre. Avant : {before} ; après : {after}. Si c'est voulu, "
            f"ajouter cette ligne à stories/decisions/{draft.name}.csv, sous un nom qui le dise :\n{row}"
        )


def _differ(one: Played, other: Played) -> bool:
    return bool(other.error) or any(other.got.get(name) != one.got.get(name) for name in one.scenario.expected)


def _values(outcome: Outcome) -> Mapping[str, Any]:
    return outcome.value if isinstance(outcome.value, Mapping) else {}


def _told(book: Book, played: Played) -> tuple[str, str]:
    """What was expected of the results that differ, and what was decided."""
    told = book.tell(played)
    was, then = (", ".join(f"{it[0]} = {it[side]}" for it in told) for side in (1, 2))
    return was, then


def _by(draft: Draft, before: Played, after: Played) -> str:
    """Which edit the change of a scenario comes from: one whose row matched, else one of the whole file."""
    meant = draft.edits.meant
    matched = before.rules | after.rules
    edits = [it for it in meant if it.rule in matched] or [it for it in meant if not it.rule] or list(meant)
    return f" ({edits[0].says})" if edits else ""
