"""The slips of ``slips.yaml``, each as a draft: a copy of a table with what somebody's hand did to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from local.decision_tools.scenarios.books import Tables
from tests.unit.decisions.mutants import DMN

SLIPS = Path(__file__).with_name("slips.yaml")
_ENTRIES = {"input": "inputEntry", "output": "outputEntry"}


@dataclass(frozen=True, slots=True, eq=False)
class Slip:
    """One slip: what it is in French, its file's name without an ending, its edits, and its date of effect if wrong."""

    says: str
    file: str
    edits: Mapping[str, Any]
    since: date | None

    def draft(self, folder: Path) -> Path:
        """Write the draft; returns its path."""
        root = ET.parse(Tables().file(self.file, date.min)).getroot()  # noqa: S314 - our own files
        for edit, what in self.edits.items():
            _EDITS[edit](root, what)
        path = folder / "brouillon.dmn"
        path.write_text(ET.tostring(root, encoding="unicode"), encoding="utf-8")
        return path


def slips(path: Path = SLIPS) -> Iterator[Slip]:
    """Read the slips."""
    for given in yaml.safe_load(path.read_text(encoding="utf-8")):
        edits = {edit: what for edit, what in given.items() if edit in _EDITS}
        yield Slip(given["slip"], given["file"], edits, given.get("from"))


def _set(root: ET.Element, cells: Mapping[str, Sequence[str]]) -> None:
    for name, (was, becomes) in cells.items():
        text = next(_element(root, name).iter(f"{DMN}text"))
        if was not in (text.text or ""):
            raise ValueError(f"{name} has no {was!r}: {text.text!r}")
        text.text = (text.text or "").replace(was, becomes, 1)


def _drop(root: ET.Element, names: Sequence[str]) -> None:
    for name in names:
        element = _element(root, name)
        owner = _parent(root, element)
        kind = element.tag.removeprefix(DMN)
        if kind in _ENTRIES:
            column = owner.findall(element.tag).index(element)
            for rule in owner.findall(f"{DMN}rule"):
                rule.remove(rule.findall(f"{DMN}{_ENTRIES[kind]}")[column])
        owner.remove(element)


def _move(root: ET.Element, rows: Mapping[str, str]) -> None:
    for name, above in rows.items():
        row = _element(root, name)
        table = _parent(root, row)
        table.remove(row)
        table.insert(list(table).index(_element(root, above)), row)


def _copy(root: ET.Element, names: Sequence[str]) -> None:
    for name in names:
        row = _element(root, name)
        table = _parent(root, row)
        again = deepcopy(row)
        for element in again.iter():
            if element.get("id"):
                element.set("id", f"{element.get('id')}_copie")
        table.insert(list(table).index(row) + 1, again)


def _policy(root: ET.Element, tables: Mapping[str, str]) -> None:
    for name, policy in tables.items():
        _element(root, name).set("hitPolicy", policy)


_EDITS: Mapping[str, Callable[[ET.Element, Any], None]] = {
    "set": _set,
    "drop": _drop,
    "move": _move,
    "copy": _copy,
    "policy": _policy,
}


def _element(root: ET.Element, name: str) -> ET.Element:
    return next(it for it in root.iter() if it.get("id") == name)


def _parent(root: ET.Element, child: ET.Element) -> ET.Element:
    return next(it for it in root.iter() if child in list(it))
