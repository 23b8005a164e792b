"""The process as it is drawn: its sections, its states with their names and places, and the ways between them.

``make process`` writes ``process.json`` from the state machine. It is that of the latest version: a case that runs on
an older one may stand in a state that is not here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from record.domain.waiting import Party
from record.words import Language

FILE = Path(__file__).with_name("process.json")

type Pair = tuple[str, str]
"""A way between two states, by their names."""
type Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """A section of the process, drawn as a column.

    Parameters
    ----------
    section
        Its name in the machine's file and in docs/process.md.
    x
        Its middle. All lengths are in pixels of the drawing.
    lines
        Its name in each language, in the lines in which it is drawn.
    """

    section: str
    x: float
    lines: Mapping[Language, Sequence[str]]

    def name(self, language: Language) -> str:
        """Its name as people read it."""
        return " ".join(self.lines[language])


@dataclass(frozen=True, slots=True)
class State:
    """A state.

    Parameters
    ----------
    name
        In the machine, as the console shows it.
    kind
        Its type in the machine (``Task``, ``Choice``, ``Wait``, ``Succeed``).
    party
        For whom a case waits in it.
    x, y
        The middle of its box.
    lines
        Its name in each language, in the lines in which it is drawn.
    """

    name: str
    section: str
    kind: str
    party: Party
    x: float
    y: float
    width: float
    height: float
    lines: Mapping[Language, Sequence[str]]

    def title(self, language: Language) -> str:
        """Its name as people read it."""
        return " ".join(self.lines[language])


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """Where the number of a way stands, beside its line.

    Parameters
    ----------
    x
        Its beginning, middle or end, as ``anchor`` says (``start``, ``middle``, ``end``).
    y
        The middle of its height.
    """

    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from a state to another.

    Parameters
    ----------
    is_back
        Whether it leads back to an earlier state.
    when
        When it is taken, in each language; empty where that is plain.
    points
        The corners of its line.
    number
        Where its number stands; None where there is no room for one.
    """

    source: str
    target: str
    is_back: bool
    when: Mapping[Language, str]
    points: Sequence[Point]
    number: NumberPlace | None

    @property
    def pair(self) -> Pair:
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Process:
    """The whole process; columns, states and edges are in the machine's order."""

    width: float
    height: float
    start: str
    start_at: Point
    columns: Sequence[Column]
    states: Mapping[str, State]
    edges: Mapping[Pair, Edge]

    def title(self, name: str, language: Language) -> str:
        """A state's name as people read it; its name in the machine where the process does not know it."""
        return self.states[name].title(language) if name in self.states else name

    def of(self, section: str) -> Sequence[State]:
        return [state for state in self.states.values() if state.section == section]


@cache
def state_names() -> Mapping[str, tuple[str, str]]:
    """The states, as business names them (``statemachine/names.fr.yaml``), and in English."""
    return {
        state.name: (state.title(Language.FRENCH), state.title(Language.ENGLISH)) for state in process().states.values()
    }


@cache
def process() -> Process:
    found = json.loads(FILE.read_text(encoding="utf-8"))
    return Process(
        found["width"],
        found["height"],
        found["start"]["state"],
        (found["start"]["x"], found["start"]["y"]),
        [Column(each["section"], each["x"], _in_both(each)) for each in found["columns"]],
        {each["name"]: _state(each) for each in found["states"]},
        {(each["source"], each["target"]): _edge(each) for each in found["edges"]},
    )


def _state(each: Mapping[str, Any]) -> State:
    box = each["x"], each["y"], each["width"], each["height"]
    return State(each["name"], each["section"], each["type"], Party(each["party"]), *box, _in_both(each))


def _edge(each: Mapping[str, Any]) -> Edge:
    points = [(x, y) for x, y in each["points"]]
    number = NumberPlace(**each["number"]) if each["number"] else None
    return Edge(each["source"], each["target"], each["back"], _in_both(each), points, number)


def _in_both(each: Mapping[str, Any]) -> Mapping[Language, Any]:
    return {language: each[language.value] for language in Language}
