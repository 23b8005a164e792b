"""Prints how large the state machines are, and how many states an execution enters on named paths.

``make statistics`` runs it. Sections are those of the files' banners; the paths are in ``statemachine/paths.yaml``.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, ROOT, Machine, State

PATHS = ROOT / "statemachine" / "paths.yaml"
END = "Succeed"
ENDLESS = 1000

type Ways = Mapping[str, str | Sequence[str]]
"""What a path says: for each state the way it takes, or its ways when it is entered several times."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a machine may not exceed, so that a person can read it; ``entered`` bounds the states of some paths."""

    states: int
    lines: int
    entered: Mapping[str, int]


RESTORATION = Bounds(states=45, lines=850, entered={"remote restoration with one read": 24})


class NoSuchPathError(Exception):
    """Raised when a path cannot be walked on the machine as it is; says where it went wrong."""


def walk(machine: Machine, ways: Ways) -> list[str]:
    """Names of the states that an execution enters on a path, the ending included.

    Raises
    ------
    NoSuchPathError
        When the path names no way at a choice, a way that the state has not, or a state that it does not come by.
    """
    states = {state.name: state for state in machine.states}
    if unknown := [name for name in ways if name not in states]:
        raise NoSuchPathError(f"the machine has no state {unknown[0]}")
    left = {name: [way] if isinstance(way, str) else list(way) for name, way in ways.items()}
    entered: list[str] = [machine.start]
    while (state := states[entered[-1]]).body["Type"] != END:
        entered.append(_next(state, left.get(state.name, [])))
        if len(entered) > ENDLESS:
            raise NoSuchPathError(f"the path goes round and round by {state.name}")
    if unused := [name for name, wanted in left.items() if wanted]:
        raise NoSuchPathError(f"the path ends in {entered[-1]} and does not come by {', '.join(unused)} so often")
    return entered


def _next(state: State, wanted: list[str]) -> str:
    """Where a state goes on to; takes the way from the list of those that are wanted."""
    possible = list(state.ways())
    if not wanted:
        if state.body["Type"] == "Choice":
            raise NoSuchPathError(f"the path names no way (any more) at the choice {state.name}")
        if "Next" not in state.body:
            raise NoSuchPathError(f"{state.name} has no Next, and the path names no way")
        return str(state.body["Next"])
    way = wanted.pop(0)
    found = {one.target for one in possible if way in {one.target, one.label}}
    if len(found) != 1:
        targets = ", ".join(dict.fromkeys(one.target for one in possible))
        raise NoSuchPathError(f"{state.name} has no way to {way!r} (it leads to {targets})")
    return found.pop()


def named_paths(machine: str) -> dict[str, Ways]:
    """The paths of a machine, by the name of its file."""
    paths: dict[str, dict[str, Ways]] = yaml.safe_load(PATHS.read_text(encoding="utf-8"))
    return paths.get(machine, {})


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name_of(path: Path) -> str:
    return path.name.removesuffix(".asl.yaml")


def told(path: Path, bounds: Bounds | None = None) -> Iterator[str]:
    """All about one machine, line by line."""
    machine = Machine.read(path)
    most_states, most_lines = (bounds.states, bounds.lines) if bounds else (None, None)
    states = f"{len(machine.states)} states{_at_most(most_states)}"
    yield f"{name_of(path)}: {states}, {lines_of(path)} lines{_at_most(most_lines)}"
    yield ""
    yield "  States in each section"
    yield from (_row(section, len(machine.of(section))) for section in machine.sections)
    if paths := named_paths(name_of(path)):
        yield ""
        yield "  States entered on a path, its ending included"
    for name, ways in paths.items():
        most = bounds.entered.get(name) if bounds else None
        try:
            yield _row(name, len(walk(machine, ways))) + _at_most(most)
        except NoSuchPathError as error:
            yield f"    {name}:"
            yield f"      {error}"


def _row(what: str, number: int) -> str:
    return f"    {what:.<56} {number:3}"


def _at_most(bound: int | None) -> str:
    return f" (at most {bound})" if bound else ""


def main() -> None:
    lines = [*told(MACHINE, RESTORATION), "", *told(NIGHTLY), "", *told(CAMPAIGN)]
    advice = f"A path that does not fit the machine is mended in {PATHS.relative_to(ROOT)}."
    sys.stdout.write("\n".join([*lines, "", advice, ""]))


if __name__ == "__main__":
    main()
