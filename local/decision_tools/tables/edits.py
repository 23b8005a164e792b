"""What a draft changes of the table that counts, edit by edit: where it is in French, and the draft without it."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree as ET

import dmn
from local.decision_tools.tables.written import is_legal, logics
from ops.decisions.tables import source_of

_DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
_CELLS = (f"{_DMN}inputEntry", f"{_DMN}outputEntry")
_LONG = 60
_BESIDE = 2
"""How long a text is shown whole, and how many words stand on each side of what differs in a longer one."""
_HOWS = {"added": "ajoutée", "removed": "supprimée", "moved": "déplacée"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit.

    Parameters
    ----------
    kind, what
        As :class:`dmn.Change` has them, ``lists`` for the values that a type admits.
    owner
        The id of the decision or business knowledge model that it is in.
    where
        The row and the column, or the decision, in French.
    before, after
        As it was and is written.
    source_before, source
        The annotation of the row, or of the decision, before and after.
    rule
        The id of its row, before it is taken away.
    column
        The number of its cell in the row, from 0; -1 for a whole row.
    """

    kind: str
    what: str
    owner: str
    where: str
    before: str
    after: str
    source_before: str = ""
    source: str = ""
    rule: str = ""
    column: int = -1

    @property
    def is_legal(self) -> bool:
        """Whether a text of law stands behind what is edited."""
        return is_legal(self.source_before) or is_legal(self.source)

    @property
    def says(self) -> str:
        """The edit in French."""
        if self.kind in _HOWS:
            return f"{self.where} {_HOWS[self.kind]}"
        before, after = _what_differs(self.before, self.after)
        return f"{self.where} : « {before or 'rien'} » devient « {after or 'rien'} »"


class Edits:
    """The edits of a draft.

    Parameters
    ----------
    before, after
        The texts of the two files.
    """

    def __init__(self, before: bytes, after: bytes, name: str) -> None:
        self.before, self.after = dmn.loads(before, name), dmn.loads(after, name)
        self._roots = ET.fromstring(before), ET.fromstring(after)  # noqa: S314 - a file that business chose

    @cached_property
    def written(self) -> str:
        """All that people read of the former file."""
        return " ".join(it.text or "" for it in self._roots[0].iter(f"{_DMN}description"))

    @cached_property
    def all(self) -> tuple[Edit, ...]:
        """The edits, in the order of the file."""
        return (*self._changes(), *self._lists(), *self._words())

    @property
    def meant(self) -> tuple[Edit, ...]:
        """Those that change more than what people read."""
        return tuple(edit for edit in self.all if edit.what != "text")

    def without(self, edit: Edit) -> dmn.Model | None:
        """Return the draft without one edit; None where it can't be taken out alone."""
        was, root = map(copy.deepcopy, self._roots)
        if edit.what == "rule":
            _put_row_back(root, was, edit)
        elif edit.what in {"decision", "function"} and edit.kind == "changed":
            new, old = _by_id(root, edit.owner), _by_id(was, edit.owner)
            if new is None or old is None:
                return None
            new[:] = list(old)
        elif edit.what == "policy":
            _put_policy_back(root, was, edit)
        else:
            return None
        try:
            return dmn.loads(ET.tostring(root), "sans la modification")
        except dmn.DmnError:
            return None

    def _changes(self) -> Iterator[Edit]:
        for change in dmn.compare(self.before, self.after):
            yield self._rule(change) if change.what == "rule" else self._other(change)

    def _other(self, change: dmn.Change) -> Edit:
        what = _NAMED_AS[change.what]
        label = next(filter(None, (_label(side, change.owner) for side in (self.after, self.before))), change.name)
        of = f"{what} « {change.name} » de « {label} »" if change.what in {"input", "column"} else f"{what} « {label} »"
        was, now = (_described(root, change.owner) for root in self._roots)
        return Edit(change.kind, change.what, change.owner, of, change.before, change.after, was, now)

    def _rule(self, change: dmn.Change) -> Edit:
        number, _, heading = change.name.partition(", ")
        old, new = (_table(side, change.owner) for side in (self.before, self.after))
        table = old if change.kind == "removed" or new is None else new
        if table is None:
            raise ValueError(f"no version has the table of {change.owner}")
        rule = table.rules[int(number) - 1]
        pair = [next((it for it in side.rules if it.id == rule.id), None) if side else None for side in (old, new)]
        was, now = (source_of(it) if it else "" for it in pair)
        where, column = f"règle {number} de « {table.title} »", -1
        if heading:
            headings = [it.expression for it in table.inputs]
            headings += [f"→ {it.name or table.title}" for it in table.outputs]
            labels = [it.label for it in table.inputs] + [it.label for it in table.outputs]
            column = headings.index(heading)
            where += f", colonne « {labels[column]} »"
        texts = change.before, change.after, was, now
        return Edit(change.kind, "rule", change.owner, where, *texts, rule=rule.id, column=column)

    def _words(self) -> Iterator[Edit]:
        """What people read: labels, questions, annotations."""
        before, after = ({it.get("id"): it for it in root.iter() if it.get("id")} for root in self._roots)
        rows = {rule.id: (table, rule) for table in self.after.tables for rule in table.rules}
        for key, element in after.items():
            former, name = before.get(key), str(key)
            if former is None:
                continue
            title = element.get("label") or element.get("name") or name
            place, owner = f"« {title} »", name
            if name in rows:
                table, rule = rows[name]
                place, owner = f"la règle {rule.number} de « {table.title} »", table.owner
            for what, read in _WORDS.items():
                was, now = read(former), read(element)
                if was != now:
                    yield Edit("changed", "text", owner, f"{what} de {place}", was, now, rule=name)

    def _lists(self) -> Iterator[Edit]:
        """What the types of a file admit, which no table says."""
        before, after = ({it.get("id"): it for it in root.iter(f"{_DMN}itemDefinition")} for root in self._roots)
        for key in {**before, **after}:
            was, now = (_admitted(side.get(key)) for side in (before, after))
            if was != now:
                label = {**before, **after}[key].get("label") or key
                yield Edit("changed", "lists", str(key), f"valeurs admises de « {label} »", was, now)


