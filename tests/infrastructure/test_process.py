"""The process's screen and BPMN file say what the state machine says, and can be read."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from record.domain import states
from record.domain.states import STEP_OF, STEPS
from record.words import Language
from scripts.process.__main__ import files
from scripts.process.bpmn import BPMN, id_of
from scripts.process.machine import MACHINE, ROOT, Machine, Names
from scripts.process.routes import Box, route
from scripts.process.screen import BADGE, HEADER
from scripts.process.text import lines_of, width_of
from supervision.process import ALL, STEP, WHOLE, Process, process
from tests.npm import read


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine.read(MACHINE)


@pytest.fixture(scope="module")
def bpmn() -> dict[str, Any]:
    """The BPMN file as the Modeler's own reader has it."""
    return dict(read("bpmn-moddle", "read_bpmn.mjs", BPMN)[str(BPMN)])


@pytest.fixture(scope="module")
def screen() -> Process:
    """The process as the screen draws it."""
    return process()


def test_files_are_drawn_from_the_machines_as_they_are() -> None:
    old = [path.name for path, text in files().items() if path.read_text("utf-8") != text]
    assert old == [], "run make process"


# ── The screen ──


def test_screen_draws_each_state_and_says_when_each_way_is_taken(machine: Machine, screen: Process) -> None:
    assert list(screen.edges) == machine.pairs
    assert [column.section for column in screen.columns] == machine.sections
    assert (list(screen.states), screen.start) == ([state.name for state in machine.states], machine.start)
    for column in screen.columns:
        inside = [screen.states[state.name] for state in machine.of(column.section)]
        assert {state.x for state in inside} == {column.x}
        assert all(one.y < other.y for one, other in pairwise(inside))
    names = Names.read()
    for state in machine.states:
        drawn = screen.states[state.name]
        assert (drawn.section, drawn.kind) == (state.section, state.type)
        assert drawn.title(Language.FRENCH) == states.ALL[state.name].french
        assert re.sub(r"[ ?]", "", drawn.title(Language.ENGLISH)).casefold() == state.name.casefold()
        for lines in drawn.lines.values():
            assert 1 <= len(lines) <= 2
            assert all(width_of(line, 12) < drawn.width for line in lines)
        assert drawn.height >= 3 * 14, "room for a figure"
        assert all(way.label in screen.edges[way.source, way.target].when[Language.ENGLISH] for way in state.ways())
    for (source, target), edge in screen.edges.items():
        assert edge.when[Language.FRENCH] == names.ways.get(source, {}).get(target, "")


@pytest.mark.parametrize("step", [ALL, WHOLE, *STEPS])
def test_numbers_on_the_screen_cover_nothing_and_stand_at_their_own_way_alone(step: str) -> None:
    """Otherwise nobody would know to which of two close lines one belongs. Each way has one, and so opens its cases."""
    screen = process(step)
    boxes = [Box(state.x, state.y, state.width, state.height) for state in screen.states.values()]
    badges = [Box(x, box.top - BADGE[1] / 2, 18, BADGE[1]) for box in boxes for x in (box.left + 9, box.right - 9)]
    heads = Box(screen.width / 2, HEADER / 2, screen.width, HEADER if step == ALL else 0)
    lines = {edge.pair: list(pairwise(edge.points)) for edge in screen.edges.values()}
    numbers: list[Box] = []
    for edge in screen.edges.values():
        if edge.number:
            x, y, anchor, wide, high = edge.number
            left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
            box = Box(left + wide / 2, y, wide, high)
            assert 0 < box.left < box.right < screen.width
            assert not any(box.overlaps(other) for other in [*boxes, *badges, heads])
            clicked = Box(box.x, y, wide, max(high, 24))
            assert not any(clicked.overlaps(other) for other in numbers)
            numbers.append(clicked)
            # A number beside its line keeps from all of them; one on it from the others.
            is_on = any(Box(box.x, y, 1, 1).meets(*line) for line in lines[edge.pair])
            for away, beside in ((8, [edge.pair]),) if is_on else ((10.8, []), (13.2, [edge.pair])):
                near = Box(box.x, y, wide, high + away) if anchor == "middle" else Box(box.x, y, wide + away, high)
                found = [pair for pair, way in lines.items() if any(near.meets(*line) for line in way)]
                assert [pair for pair in found if is_on or pair == edge.pair or not beside] == beside
    assert len(numbers) == len(screen.edges)


