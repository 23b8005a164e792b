"""What a change touches: from each file that differs to the systems, and the chain between both."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import dmn
from local.decision_tools.tables.finding_words import fault_in_words
from record.cases.failures import CaseError
from restoration.errors import InvalidConfiguration
from scripts.impact.house import CUSTOMERS, House, Level, Node, names_in, system_of
from scripts.impact.payloads import Difference, differences
from scripts.impact.tables import DecidedOtherwise, decided_otherwise
from scripts.impact.trees import TABLES, ImpactError, Tree

_REQUEST = "restoration.domain.decision:DecisionRequest"
_TEXT = re.compile(r"functions/(\w+)/messages/(\w+)/([\w.]+)\.(\w+)\.txt")


class Touch(NamedTuple):
    """One thing of a system that is touched, and the chain from the file to it."""

    level: Level
    why: tuple[str, ...]
    kind: str
    name: str


@dataclass
class Impact:
    """What was found.

    Attributes
    ----------
    quiet
        Files that differ and touch no system.
    unknown
        What can't be known, in French.
    """

    touches: dict[str, list[Touch]] = field(default_factory=dict)
    payloads: dict[str, list[Difference]] = field(default_factory=dict)
    tables: list[DecidedOtherwise] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)

    def of(self, system: str) -> list[Touch]:
        """The gravest touch of each thing of a system, with its shortest chain; the gravest first."""
        found: dict[tuple[str, str], Touch] = {}
        for it in sorted(self.touches.get(system, ()), key=lambda it: (it.level, len(it.why), it)):
            found.setdefault((it.kind, it.name), it)
        return [*found.values()]


def find_impact(before: Tree, after: Tree) -> Impact | None:
    """Compare two states; None when they are the same.

    Raises
    ------
    ImpactError
        A decision table, a template, a machine, a schema or Python code can't be read.
    """
    changed = [it for it in sorted({**before.files, **after.files}) if before.read(it) != after.read(it)]
    try:
        return _Finder(before, after).find(changed) if changed else None
    except dmn.DmnError as error:
        raise ImpactError(fault_in_words(error)) from error
    except SyntaxError as error:
        raise ImpactError(f"{error.filename}, ligne {error.lineno}, ne se lit pas : {error.msg}") from error
    except (CaseError, InvalidConfiguration, ValueError) as error:
        raise ImpactError(f"un fichier ne se lit pas : {error}") from error


class _Finder:
    def __init__(self, before: Tree, after: Tree) -> None:
        self._was, self._now = self._houses = House(before), House(after)
        self._impact = Impact()
        self._touched = False

    def find(self, changed: list[str]) -> Impact:
        parts = self._parts()
        for path in changed:
            self._touched = False
            self._file(path)
            for key in parts.get(path, ()):
                house = self._now if key in self._now.code.parts else self._was
                self._follow(house, Level.CONTRACT, (path,), Node("partie", key))
            if not self._touched:
                self._impact.quiet.append(path)
        return self._impact

    def _follow(self, house: House, level: Level, why: tuple[str, ...], start: Node) -> None:
        """Touch each system that is reached from a node: the gravest of each thing, with its shortest chain."""
        waiting, seen = [(level, len(why), why, start)], set[Node]()
        while waiting:
            level, _, why, node = heappop(waiting)
            if node in seen:
                continue
            seen.add(node)
            ways = sorted(house.ways(node))
            for worst, other in ways:
                if other.kind:
                    step = node.name.strip(":").rpartition(":")[2]
                    heappush(waiting, (max(level, worst), len(why) + 1, (*why, step), other))
                else:
                    self._touched = True
                    touch = Touch(max(level, worst), why, node.kind.partition(" ")[0], node.name)
                    self._impact.touches.setdefault(other.name, []).append(touch)
            if not ways and node.kind == "événement":
                self._unknown(f"{node.name} : le dépôt ne nomme aucun lecteur")
            elif not ways and node.kind == "ressource":
                self._unknown(f"{node.name} ({node.at}) : une ressource qui ne nomme aucun système")

    def _unknown(self, told: str) -> None:
        self._touched = True
        self._impact.unknown[told] = None

    def _parts(self) -> dict[str, list[str]]:
        """The parts of the code that say something else, by their file; to move one changes nothing."""
        was, now = self._was.code.parts, self._now.code.parts
        old = {it.said: it for key, it in was.items() if now.get(key) is not it}
        new = {it.said: it for key, it in now.items() if was.get(key) is not it}
        found: dict[str, list[str]] = {}
        for said in old.keys() ^ new.keys():
            part = new.get(said) or old[said]
            found.setdefault(part.path, []).append(part.key)
        return found

    def _file(self, path: str) -> None:
        here, house = PurePosixPath(path), self._now if path in self._now.tree.files else self._was
        if here.match("events/schemas/*.json"):
            before, after = (it.tree.read(path) for it in self._houses)
            found = differences(before, after, incoming=here.stem in house.senders)
            self._impact.payloads[here.stem] = found
            if found:
                self._follow(house, Level.CONTRACT, (path,), Node("événement", here.stem))
        elif here.match(f"{TABLES}/*.dmn"):
            self._table(house, path)
        elif text := _TEXT.fullmatch(path):
            name = f"{text[3]} ({text[4]}, {text[2]})"
            self._follow(house, Level.CONTRACT, (path, text[1]), Node("texte", name, CUSTOMERS))
        elif path in house.machines:
            self._machine(path)
        elif path.removeprefix("operations/") == "template.yaml":
            self._template(path)
        elif path.startswith(("layers/", "functions/", "operations/")) and here.suffix not in {".py", ".md", ".dmn"}:
            self._data(house, path)

    def _data(self, house: House, path: str) -> None:
        """A file that code reads: of a partner's folder, or one that a part of the code names."""
        name = PurePosixPath(path).name
        readers = [Node("partie", key) for key, part in house.code.parts.items() if name in part.texts]
        if system := system_of(path.removeprefix("operations/")):
            readers.append(Node("format", name, system))
        for reader in readers:
            self._follow(house, Level.CONTRACT, (path,), reader)
        if not readers:
            self._unknown(f"{path} : toute fonction peut dépendre de ces réglages ou bibliothèques")

    def _machine(self, path: str) -> None:
        was, now = ({it.name: state for it, state in house.states.items() if it.at == path} for house in self._houses)
        for name in {**was, **now}:
            old, new = (_without_comments(side[name].body) if name in side else {} for side in (was, now))
            level = Level.CONTRACT if old.get("Arguments") != new.get("Arguments") else Level.BEHAVIOUR
            for house, side in ((self._was, was), (self._now, now)):
                if old != new and name in side:
                    self._follow(house, level, (path,), Node("état", name, path))

    def _template(self, path: str) -> None:
        """Each resource that differs, or that names a parameter that does."""
        was, now = ({it: body for it, body in house.resources.items() if it.at == path} for house in self._houses)
        changed = {it for it in {**was, **now} if was.get(it) != now.get(it)}
        names = {it.name for it in changed if not {**was, **now}[it]["Type"].startswith("AWS::")}
        for node, body in {**was, **now}.items():
            if (node in changed and body["Type"].startswith("AWS::")) or names & names_in(body.get("Properties")):
                self._follow(self._now if node in now else self._was, Level.CONTRACT, (path,), node)

    def _table(self, house: House, path: str) -> None:
        before, after = (it.tree.read(path) for it in self._houses)
        asking = list(_asking(house))
        listed = json.loads(house.tree.read(f"{TABLES}/manifest.json") or "{}").get(PurePosixPath(path).stem, [{}])
        for found in decided_otherwise(path, before, after, [decision for decision, _ in asking]):
            self._impact.tables.append(found._replace(since=listed[-1].get("from")))
            if found.changes and not found.values:
                told = "aucun scénario ni cas fabriqué n'a d'autre issue ; toutes les suites sont citées"
                self._unknown(f"{found.changes[0]} : {told}")
            for who in (who for decision, who in asking if decision == found.decision and found.changes):
                self._decided(house, who, (path, found.changes[0].partition(" : « ")[0], found.decision), found.values)

    def _decided(self, house: House, who: Node, why: tuple[str, ...], values: list[Any]) -> None:
        level = Level.BEHAVIOUR if values else Level.POSSIBLE
        if who not in house.states:
            self._follow(house, Level.BEHAVIOUR, why, who)
            return
        self._follow(house, level, why, who._replace(kind="état suivi"))
        for value in {json.dumps(it, default=str, sort_keys=True) for it in values} or {"null"}:
            for follower, is_sure in house.followers(who, json.loads(value)):
                self._follow(house, level if is_sure else Level.POSSIBLE, (*why, who.name), follower)


def _asking(house: House) -> Iterator[tuple[str, Node]]:
    """Each decision, and what asks for it: a state of a machine, or a function by its use case."""
    yield from ((state.decision, node) for node, state in house.states.items())
    for key, part in house.code.parts.items():
        if key.startswith("restoration.use_cases.") and _REQUEST in house.code.used[key]:
            yield from (
                (text, Node("fonction appelée", it, key)) for text in part.texts for it in house.functions_with(key)
            )


def _without_comments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_comments(it) for key, it in value.items() if key != "Comment"}
    return [_without_comments(it) for it in value] if isinstance(value, list) else value
