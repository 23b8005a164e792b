"""The process as it is drawn: its eight steps, each step with its states, and all states beside each other.

``make process`` writes ``process.json`` from the state machine. It is that of the latest version: a case that runs on
an older one may stand in a state that is not here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from record.domain.steps import Pair
from record.words import Language

FILE = Path(__file__).with_name("process.json")

WHOLE, ALL = "", "all"
"""The picture of the eight steps, and that of all states; each step has one, by its name."""
STEP = "Step"
"""The kind of a step that stands in a picture as one box."""

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class State:
    """A state; or a whole step, where a picture has it as one box.

    Parameters
    ----------
    name
        In the machine, as the console shows it; of a step, its name, or ``from Check`` and ``to Check`` beside another.
    section
        Its step.
    kind
        Its type in the machine (``Task``, ``Choice``, ``Wait``, ``Succeed``), or ``Step``.
    x, y
        The middle of its box. All lengths are in pixels of the drawing.
    lines
        Its name in each language, in the lines in which it is drawn.
    about
        The comment of the machine, in English.
    decision
        That for which it asks the rules; empty where it asks none.
    """

    name: str
    section: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    lines: Mapping[Language, Sequence[str]]
    about: str = ""
    decision: str = ""

    def title(self, language: Language) -> str:
        """Its name as people read it."""
        return " ".join(self.lines[language])

    @property
    def asks(self) -> dict[str, str]:
        """What opens its box: its step, or its details."""
        return {"section": self.section} if self.kind == STEP else {"state": self.name}


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
        Where its number stands: its beginning, middle or end, as the third says (``start``, ``middle``, ``end``), the
        middle of its height, and how wide and high its room is; None where there is no room for one.
    ways
        The ways between states that it stands for, as a filter has them (``ReadPoint>DecideAction``).
    """

    source: str
    target: str
    is_back: bool
    when: Mapping[Language, str]
    points: Sequence[Point]
    number: tuple[float, float, str, float, float] | None
    ways: Sequence[str]

    @property
    def pair(self) -> Pair:
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Process:
    """A picture of the process; columns, states and edges are in the machine's order.

    Parameters
    ----------
    columns
        The steps, where all states are: each is drawn as a column, at its ``x``.
    step
        The step that it shows; ``""`` for the eight steps, ``all`` for all states.
    start
        The state or step with which a case begins.
    """

    step: str

    width: float
    height: float
    start: str
    columns: Sequence[State]
    states: Mapping[str, State]
    edges: Mapping[Pair, Edge]

    def title(self, name: str, language: Language) -> str:
        """A state's name as people read it; its name in the machine where the process does not know it."""
        return self.states[name].title(language) if name in self.states else name


@cache
def state_names() -> Mapping[str, tuple[str, str]]:
    """The states, as business names them (:mod:`record.domain.states`), and in English."""
    return {
        state.name: (state.title(Language.FRENCH), state.title(Language.ENGLISH)) for state in process().states.values()
    }


@cache
def way_names() -> Mapping[str, tuple[str, str]]:
    """The ways between states, as a filter has them (``ReadPoint>DecideAction``), with their names."""
    names = state_names()
    return {
        f"{before}>{after}": (f"{names[before][0]} → {names[after][0]}", f"{names[before][1]} → {names[after][1]}")
        for before, after in process().edges
    }


@cache
def process(step: str = ALL) -> Process:
    """The picture of a step, of the eight steps (``""``), or of all states (``all``)."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    if step != ALL:
        found = next(each for each in found["steps"] if each["step"] == step)
    states, edges = [State(**each) for each in found["states"]], [Edge(**each) for each in found["edges"]]
    return Process(
        step,
        found["width"],
        found["height"],
        found["start"],
        [State(**each) for each in found.get("columns", ())],
        {each.name: each for each in states},
        {each.pair: each for each in edges},
    )


def step_name(step: str, language: Language) -> str:
    """A step's name as people read it."""
    return next(each.title(language) for each in process().columns if each.section == step)


def tip(way: Sequence[Sequence[float]], length: float = 7, half: float = 3) -> list[Point]:
    """The corners of the arrow's tip at the end of a way, whose lines run along the axes.

    Parameters
    ----------
    length, half
        From its point to its base, and half the base's width, in pixels.
    """
    (x1, y1), (x2, y2) = way[-2:]
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    x, y = x2 - length * dx, y2 - length * dy
    return [(x2, y2), (x - half * dy, y - half * dx), (x + half * dy, y + half * dx)]
