"""Slips of somebody who edits a copy of a table: the forty of ``slips.yaml``, and mutants, each in one place of one.

A slip says what the hand did to elements of the file, by their ids: ``set`` replaces a part of a text, ``everywhere``
in all texts below, ``name`` gives another name, ``drop`` removes a row or a column, ``move`` puts a row above another,
``copy`` adds a row again under another id, ``policy`` sets a table's hit policy.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from local.decision_tools.scenarios.books import Tables
from ops.decisions.tables import DECISIONS

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
SLIPS = Path(__file__).with_name("slips.yaml")
LISTS = ("COLLECT", "RULE ORDER")
_ENTRIES = {"input": "inputEntry", "output": "outputEntry"}
_CODE = re.compile(r'"([A-Z][A-Z_0-9]+)"')
_NUMBER = re.compile(r"(?<![\w.\"])\d+(?:\.\d+)?(?![\w.\"])")

type Edits = Mapping[str, Any]
type Place = tuple[str, Edits]
"""What is done there, in words, and the edits."""


@dataclass(frozen=True, slots=True, eq=False)
class Slip:
    """One slip: what it is, its file's name without an ending, its edits, its date of effect if that is wrong.

    A mutant has its kind, and the id of its table.
    """

    says: str
    file: str
    edits: Edits
    since: date | None = None
    kind: str = ""
    table: str = ""

    def draft(self, folder: Path) -> Path:
        """Write the draft; returns its path."""
        root = _first_version(self.file)
        edit(root, self.edits)
        path = folder / "brouillon.dmn"
        path.write_text(ET.tostring(root, encoding="unicode"), encoding="utf-8")
        return path


def slips() -> Iterator[Slip]:
    """Read the forty slips."""
    for given in yaml.safe_load(SLIPS.read_text(encoding="utf-8")):
        edits = {name: what for name, what in given.items() if name in _EDITS}
        yield Slip(given["slip"], given["file"], edits, given.get("from"))


def mutants(seed: int = 1, of_a_kind: int = 2) -> Iterator[Slip]:
    """Return mutants: for each table and each kind of slip, so many places as given, chosen by the seed."""
    for path in sorted(DECISIONS.glob("*.dmn")):
        for table in _first_version(path.stem).iter(f"{DMN}decisionTable"):
            name = table.get("id", "")
            for kind, places_of in KINDS.items():
                chance = random.Random(f"{seed} {name} {kind}")  # noqa: S311 - no secret
                places = list(places_of(table))
                for says, edits in chance.sample(places, min(of_a_kind, len(places))):
                    yield Slip(says, path.stem, edits, kind=kind, table=name)


def _first_version(file: str) -> ET.Element:
    return ET.parse(Tables().file(file, date.min)).getroot()  # noqa: S314 - our own files


# ── What a hand does ──


def edit(root: ET.Element, edits: Edits) -> None:
    """Edit a file."""
    for name, what in edits.items():
        _EDITS[name](root, what)


def _set(root: ET.Element, cells: Mapping[str, Sequence[str]]) -> None:
    for name, (was, becomes) in cells.items():
        text = next(_element(root, name).iter(f"{DMN}text"))
        if was not in (text.text or ""):
            raise ValueError(f"{name} has no {was!r}: {text.text!r}")
        text.text = (text.text or "").replace(was, becomes, 1)


def _everywhere(root: ET.Element, elements: Mapping[str, Sequence[str]]) -> None:
    for name, (was, becomes) in elements.items():
        for text in _element(root, name).iter(f"{DMN}text"):
            text.text = (text.text or "").replace(was, becomes)


def _drop(root: ET.Element, names: Sequence[str]) -> None:
    for name in names:
        element, owner = _element(root, name), _owner(root, name)
        kind = element.tag.removeprefix(DMN)
        if kind in _ENTRIES:
            column = owner.findall(element.tag).index(element)
            for rule in owner.findall(f"{DMN}rule"):
                rule.remove(rule.findall(f"{DMN}{_ENTRIES[kind]}")[column])
        owner.remove(element)


def _move(root: ET.Element, rows: Mapping[str, str]) -> None:
    for name, above in rows.items():
        row, table = _element(root, name), _owner(root, name)
        table.remove(row)
        table.insert(list(table).index(_element(root, above)), row)


def _copy(root: ET.Element, names: Sequence[str]) -> None:
    for name in names:
        row, table = _element(root, name), _owner(root, name)
        again = deepcopy(row)
        for element in again.iter():
            if element.get("id"):
                element.set("id", f"{element.get('id')}_copie")
        table.insert(list(table).index(row) + 1, again)


def _attribute(attribute: str) -> Callable[[ET.Element, Mapping[str, str]], None]:
    def give(root: ET.Element, elements: Mapping[str, str]) -> None:
        for name, becomes in elements.items():
            _element(root, name).set(attribute, becomes)

    return give


_EDITS: Mapping[str, Callable[[ET.Element, Any], None]] = {
    "set": _set,
    "everywhere": _everywhere,
    "name": _attribute("name"),
    "drop": _drop,
    "move": _move,
    "copy": _copy,
    "policy": _attribute("hitPolicy"),
}


def _element(root: ET.Element, name: str) -> ET.Element:
    return next(root.iterfind(f".//*[@id='{name}']"))


def _owner(root: ET.Element, name: str) -> ET.Element:
    return next(root.iterfind(f".//*[@id='{name}']/.."))


# ── Where mutants are ──


def _rows(table: ET.Element) -> list[str]:
    return [rule.get("id", "") for rule in table.iterfind(f"{DMN}rule")]


def _cells(table: ET.Element, tag: str) -> list[list[tuple[str, str]]]:
    """The cells of each row: their ids and their texts."""
    return [
        [(cell.get("id", ""), (cell.findtext(f"{DMN}text") or "").strip()) for cell in rule.iterfind(f"{DMN}{tag}")]
        for rule in table.iterfind(f"{DMN}rule")
    ]


def _each_cell(tag: str, other: Callable[[str], str | None]) -> Callable[[ET.Element], Iterator[Place]]:
    def places(table: ET.Element) -> Iterator[Place]:
        for row, cells in enumerate(_cells(table, tag), 1):
            for column, (name, text) in enumerate(cells, 1):
                changed = other(text)
                if changed is not None and changed != text:
                    says = f"rule {row}, {tag} {column}: {text!r} becomes {changed!r}"
                    yield says, {"set": {name: (text, changed)}}

    return places


def _misspelt(text: str) -> str | None:
    found = _CODE.search(text)
    return text.replace(found[1], found[1][:-2] + found[1][-1] + found[1][-2]) if found and len(found[1]) > 3 else None


def _other_number(text: str) -> str | None:
    found = _NUMBER.search(text)
    return f"{text[: found.start()]}1{found[0]}{text[found.end() :]}" if found and not text.startswith('"') else None


def _with_comma(text: str) -> str | None:
    found = re.search(r"(?<![\w\"])(\d+)(?:\.(\d+))?(?![\w.\"])", text)
    if not found or text.startswith(('"', "date(", "@")) or "duration" in text:
        return None
    return f"{text[: found.start()]}{found[1]},{found[2] or '50'}{text[found.end() :]}"


def _deleted(table: ET.Element) -> Iterator[Place]:
    yield from ((f"rule {number} is deleted", {"drop": [row]}) for number, row in enumerate(_rows(table), 1))


def _moved_up(table: ET.Element) -> Iterator[Place]:
    """The last rule, which takes all the rest where the first match counts, stands first."""
    if table.get("hitPolicy") == "FIRST":
        first, *_, last = _rows(table)
        yield "the last rule stands first", {"move": {last: first}}


def _swapped_rules(table: ET.Element) -> Iterator[Place]:
    if table.get("hitPolicy") == "FIRST":
        for number, (row, following) in enumerate(pairwise(_rows(table)), 1):
            yield f"rules {number} and {number + 1} change places", {"move": {following: row}}


def _policies(table: ET.Element) -> Iterator[Place]:
    was = table.get("hitPolicy", "UNIQUE")
    for policy in (*LISTS, "UNIQUE" if was == "FIRST" else "OUTPUT ORDER"):
        yield f"{was} becomes {policy}", {"policy": {table.get("id"): policy}}


def _swapped_columns(tag: str) -> Callable[[ET.Element], Iterator[Place]]:
    """The cells of two neighbouring columns change places in every rule."""

    def places(table: ET.Element) -> Iterator[Place]:
        for number, pairs in enumerate(zip(*map(pairwise, _cells(table, tag)), strict=True), 1):
            texts = {one: (text, other_text) for (one, text), (_, other_text) in pairs}
            texts |= {other: (other_text, text) for (_, text), (other, other_text) in pairs}
            yield f"{tag} {number} and {number + 1} change places", {"set": texts}

    return places


def _renamed_outputs(table: ET.Element) -> Iterator[Place]:
    for output in table.iterfind(f"{DMN}output"):
        if name := output.get("name"):
            yield f"the output {name} becomes {name}s", {"name": {output.get("id"): f"{name}s"}}


def _renamed_inputs(table: ET.Element) -> Iterator[Place]:
    for column in table.iterfind(f"{DMN}input"):
        name = column.findtext(f"{DMN}inputExpression/{DMN}text") or ""
        yield f"the input {name} becomes {name}s", {"set": {column.get("id"): (name, f"{name}s")}}


def _renamed_codes(table: ET.Element) -> Iterator[Place]:
    """A code is renamed everywhere in its table: in lists, and in all cells that name it."""
    texts = (text for cells in _cells(table, "outputEntry") for _, text in cells)
    for code in sorted({found[1] for text in texts if (found := _CODE.fullmatch(text))}):
        renamed = {table.get("id"): (f'"{code}"', f'"{code}_NEW"')}
        yield f"the code {code} becomes {code}_NEW in the whole table", {"everywhere": renamed}


KINDS: dict[str, Callable[[ET.Element], Iterator[Place]]] = {
    "value": _each_cell("inputEntry", _other_number),
    "output value": _each_cell("outputEntry", _other_number),
    "misspelt test": _each_cell("inputEntry", _misspelt),
    "misspelt result": _each_cell("outputEntry", _misspelt),
    "renamed code": _renamed_codes,
    "renamed output": _renamed_outputs,
    "renamed input": _renamed_inputs,
    "comma": _each_cell("inputEntry", _with_comma),
    "comma in a result": _each_cell("outputEntry", _with_comma),
    "policy": _policies,
    "gap": _deleted,
    "overlap": _each_cell("inputEntry", lambda text: None if text == "-" else "-"),
    "emptied result": _each_cell("outputEntry", lambda _: ""),
    "swapped tests": _swapped_columns("inputEntry"),
    "swapped results": _swapped_columns("outputEntry"),
    "swapped rules": _swapped_rules,
    "rest first": _moved_up,
}
"""The kinds of mutants."""