_WORDS: dict[str, Callable[[ET.Element], str]] = {
    "le libellé": lambda it: it.get("label", ""),
    "la question": lambda it: " ".join((it.findtext(f"{_DMN}question") or "").split()),
    "l'annotation": lambda it: " ".join((it.findtext(f"{_DMN}description") or "").split()),
}
_NAMED_AS = {
    "decision": "la décision",
    "function": "la fonction",
    "service": "le service",
    "input": "l'entrée",
    "table": "la table",
    "policy": "la politique de la table",
    "column": "la colonne",
}


def _what_differs(before: str, after: str) -> tuple[str, str]:
    """Of two long texts, the words that differ with those beside them."""
    if max(len(before), len(after)) <= _LONG:
        return before, after
    first, second = before.split(), after.split()
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    ahead = max(0, start - _BESIDE)
    shown = [it[ahead : len(it) - max(0, end - _BESIDE)] for it in (first, second)]
    tail = " …" if end > _BESIDE else ""
    one, other = (f"{'… ' if ahead else ''}{' '.join(it)}{tail}" for it in shown)
    return one, other


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts begin with together."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _label(model: dmn.Model, owner: str) -> str:
    return next((it.label for it in logics(model) if it.id == owner), "")


def _table(model: dmn.Model, owner: str) -> dmn.DecisionTable | None:
    return next((table for table in model.tables if table.owner == owner), None)


def _by_id(root: ET.Element, name: str) -> ET.Element | None:
    return next((it for it in root.iter() if it.get("id") == name), None)


def _described(root: ET.Element, owner: str) -> str:
    element = _by_id(root, owner)
    return "" if element is None else " ".join((element.findtext(f"{_DMN}description") or "").split())


def _admitted(definition: ET.Element | None) -> str:
    if definition is None:
        return ""
    kinds = [it.text or "" for it in definition.iter(f"{_DMN}typeRef")]
    return " ".join(" ".join([*kinds, *(it.text or "" for it in definition.iter(f"{_DMN}text"))]).split())


def _parent(root: ET.Element, child: ET.Element) -> ET.Element:
    return next(it for it in root.iter() if child in list(it))


def _put_row_back(root: ET.Element, was: ET.Element, edit: Edit) -> None:
    new, old = _by_id(root, edit.rule), _by_id(was, edit.rule)
    if new is not None and old is not None and edit.kind == "changed":
        cells, former = ([it for it in row if it.tag in _CELLS] for row in (new, old))
        cells[edit.column][:] = list(former[edit.column])
        return
    if new is not None:
        _parent(root, new).remove(new)
    if old is not None:
        rows = [it.get("id") for it in _parent(was, old).findall(f"{_DMN}rule")]
        later = rows[rows.index(edit.rule) + 1 :]
        table = next(it for it in root.iter(f"{_DMN}decisionTable") if it.get("id") == _parent(was, old).get("id"))
        places = [at for at, it in enumerate(table) if it.get("id") in later]
        table.insert(min(places, default=len(table)), copy.deepcopy(old))


def _put_policy_back(root: ET.Element, was: ET.Element, edit: Edit) -> None:
    for side in root.iter(f"{_DMN}decisionTable"):
        former = _by_id(was, side.get("id", ""))
        if former is not None and _parent(root, side).get("id") == edit.owner:
            for name in ("hitPolicy", "aggregation"):
                side.attrib.pop(name, None)
                if name in former.attrib:
                    side.set(name, former.attrib[name])
