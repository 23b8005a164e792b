"""Trying a draft before it is published: everything that must pass, and what is asked of its author.

:func:`must_pass` is the list. What it finds is an error, which nobody can accept; a question to the author;
or a scenario that ends otherwise, whose new expectation the author accepts or not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.checking import check_files
from local.decision_tools.edits import Edits
from local.decision_tools.evidence import MADE, made_difference
from local.decision_tools.form import form_faults
from local.decision_tools.legal_ranges import legal_ranges, outside
from local.decision_tools.made_cases import CaseMaker
from local.decision_tools.replaying import Outcome
from local.decision_tools.slip_signs import signs
from local.decision_tools.standing import Scenario, Standing, asked, base, books_of, run, usual
from supervision.cases.values import say


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in French.

    Parameters
    ----------
    name
        By which an author accepts it; empty for an error, which nobody can accept.
    scenario
        The scenario that ends otherwise, with ``book``, and ``then`` as it ends now; None for a question.
    """

    says: str
    name: str = ""
    book: str = ""
    scenario: Scenario | None = None
    then: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether nobody can accept it."""
        return not self.name


class Draft:
    """A draft of a file beside the tables that count on its date of effect.

    Parameters
    ----------
    name
        The file's name without its ending.
    path
        The draft.
    since
        Its date of effect.
    written
        The scenarios that its author wrote with it.
    known
        Inputs of kept cases, from which others are made.

    Raises
    ------
    dmn.DmnError
        The draft can't be loaded.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        since: date,
        *,
        standing: Standing | None = None,
        written: Sequence[Scenario] = (),
        known: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.name, self.path, self.since, self.written, self.known = name, path, since, tuple(written), known
        self.standing = standing or Standing()
        self.counting = self.standing.file(name, since)
        self.edits = Edits(self.counting.read_bytes(), path.read_bytes(), path.name)

    @property
    def model(self) -> dmn.Model:
        """The draft."""
        return self.edits.after

    @cached_property
    def _others(self) -> dict[str, dmn.Model]:
        return self.standing.models(self.since)

    def tables(self, own: dmn.Model) -> dict[str, dmn.Model]:
        """The tables of the date of effect, with one for the draft's file."""
        return {**self._others, self.name: own}

    @cached_property
    def scenarios(self) -> list[tuple[str, Scenario]]:
        """Every scenario of the file as it stands, by its book; the author's own come last."""
        stand = [(book, it) for book in books_of(self.name) for it in self.standing.scenarios(book, self.since)]
        new = {it.says for it in self.written}
        return [*((book, it) for book, it in stand if it.says not in new), *((self.name, it) for it in self.written)]

    @cached_property
    def _runs(self) -> dict[str, Outcome]:
        tables = self.tables(self.model)
        return {f"{book} {it.says}": run(tables, book, it.inputs) for book, it in self.scenarios}

    def outcome(self, book: str, scenario: Scenario) -> Outcome:
        """What the draft decides of a scenario."""
        return self._runs[f"{book} {scenario.says}"]


def must_pass(draft: Draft, today: date) -> Iterator[Finding]:
    """Everything that must pass before a draft is published. What is to run before each publication belongs here."""
    yield from _law(draft)
    for says, name in signs(draft.edits, draft.since, today):
        yield Finding(says, name)
    yield from (Finding(says) for says in form_faults(draft.path.read_bytes()))
    analysed = list(_analysis(draft))
    yield from analysed
    if not analysed:
        yield from _scenarios(draft)
        yield from _guardians(draft)


def _analysis(draft: Draft) -> Iterator[Finding]:
    """The analysis and the contract; warnings that the table that counts has not are errors, too."""
    before = {it.says for it in check_files([draft.counting]).remarks}
    checked = check_files([draft.path])
    for report in checked.reports:
        for remark in report.remarks:
            if remark.severity == "error" or remark.says not in before:
                yield Finding(f"« {report.title} » : {remark.says}")
    for remark in checked.broken:
        if remark.severity == "error" or remark.says not in before:
            yield Finding(remark.says)


def _law(draft: Draft) -> Iterator[Finding]:
    for legal in legal_ranges():
        if legal.file == draft.name:
            for given, value in outside(draft.model, legal, usual(draft.name)):
                case = ", ".join(f"{name} = {say(it)}" for name, it in given.items())
                yield Finding(
                    f"{_edited(draft, legal.decision)}hors de ce que la loi permet : « {legal.parameter} » vaut {value}"
                    f"{f' ({case})' if case else ''}, alors que {legal.law} demande {legal.range}"
                )


