"""What a change touches: from each file that differs to the systems, and the chain between both."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import dmn
from local import asl
from local.decision_tools.finding_words import fault_in_words
from record.cases.failures import CaseError
from restoration.errors import InvalidConfiguration
from scripts.impact.house import CUSTOMERS, SUPERVISION, House, function_named, names_in, party_of, system_of
from scripts.impact.payloads import differences
from scripts.impact.tables import decided_otherwise
from scripts.impact.trees import TABLES, ImpactError, Tree
from scripts.impact.walking import decision_of, what_follows

type _Asking = tuple[str, asl.State] | str
"""The one that asks for a decision: a state of a machine, or a part of a use case."""
_PROCESS = "statemachine/restoration.asl.yaml"
_REQUEST = "restoration.domain.decision:DecisionRequest"
_TEXT = re.compile(r"functions/(\w+)/messages/(\w+)/([\w.]+)\.(\w+)\.txt")
_PACKAGE = re.compile(
    r"((?:layers|operations)/\w+/python/|(?:operations/)?functions/\w+/).+(?<!\.py)(?<!\.md)(?<!\.dmn)"
)
_SETTINGS = re.compile(r"layers/\w+/(requirements\.\w+|Makefile)|(operations/)?samconfig\.toml")


type _Chain = tuple[str, ...]


class Level(IntEnum):
    """How a system is touched, the gravest first."""

    CONTRACT = 1
    BEHAVIOUR = 2
    POSSIBLE = 3


class Touch(NamedTuple):
    """One thing of a system that is touched, and the chain from the file to it."""

    level: Level
    why: _Chain
    kind: str
    name: str


class Impact:
    """What was found.

    Attributes
    ----------
    quiet
        Files that differ and touch no system.
    unknown
        What can't be known, in French.
    """

    def __init__(self) -> None:
        self.systems: dict[str, dict[tuple[str, str], Touch]] = {}
        self.payloads: list[dict[str, Any]] = []
        self.tables: list[dict[str, Any]] = []
        self.quiet: list[str] = []
        self.unknown: dict[str, None] = {}

    def touch(self, system: str, touch: Touch) -> None:
        """Keep the gravest touch of each thing, with its shortest chain."""
        known = self.systems.setdefault(system, {})
        key = (touch.kind, touch.name)
        known[key] = min(known.get(key, touch), touch, key=lambda it: (it.level, len(it.why), it.why))

    def of(self, system: str) -> list[Touch]:
        return sorted(self.systems.get(system, {}).values(), key=lambda it: (it.level, len(it.why), it))


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
    except (CaseError, InvalidConfiguration) as error:
        raise ImpactError(str(error)) from error
    except SyntaxError as error:
        raise ImpactError(f"{error.filename}, ligne {error.lineno}, ne se lit pas : {error.msg}") from error
    except ValueError as error:
        raise ImpactError(f"un fichier JSON ne se lit pas : {error}") from error


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
                self._part(key, path)
            if not self._touched:
                self._impact.quiet.append(path)
        return self._impact

    def _parts(self) -> dict[str, list[str]]:
        """The parts of the code that say something else, by their file; to move one changes nothing."""
        was, now = self._was.code.parts, self._now.code.parts
        old = {it.said: it for key, it in was.items() if now.get(key) is not it}
        new = {it.said: it for key, it in now.items() if was.get(key) is not it}
        found: dict[str, set[str]] = {}
        for said in old.keys() ^ new.keys():
            part = new.get(said) or old[said]
            found.setdefault(part.path, set()).add(part.key)
        return {path: sorted(keys) for path, keys in found.items()}

    def _file(self, path: str) -> None:
        here, house = PurePosixPath(path), self._now if path in self._now.tree.files else self._was
        if here.match("events/schemas/*.json"):
            self._payload(house, path, here.stem)
        elif here.suffix == ".dmn" and here.parent.as_posix() == TABLES:
            self._table(house, path)
        elif text := _TEXT.fullmatch(path):
            self._touch(CUSTOMERS, Level.CONTRACT, "texte", f"{text[3]} ({text[4]}, {text[2]})", (path, text[1]))
        elif path in house.machines:
            self._machine(path)
        elif path.removeprefix("operations/") == "template.yaml":
            self._template(path)
        elif _SETTINGS.fullmatch(path):
            self._unknown(f"{path} : toute fonction peut dépendre de ces réglages ou bibliothèques")
        elif package := _PACKAGE.fullmatch(path):
            self._data(house, path, package[1])

    # ── What is exchanged ──

    def _payload(self, house: House, path: str, event: str) -> None:
        incoming = event in house.senders
        found = differences(self._was.tree.read(path), self._now.tree.read(path), incoming=incoming)
        breaking = any(it.is_breaking for it in found)
        told = [it.text for it in found]
        self._impact.payloads.append({"event": event, "incoming": incoming, "breaking": breaking, "differences": told})
        acting = [it for it in house.functions if event in house.sinks(it)[0] | house.read_by(it)]
        acting += [state.name for _, state in house.states if event in names_in(state.body.get("Arguments"))]
        if found:
            self._event(house, event, Level.CONTRACT, (path, *acting[:1]))

    def _data(self, house: House, path: str, package: str) -> None:
        """A file that code reads: of a partner's folder, or one that a part of its package names."""
        name = PurePosixPath(path).name
        if system := system_of(path.removeprefix("operations/")):
            self._touch(system, Level.CONTRACT, "format", name, (path,))
        for key, part in house.code.parts.items():
            if part.path.startswith(package) and name in part.texts:
                self._part(key, path)

    # ── Code ──

    def _part(self, key: str, path: str) -> None:
        house = self._now if key in self._now.code.parts else self._was
        functions = house.functions_with(key)
        events, systems = house.border(key) if functions else (set(), set())
        why = (path, key.partition(":")[2] or key.partition(":")[0])
        for event in events:
            self._event(house, event, Level.CONTRACT, (*why, functions[0]))
        for system in systems:
            calls = {it.partition(":")[2] for it in self._calls(house, functions, key) if system_of(it) == system}
            for call in calls or {why[1]}:
                self._touch(system, Level.CONTRACT, "appel" if calls else "contrat", call, (*why, functions[0]))
        for function in functions if not events | systems else ():
            self._behaviour(house, function, key, why)
        for screen in house.screens_with(key):
            self._touch(SUPERVISION, Level.BEHAVIOUR, "écran", screen, why)
        if key.startswith("ops."):
            self._touch(SUPERVISION, Level.BEHAVIOUR, "outil", key.partition(":")[0], why)

    def _calls(self, house: House, functions: list[str], key: str) -> Iterator[str]:
        """The partners' calls that lead to a part of an adapter."""
        for reach in (house.reach(house.functions[it]) for it in functions):
            yield from house.calls(reach, reach.leading_to(key))

    def _behaviour(self, house: House, function: str, key: str, why: _Chain) -> None:
        """What a function may do otherwise since a part of it changed."""
        self._sinks(house, function, Level.BEHAVIOUR, why, key)
        for event in house.read_by(function):
            self._event(house, event, Level.BEHAVIOUR, (*why, function))
        if house.functions[function].startswith("operations/"):
            self._touch(SUPERVISION, Level.BEHAVIOUR, "fonction", function, why)
        for path, state in house.states:
            if house.function_of(state) == function:
                self._state(house, path, state, Level.POSSIBLE, (*why, function))
        if any(it.endswith(":Executions.start") for it in house.reach(house.functions[function]).around(key)):
            self._start(house, (*why, function))

    def _sinks(self, house: House, function: str, level: Level, why: _Chain, key: str = "") -> None:
        events, calls = house.sinks(function, key)
        for event in events:
            self._event(house, event, level, (*why, function))
        for call in calls:
            self._touch(system_of(call), level, "appel", call.partition(":")[2], (*why, function))

    # ── The machines ──

    def _machine(self, path: str) -> None:
        was, now = ({it.name: it for place, it in house.states if place == path} for house in self._houses)
        for name in {**was, **now}:
            old, new = (_without_comments(side[name].body) if name in side else {} for side in (was, now))
            level = Level.CONTRACT if old.get("Arguments") != new.get("Arguments") else Level.BEHAVIOUR
            for house, side in ((self._was, was), (self._now, now)):
                if old != new and name in side:
                    self._state(house, path, side[name], level, (path,))

    def _start(self, house: House, why: _Chain) -> None:
        document = house.machines[_PROCESS].document
        first = document["States"][document["StartAt"]]["Next"]
        for state in (it for path, it in house.states if (path, it.name) == (_PROCESS, first)):
            self._state(house, _PROCESS, state, Level.POSSIBLE, why)

    def _state(self, house: House, path: str, state: asl.State, level: Level, why: _Chain, value: Any = None) -> None:
        """A state, and what may follow from it; with the value that it decides, where that is known."""
        if path.startswith("operations/"):
            self._touch(SUPERVISION, level, "état", state.name, why)
        self._at_state(house, state, level, why)
        after = Level.BEHAVIOUR if value is not None else Level.POSSIBLE
        for follower, is_sure in what_follows(house.machines[path], state, value):
            self._at_state(house, follower, after if is_sure else Level.POSSIBLE, (*why, state.name))

    def _at_state(self, house: House, state: asl.State, level: Level, why: _Chain) -> None:
        for event in names_in(state.body.get("Arguments")) & house.events:
            self._event(house, event, level, (*why, state.name))
        level = max(level, Level.BEHAVIOUR)
        if system := party_of(state):
            self._touch(system, level, "état", state.name, why)
        if function := house.function_of(state):
            self._sinks(house, function, level, (*why, state.name))

    # ── Decision tables ──

    def _table(self, house: House, path: str) -> None:
        name, asking = PurePosixPath(path).stem, list(self._asking(house))
        before, after = (it.tree.read(path) for it in self._houses)
        listed = json.loads(house.tree.read(f"{TABLES}/manifest.json") or "{}").get(name, [{}])
        for found in decided_otherwise(path, before, after, [decision for decision, _ in asking]):
            self._impact.tables.append({"table": name, "from": listed[-1].get("from"), **found._asdict()})
            for who in (who for decision, who in asking if decision == found.decision and found.changes):
                self._decided(house, who, (path, found.changes[0], found.decision), found.values)

    def _asking(self, house: House) -> Iterator[tuple[str, _Asking]]:
        yield from ((decision_of(state), (path, state)) for path, state in house.states)
        for key, part in house.code.parts.items():
            if key.startswith("restoration.use_cases.") and _REQUEST in house.code.used(part):
                yield from ((text, key) for text in part.texts)

    def _decided(self, house: House, asking: _Asking, why: _Chain, values: list[Any]) -> None:
        if isinstance(asking, str):
            for function in house.functions_with(asking):
                self._sinks(house, function, Level.BEHAVIOUR, why, asking)
            return
        if not values:
            self._unknown(
                f"{why[1]} : aucun scénario ni cas fabriqué n'a d'autre issue ; toutes les suites sont citées"
            )
        level = Level.BEHAVIOUR if values else Level.POSSIBLE
        for value in {json.dumps(it, default=_plain, sort_keys=True) for it in values} or {"null"}:
            self._state(house, *asking, level, why, json.loads(value))

    # ── Templates ──

    def _template(self, path: str) -> None:
        """Each resource that differs, or that names a parameter that does."""
        was, now = ({k: it for k, it in house.resources.items() if k.startswith(f"{path}:")} for house in self._houses)
        changed = {key for key in {**was, **now} if was.get(key) != now.get(key)}
        names = {it.partition(":")[2] for it in changed if not {**was, **now}[it]["Type"].startswith("AWS::")}
        for key, body in {**was, **now}.items():
            if key in changed or names & names_in(body.get("Properties")):
                self._resource(self._now if key in now else self._was, path, key.partition(":")[2], body)

    def _resource(self, house: House, path: str, name: str, body: Any) -> None:
        kind, why = str(body["Type"]), (path, name)
        if path.startswith("operations/") or kind.startswith(("AWS::CloudWatch", "AWS::Logs")):
            self._touch(SUPERVISION, Level.BEHAVIOUR, "ressource", name, why)
        elif kind.startswith("AWS::Events::"):
            for event in house.events & names_in(body):
                self._event(house, event, Level.CONTRACT, why)
        elif kind.endswith("::StateMachine"):
            self._start(house, why)
        elif kind.endswith(("::Function", "::EventSourceMapping")):
            called = name if kind.endswith("::Function") else body["Properties"]["FunctionName"]["Ref"]
            self._sinks(house, function_named(called), Level.POSSIBLE, why)
        elif kind.startswith("AWS::"):
            self._unknown(f"{name} ({path}) : une ressource qui ne nomme aucun système")

    # ── What is found ──

    def _event(self, house: House, event: str, level: Level, why: _Chain) -> None:
        systems = house.systems_of_event(event)
        if not systems:
            self._unknown(f"{event} : le dépôt ne nomme aucun lecteur")
        for system in systems:
            self._touch(system, level, "événement", event, why)

    def _touch(self, system: str, level: Level, kind: str, name: str, why: _Chain) -> None:
        self._touched = True
        self._impact.touch(system, Touch(level, why, kind, name))

    def _unknown(self, told: str) -> None:
        self._touched = True
        self._impact.unknown[told] = None


def _without_comments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_comments(it) for key, it in value.items() if key != "Comment"}
    return [_without_comments(it) for it in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
