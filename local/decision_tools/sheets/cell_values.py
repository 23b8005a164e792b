"""What a cell of a CSV says, as a French spreadsheet shows it: read by the type of its column, and written.

Numbers ``1 234,50``, dates ``04/05/2026``, ``oui`` and ``non``, codes and texts as they are (in quotes where the text
is empty or one of the words below), ``(rien)`` for null. A list joins its items with `` + ``; an item of several fields
is ``Moyen=CARD | Montant=60``. ISO dates and what Excel makes of ``true`` are read, too.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import dmn
from dmn.errors import InvalidError
from dmn.feel import border
from dmn.feel.types import ContextType, ItemType, ListType, Type
from restoration.domain.french import comma

NOTHING = "(rien)"
EMPTY_LIST = "(aucun)"
_NULLS = frozenset({NOTHING, "null"})
_BOOLEANS = {"oui": True, "non": False, "vrai": True, "faux": False, "true": True, "false": False}
_WHOLE = r"[+-]?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)"
_NUMBER = re.compile(rf"{_WHOLE}(?:,\d+)?", re.ASCII)
_UNIT = re.compile(r"\s*\([^()]*\)$")
_HOW = {
    "number": "écrire 1234,50, avec une virgule décimale",
    "boolean": "écrire oui ou non",
    "date": "une date s'écrit 04/05/2026",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """What a column, or a field of an item, holds: its technical name, its type, its labels and its own fields."""

    name: str
    kind: Type
    labels: tuple[str, ...] = ()
    fields: Mapping[str, "Slot"] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The label that people read; the name where there is none."""
        return self.labels[-1] if self.labels else self.name


def input_slots(asked: Iterable[tuple[str, dmn.Model]]) -> dict[str, Slot]:
    """What some decisions read of some models: typed as the last one types it, by the labels of them all."""
    found: dict[str, Slot] = {}
    for decision, model in asked:
        nodes = model.definitions.nodes
        for name, kind in nodes[model.decisions[decision].id].inputs().items():
            labels = [*found[name].labels] if name in found else []
            labels += [node.label for node in nodes.values() if node.variable == name and node.label]
            found[name] = Slot(name, kind, tuple(dict.fromkeys(labels)), _fields(model, kind))
    return found


def result_slots(decision: str, *models: dmn.Model) -> dict[str, Slot]:
    """The parts of a decision's value, as any of the models names them."""
    found: dict[str, Slot] = {}
    for model in models:
        found |= _fields(model, model.definitions.nodes[model.decisions[decision].id].type)
    return found


def _fields(model: dmn.Model, kind: Type) -> dict[str, Slot]:
    """The fields of a context, or of the items of a list of contexts, with the labels of the item's own definition."""
    item = kind.plain.element if isinstance(kind.plain, ListType) else kind
    if not isinstance(item.plain, ContextType):
        return {}
    labels = {
        part.get("name"): part.get("label")
        for element in model.definitions.document.root.walk()
        if element.tag == "itemDefinition" and element.get("name") == item.name
        for part in element.all("itemComponent")
    }
    return {
        name: Slot(name, part, (labels[name],) if labels.get(name) else (), _fields(model, part))
        for name, part in item.plain.fields.items()
    }


def plain(text: str) -> str:
    """A header or label without what people leave out: capitals, a unit in brackets, curly apostrophes."""
    return _UNIT.sub("", " ".join(text.replace("\u2019", "'").split())).casefold()