def _edited(draft: Draft, decision: str) -> str:
    """The edits that are a reason of what a decision gives, the nearest first."""
    meant = [it for it in draft.edits.all if it.what != "text"]
    edits = [it.where for it in meant if it.owner == decision] or [it.where for it in meant]
    return f"{edits[0]} : " if edits else ""


def _scenarios(draft: Draft) -> Iterator[Finding]:
    """The scenarios under the draft: those that end otherwise, side by side."""
    tables = draft.tables(draft.edits.before)
    new = {it.says for it in draft.written}
    for book, scenario in draft.scenarios:
        after = draft.outcome(book, scenario)
        if scenario.holds(after):
            continue
        if scenario.says in new:
            yield Finding(
                f"votre scénario « {scenario.says} » n'est pas décidé comme il le dit : attendu "
                f"{_told(draft, scenario.then)} ; décidé {_told(draft, _given(after, scenario))}"
            )
            continue
        before = run(tables, book, scenario.inputs)
        reason = _by(draft, before, after)
        if after.error or after.warnings:
            says = after.error or "; ".join(after.warnings)
            yield Finding(f"le scénario « {scenario.says} » n'est plus décidé{reason} : {says}")
            continue
        then = {name: value for name, value in _given(after, scenario).items() if not _same(scenario.then[name], value)}
        was = {name: scenario.then[name] for name in then}
        yield Finding(
            f"le scénario « {scenario.says} » finit autrement{reason} : avant {_told(draft, was)} ; "
            f"après {_told(draft, then)}",
            scenario.says,
            book,
            scenario,
            then,
        )


def _guardians(draft: Draft) -> Iterator[Finding]:
    """Each edit must be seen by a scenario that ends otherwise without it."""
    tables = draft.tables(draft.model)
    for edit in draft.edits.all:
        if edit.what == "text":
            continue
        without = draft.edits.without(edit) or draft.edits.before
        others = {**tables, draft.name: without}
        if any(_differ(draft.outcome(book, it), run(others, book, it.inputs), it) for book, it in draft.scenarios):
            continue
        bases = [it.inputs for it in base(draft.name)] + list(draft.known)
        decision = asked(draft.model)
        found = made_difference(CaseMaker([without, draft.model], decision), (without, draft.model), decision, bases)
        if found is None:
            yield Finding(
                f"{edit.says}, ce qui ne change aucune décision : ni un scénario, ni {MADE} cas fabriqués",
                f"sans effet : {edit.where}",
            )
            continue
        before, after = (say(it.value, draft.model.labels) for it in (found.before, found.after))
        yield Finding(
            f"{edit.says}, mais aucun scénario ne le montre : en écrire un avec le brouillon (CASES=…), par exemple "
            f"{found.name} : avant {before} ; après {after}"
        )


def _differ(one: Outcome, other: Outcome, scenario: Scenario) -> bool:
    return bool(other.error) or any(
        not _same(_given(other, scenario)[name], it) for name, it in _given(one, scenario).items()
    )


def _given(outcome: Outcome, scenario: Scenario) -> dict[str, Any]:
    """What a decision gives of the outputs that a scenario names."""
    value = outcome.value if isinstance(outcome.value, Mapping) else {}
    return {name: value.get(name) for name in scenario.then}


def _same(one: Any, other: Any) -> bool:
    first, second = (it.isoformat() if isinstance(it, date) else it for it in (one, other))
    return bool(first == second)


def _told(draft: Draft, then: Mapping[str, Any]) -> str:
    return ", ".join(f"{draft.model.labels.get(name, name)} = {say(it)}" for name, it in then.items())


def _by(draft: Draft, before: Outcome, after: Outcome) -> str:
    """Which edit the change of a scenario comes from: one whose row matched, else one of the whole file."""
    matched = {rule for outcome in (before, after) for rules in outcome.rules.values() for rule in rules}
    meant = [it for it in draft.edits.all if it.what != "text"]
    edits = [it for it in meant if it.rule in matched] or [it for it in meant if not it.rule] or meant
    return f" ({edits[0].says})" if edits else ""
