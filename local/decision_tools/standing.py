"""What stands for each version of a table: the scenarios of business, with the expectations that publications changed.

``accepted.json`` beside the scenarios keeps, for each version that was published, what its author accepted: scenarios
that end otherwise from its date of effect on, and new ones. So both the former and the new expectation hold, each for
the business dates of its version.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.replaying import Outcome, decide
from ops.decisions.tables import DECISIONS, ROOT
from restoration.adapters.dmn.publications import Publication, in_force, read_publications
from restoration.domain.look import CERTAINTY, COVERAGE, LOOK, PROTECTION, inputs_of

ACCEPTED = ROOT / "tests" / "unit" / "decisions" / "scenarios" / "accepted.json"
LOOK_BOOK = "look"
"""The book of whole looks: protection, payments and coverage, one after the other."""
_LOOK_FILES = {PROTECTION: "protection", CERTAINTY: "payment", COVERAGE: "coverage"}
_OF_THE_CLAIM = {PROTECTION: ("limitedPowerKva",), CERTAINTY: (), COVERAGE: ("limitedPowerKva", "advisorDecision")}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case of business: all inputs, and what must be decided (other outputs are free)."""

    says: str
    inputs: Mapping[str, Any]
    then: Mapping[str, Any]

    def holds(self, outcome: Outcome) -> bool:
        """Whether a decision is as it says, without a warning."""
        return not outcome.error and not outcome.warnings and all(map(outcome.gives, self.then, self.then.values()))


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a publication changed of a book: expectations by the scenario's name, and new scenarios."""

    changed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    added: Sequence[Scenario] = ()


class Standing:
    """The scenarios and the tables of each date of effect."""

    def __init__(self, folder: Path = DECISIONS, accepted: Path = ACCEPTED) -> None:
        self._folder = folder
        self._path = accepted
        self._loaded: dict[Path, dmn.Model] = {}

    @cached_property
    def _publications(self) -> dict[str, tuple[Publication, ...]]:
        return read_publications(self._folder)

    @cached_property
    def _accepted(self) -> dict[str, Any]:
        if not self._path.is_file():
            return {}
        document: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"), parse_float=Decimal)
        return document

    def days(self, book: str) -> list[date | None]:
        """The dates of effect on which a table of a book changes; None, the beginning, is first."""
        found = {it.since for name in files_of(book) for it in self._publications[name] if it.since}
        return [None, *sorted(found)]

    def models(self, day: date | None) -> dict[str, dmn.Model]:
        """The table of each file that counts on a business date."""
        files = {name: self.file(name, day) for name in self._publications}
        for file in files.values():
            if file not in self._loaded:
                self._loaded[file] = dmn.load(file)
        return {name: self._loaded[file] for name, file in files.items()}

    def file(self, name: str, day: date | None) -> Path:
        """The file that counts on a business date."""
        return self._folder / self._on(name, day).file

    def scenarios(self, book: str, day: date | None) -> list[Scenario]:
        """The scenarios of a book as they stand on a business date."""
        found = {it.says: it for it in base(book)}
        for name in files_of(book):
            for accepted in self._chain(name, self._on(name, day).version, book):
                for says, then in accepted.changed.items():
                    if says in found:
                        found[says] = replace(found[says], then={**found[says].then, **then})
                found |= {it.says: it for it in accepted.added}
        return list(found.values())

    def keep(self, file: str, version: str, after: str, books: Mapping[str, Accepted]) -> None:
        """Keep what was accepted with the publication of a version that follows another one."""
        document = json.loads(self._path.read_text(encoding="utf-8")) if self._path.is_file() else {}
        told: dict[str, Any] = {"after": after}
        for book, accepted in books.items():
            if accepted.changed or accepted.added:
                added = {it.says: {"inputs": it.inputs, "then": it.then} for it in accepted.added}
                told[book] = {"changed": accepted.changed, "added": added}
        document.setdefault(file, {})[version] = told
        text = json.dumps(document, ensure_ascii=False, indent=1, default=_written)
        self._path.write_text(text + "\n", encoding="utf-8")

    def _on(self, name: str, day: date | None) -> Publication:
        return in_force(self._publications[name], day or date.min)

    def _chain(self, file: str, version: str, book: str) -> list[Accepted]:
        """What was accepted up to a version, the oldest first."""
        entries, chain = self._accepted.get(file, {}), []
        while version in entries:
            entry = entries[version].get(book, {})
            added = [Scenario(says, it["inputs"], it["then"]) for says, it in entry.get("added", {}).items()]
            chain.append(Accepted(entry.get("changed", {}), added))
            version = entries[version]["after"]
        return chain[::-1]


def base(book: str) -> list[Scenario]:
    """The scenarios of a book as they are written, of the first version.

    The one place that knows where they are.
    """
    from tests.unit.decisions.deciding import book as read  # noqa: PLC0415 - until the scenarios are business's files

    return [Scenario(it.says, it.inputs, it.then) for it in read(book).scenarios]


def usual(book: str) -> Mapping[str, Any]:
    """The inputs that are usual in a book, from which a scenario says what is different."""
    from tests.unit.decisions.deciding import book as read  # noqa: PLC0415 - until the scenarios are business's files

    return read(book).usual


def files_of(book: str) -> tuple[str, ...]:
    """The files whose tables a book asks."""
    return tuple(_LOOK_FILES.values()) if book == LOOK_BOOK else (book,)


def books_of(file: str) -> tuple[str, ...]:
    """The books that ask a file."""
    return (file, LOOK_BOOK) if file in files_of(LOOK_BOOK) else (file,)


def run(models: Mapping[str, dmn.Model], book: str, inputs: Mapping[str, Any]) -> Outcome:
    """Decide the inputs of a scenario of a book with the tables of a date."""
    if book != LOOK_BOOK:
        return decide(models[book], asked(models[book]), inputs)
    decided: dict[str, Any] = {}
    rules: dict[str, tuple[str, ...]] = {}
    warnings: list[str] = []
    for decision in LOOK:
        given = {name: inputs[name] for name in _OF_THE_CLAIM[decision]}
        outcome = decide(models[_LOOK_FILES[decision]], decision, inputs_of(decision, inputs, decided, given))
        if outcome.error:
            return outcome
        decided[decision] = outcome.value
        rules |= outcome.rules
        warnings += outcome.warnings
    return Outcome(decided[COVERAGE], rules, warnings=tuple(warnings))


def asked(model: dmn.Model) -> str:
    """The id of the decision that is asked of a file: its last one."""
    return list(model.decisions.values())[-1].id


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"{value!r} can't be kept")