def find_slot(written: str, slots: Iterable[Slot]) -> Slot:
    """Find what a header or a field's name means: a technical name, or a label that only one has.

    Raises
    ------
    ValueError
        None, or several, are called so; says in French what to write.
    """
    slots = list(slots)
    for slot in slots:
        if slot.name == written.strip():
            return slot
    matching = [slot for slot in slots if plain(written) in map(plain, slot.labels)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        names = " ou ".join(slot.name for slot in matching)
        raise ValueError(f"« {written} » peut vouloir dire plusieurs données : écrire {names}")
    titles = {plain(slot.title): slot.title for slot in slots}
    near = [titles[it] for it in get_close_matches(plain(written), titles, 3)] or titles.values()
    raise ValueError(f"« {written} » est inconnu ; écrire l'un de : {', '.join(near)}")


def read_cell(text: str, slot: Slot, usual: Mapping[str, Any] | None = None) -> Any:
    """Read a cell that says something.

    Parameters
    ----------
    usual
        What the fields of a list's items are that a cell leaves out.

    Returns
    -------
    Any
        As JSON has it: dates are ISO texts, numbers with a decimal mark are decimals.

    Raises
    ------
    ValueError
        It is not of the slot's type, or none of its values; says in French what to write.
    """
    value = _read(text.strip(), slot, usual or {})
    try:
        slot.kind.convert(slot.kind.read_json(border.from_python(value)))
    except InvalidError:
        raise ValueError(f"« {text.strip()} » n'est pas admis ; {_what_to_write(slot.kind)}") from None
    return value


def read_item(text: str, slot: Slot) -> dict[str, Any]:
    """Read some fields of a list's items, as ``Moyen=CARD | Montant=60``; raises ValueError."""
    item: dict[str, Any] = {}
    for part in text.split("|"):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"« {part.strip()} » n'est pas de la forme Champ=valeur, séparés par |")
        found = find_slot(name.strip(), slot.fields.values())
        if found.name in item:
            raise ValueError(f"« {name.strip()} » y est deux fois")
        item[found.name] = read_cell(value, found)
    return item


def _read(text: str, slot: Slot, usual: Mapping[str, Any]) -> Any:
    if text in _NULLS:
        return None
    if isinstance(slot.kind.plain, ListType):
        if text == EMPTY_LIST:
            return []
        items = [item.strip() for item in re.split(r"\s\+\s", text)]
        if not slot.fields:
            return items
        return [_whole(item, slot, {**usual, **read_item(item, slot)}) for item in items]
    if slot.fields:
        return _whole(text, slot, read_item(text, slot))
    reader = _READERS.get(slot.kind.plain.name)
    return reader(text) if reader else text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _whole(text: str, slot: Slot, item: dict[str, Any]) -> dict[str, Any]:
    if missing := [part.title for name, part in slot.fields.items() if name not in item]:
        raise ValueError(f"« {text} » ne dit pas : {', '.join(missing)} ({NOTHING} si ce n'est pas connu)")
    return item


def _number(text: str) -> int | Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"« {text} » n'est pas un nombre : {_HOW['number']}")
    digits = re.sub(r"\s", "", text).replace(",", ".")
    return Decimal(digits) if "." in digits else int(digits)


def _boolean(text: str) -> bool:
    if text.casefold() not in _BOOLEANS:
        raise ValueError(f"« {text} » n'est ni oui ni non : {_HOW['boolean']}")
    return _BOOLEANS[text.casefold()]


def _date(text: str) -> str:
    return read_day(text).isoformat()


def read_day(text: str) -> date:
    """Read a day as people write it, 04/05/2026, or as programs do, 2026-05-04; raises ValueError, in French."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no time zone
    raise ValueError(f"« {text.strip()} » n'est pas une date : {_HOW['date']}")


_READERS: Mapping[str, Callable[[str], Any]] = {"number": _number, "boolean": _boolean, "date": _date}


def _what_to_write(kind: Type) -> str:
    while isinstance(kind, ItemType):
        if kind.expectation:
            return f"écrire l'une de ces valeurs : {kind.expectation.replace('"', '')}"
        kind = kind.base
    return _HOW.get(kind.name, f"le type attendu est {kind}")


def write_cell(value: Any, slot: Slot) -> str:
    """Write a value as JSON has it into a cell that reads the same."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "oui" if value else "non"
        case list():
            return " + ".join(_write_item(item, slot) for item in value) or EMPTY_LIST
        case dict():
            return _write_item(value, slot)
        case str():
            return _write_text(value, slot.kind)
        case _:
            return comma(f"{Decimal(value):f}")


def _write_text(text: str, kind: Type) -> str:
    if kind.plain.name == "date":
        with suppress(ValueError):  # a draft may give another type of value
            return f"{date.fromisoformat(text):%d/%m/%Y}"
    return f'"{text}"' if text in {"", EMPTY_LIST, *_NULLS} else text


def _write_item(item: Any, slot: Slot) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    told = ((slot.fields[name], value) for name, value in item.items())
    return " | ".join(f"{_UNIT.sub('', part.title)}={write_cell(value, part)}" for part, value in told)