def test_everything_that_business_reads_has_a_french_name(machine: Machine) -> None:
    names = Names.read()
    assert list(names.sections) == machine.sections
    assert set(states.ALL) == {state.name for state in machine.states}
    kinds = {state.name: state.body["Type"] for state in machine.states}
    pairs = {pair for pair in machine.pairs if kinds[pair[0]] == "Choice"}
    named = {(source, target) for source, targets in names.ways.items() for target in targets}
    assert named - pairs == set(), "these ways are not in the machine"
    assert {pair for pair in pairs - named if kinds[pair[1]] != "Succeed"} == set(), "these ways have no name"


# ── BPMN ──


def test_nodes_and_flows_are_the_machine_s_states_and_ways(machine: Machine, bpmn: dict[str, Any]) -> None:
    """Each state stands in its step; a way that leaves one is told there, where it comes in, and between the steps."""
    assert bpmn["warnings"] == []
    nodes = {node["id"]: node for node in bpmn["nodes"] if not node["host"]}
    assert {
        it.name: (nodes[it.name]["name"], nodes[it.name]["told"], nodes[it.name]["in"]) for it in machine.states
    } == {it.name: (states.ALL[it.name].french, it.comment, id_of(it.section)) for it in machine.states}
    told = Counter((flow["in"], way) for flow in bpmn["flows"] for way in flow["told"].split("\n") if way)
    wanted: Counter[tuple[str, str]] = Counter()
    for way in (way for state in machine.states for way in state.ways()):
        places = {id_of(STEP_OF[way.source]), id_of(STEP_OF[way.target])}
        places |= {"Restoration"} if len(places) > 1 else set()
        wanted.update((place, f"{way.source} → {way.target}: {way.label}".strip()) for place in places)
    assert Counter({(place, way.strip()): count for (place, way), count in told.items()}) == wanted
    assert [flow["target"] for flow in bpmn["flows"] if flow["source"] == "Start"] == [id_of(STEP_OF[machine.start])]
    for node in bpmn["nodes"]:
        assert node["incoming"] == [flow["id"] for flow in bpmn["flows"] if flow["target"] == node["id"]]
        assert node["outgoing"] == [flow["id"] for flow in bpmn["flows"] if flow["source"] == node["id"]]


def test_process_opens_from_eight_boxes_each_of_at_most_nine(machine: Machine, screen: Process) -> None:
    """The same boundaries on the screen, in the BPMN file and on the page."""
    assert len(STEPS) == 8
    assert set(STEP_OF) == {state.name for state in machine.states}
    assert max(len(states) for states in STEPS.values()) <= 9
    assert set(process(WHOLE).states) == set(STEPS) == {column.section for column in screen.columns}
    page = (ROOT / "docs" / "process.md").read_text("utf-8")
    for step, members in STEPS.items():
        drawn = process(step)
        assert {name for name, state in drawn.states.items() if state.kind != STEP} == set(members)
        assert {way for edge in drawn.edges.values() for way in edge.ways} == {
            ">".join(way) for way in screen.edges if step in {STEP_OF[way[0]], STEP_OF[way[1]]}
        }
        assert f"### {step}\n" in page


# ── Ways around boxes ──


def test_edge_that_has_no_way_is_told_by_its_names() -> None:
    boxes = {"here": Box(0, 0, 40, 20), "around": Box(200, 0, 100, 100), "there": Box(200, 0, 40, 20)}
    with pytest.raises(ValueError, match="here → there hits around"):
        route(boxes, [("here", "there")])


def test_word_wider_than_its_box_is_refused() -> None:
    with pytest.raises(ValueError, match="give it a shorter name"):
        lines_of("Rétablissement", 12, 50)
