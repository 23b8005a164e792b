"""Mutants of the project's tables: slips that somebody makes who edits a table, each in one place of one table."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

from local.decision_tools.scenarios.books import Tables
from ops.decisions.tables import DECISIONS

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
LISTS = ("COLLECT", "RULE ORDER")
_ASKED = f"{DMN}inputExpression/{DMN}text"
_CODE = re.compile(r'"([A-Z][A-Z_0-9]+)"')
_NUMBER = re.compile(r"(?<![\w.\"])\d+(?:\.\d+)?(?![\w.\"])")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one slip: ``kind`` and ``says`` name it, ``change`` makes it in its table."""

    kind: str
    file: str
    table: str
    says: str
    change: Callable[[ET.Element], None]

    @property
    def text(self) -> str:
        """The file. It is made when it is asked for: most mutants are counted only."""
        root = ET.parse(Tables().file(self.file.removesuffix(".dmn"), date.min)).getroot()  # noqa: S314 - our own files
        self.change(_table(root, self.table))
        return ET.tostring(root, encoding="unicode")


def mutants(seed: int = 1, of_a_kind: int = 2) -> Iterator[Mutant]:
    """Return mutants: for each table and each kind of slip, so many places as given, chosen by the seed."""
    for path in sorted(DECISIONS.glob("*.dmn")):
        root = ET.parse(Tables().file(path.stem, date.min)).getroot()  # noqa: S314 - our own files
        tables = [it.get("id", "") for it in root.iter(f"{DMN}decisionTable")]
        for table in tables:
            for kind, slips in KINDS.items():
                chance = random.Random(f"{seed} {table} {kind}")  # noqa: S311 - no secret
                places = list(slips(_table(root, table)))
                for says, change in chance.sample(places, min(of_a_kind, len(places))):
                    yield Mutant(kind, path.name, table, says, change)


def write(mutant: Mutant, folder: Path) -> Path:
    """Write a mutant under its file's name."""
    path = folder / mutant.file
    path.write_text(mutant.text, encoding="utf-8")
    return path


def _table(root: ET.Element, name: str) -> ET.Element:
    return next(it for it in root.iter(f"{DMN}decisionTable") if it.get("id") == name)


type Slip = tuple[str, Callable[[ET.Element], None]]


def _rules(table: ET.Element) -> list[ET.Element]:
    return table.findall(f"{DMN}rule")


def _cells(rule: ET.Element, tag: str) -> list[ET.Element]:
    return [next(cell.iter(f"{DMN}text")) for cell in rule.findall(f"{DMN}{tag}")]


def _set(table: ET.Element, path: str, text: str, name: str = "") -> None:
    """Set the text of an element, or an attribute of it."""
    element = next(table.iterfind(path))
    if name:
        element.set(name, text)
    else:
        element.text = text


def _texts(table: ET.Element, tag: str) -> Iterator[tuple[int, int, str]]:
    for number, rule in enumerate(_rules(table)):
        for column, cell in enumerate(_cells(rule, tag)):
            yield number, column, (cell.text or "").strip()


def _each_cell(tag: str, edit: Callable[[str], str | None]) -> Callable[[ET.Element], Iterator[Slip]]:
    def slips(table: ET.Element) -> Iterator[Slip]:
        for rule, column, text in _texts(table, tag):
            changed = edit(text)
            if changed is not None and changed != text:
                says = f"rule {rule + 1}, {tag} {column + 1}: {text!r} becomes {changed!r}"
                cell = f"{DMN}rule[{rule + 1}]/{DMN}{tag}[{column + 1}]/{DMN}text"
                yield says, partial(_set, path=cell, text=changed)

    return slips


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


def _deleted(table: ET.Element) -> Iterator[Slip]:
    for number in range(len(_rules(table))):
        yield f"rule {number + 1} is deleted", partial(_delete, number=number)


def _delete(table: ET.Element, number: int) -> None:
    table.remove(_rules(table)[number])


def _moved_up(table: ET.Element) -> Iterator[Slip]:
    """The last rule, which takes all the rest where the first match counts, stands first."""
    if table.get("hitPolicy") == "FIRST":
        yield "the last rule stands first", partial(_move, number=len(_rules(table)) - 1, to=0)


def _swapped_rules(table: ET.Element) -> Iterator[Slip]:
    if table.get("hitPolicy") == "FIRST":
        for number in range(len(_rules(table)) - 1):
            yield f"rules {number + 1} and {number + 2} change places", partial(_move, number=number + 1, to=number)


def _move(table: ET.Element, number: int, to: int) -> None:
    rules = _rules(table)
    table.remove(rules[number])
    table.insert(list(table).index(rules[to]), rules[number])


def _policies(table: ET.Element) -> Iterator[Slip]:
    was = table.get("hitPolicy", "UNIQUE")
    for policy in (*LISTS, "UNIQUE" if was == "FIRST" else "OUTPUT ORDER"):
        yield f"{was} becomes {policy}", partial(_set, path=".", name="hitPolicy", text=policy)


def _swapped_columns(tag: str) -> Callable[[ET.Element], Iterator[Slip]]:
    """The cells of two neighbouring columns change places in every rule."""

    def slips(table: ET.Element) -> Iterator[Slip]:
        for column in range(len(_cells(_rules(table)[0], tag)) - 1):
            says = f"{tag} {column + 1} and {column + 2} change places"
            yield says, partial(_swap_columns, tag=tag, column=column)

    return slips


def _swap_columns(table: ET.Element, tag: str, column: int) -> None:
    for rule in _rules(table):
        one, other = _cells(rule, tag)[column : column + 2]
        one.text, other.text = other.text, one.text


def _renamed_outputs(table: ET.Element) -> Iterator[Slip]:
    for at, output in enumerate(table.findall(f"{DMN}output"), 1):
        if name := output.get("name"):
            says = f"the output {name} becomes {name}s"
            yield says, partial(_set, path=f"{DMN}output[{at}]", name="name", text=f"{name}s")


def _renamed_inputs(table: ET.Element) -> Iterator[Slip]:
    for at, column in enumerate(table.findall(f"{DMN}input"), 1):
        name = column.findtext(_ASKED) or ""
        path = f"{DMN}input[{at}]/{_ASKED}"
        yield f"the input {name} becomes {name}s", partial(_set, path=path, text=f"{name}s")


def _renamed_codes(table: ET.Element) -> Iterator[Slip]:
    """A code is renamed everywhere in the table's own file: in lists, in types, in all cells that name it."""
    for code in sorted({found[1] for _, _, text in _texts(table, "outputEntry") if (found := _CODE.fullmatch(text))}):
        yield f"the code {code} becomes {code}_NEW in the whole table", partial(_rename_code, code=code)


def _rename_code(table: ET.Element, code: str) -> None:
    for element in table.iter(f"{DMN}text"):
        element.text = (element.text or "").replace(f'"{code}"', f'"{code}_NEW"')


KINDS: dict[str, Callable[[ET.Element], Iterator[Slip]]] = {
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
"""The kinds of slips."""
