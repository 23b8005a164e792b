"""The process's layout, pictures and BPMN file say what the state machine says, and can be read."""

import json
import re
import subprocess
from collections import Counter
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from restoration.domain.waiting import Party
from scripts.process.bpmn import BPMN
from scripts.process.files import files
from scripts.process.layout import LAYOUT, Names, pairs_of, party_of
from scripts.process.machine import MACHINE, ROOT, Machine
from scripts.process.numbers import SIZE
from scripts.process.picture import ENGLISH, FRENCH
from scripts.process.routes import Box, hit, route
from scripts.process.screen import BADGE, HEADER, SCREEN
from scripts.process.text import lines_of, width_of
from supervision.process import Process, process
from supervision.question import Language
from supervision.words import STATES
from tests.npm import need


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine.read(MACHINE)


@pytest.fixture(scope="module")
def layout() -> dict[str, Any]:
    return dict(json.loads(LAYOUT.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def bpmn() -> dict[str, Any]:
    """The BPMN file as the Modeler's own reader has it."""
    command = [need("bpmn-moddle"), str(ROOT / "scripts" / "read_bpmn.mjs"), str(BPMN)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - the project's script
    return dict(json.loads(found.stdout)[str(BPMN)])


@pytest.fixture(scope="module")
def written() -> dict[Path, str]:
    return files()


@pytest.mark.parametrize("path", [LAYOUT, ENGLISH, FRENCH, SCREEN, BPMN], ids=lambda path: path.name)
def test_file_is_drawn_from_the_machine_as_it_is(path: Path, written: dict[Path, str]) -> None:
    assert path.read_text(encoding="utf-8") == written[path], "run make process"


def boxes_of(layout: dict[str, Any]) -> dict[str, Box]:
    return {state["name"]: Box(state["x"], state["y"], state["width"], state["height"]) for state in layout["states"]}


def shapes_of(bpmn: dict[str, Any]) -> dict[str, Box]:
    return {
        shape["of"]: Box(
            shape["x"] + shape["width"] / 2, shape["y"] + shape["height"] / 2, shape["width"], shape["height"]
        )
        for shape in bpmn["shapes"]
    }


def test_layout_has_each_state_and_each_way_of_the_machine(machine: Machine, layout: dict[str, Any]) -> None:
    assert [state["name"] for state in layout["states"]] == [state.name for state in machine.states]
    assert [(edge["source"], edge["target"]) for edge in layout["edges"]] == pairs_of(machine)


def test_layout_follows_the_file_by_columns_and_rows(machine: Machine, layout: dict[str, Any]) -> None:
    columns = {column["section"]: column["x"] for column in layout["columns"]}
    assert list(columns) == machine.sections
    assert list(columns.values()) == sorted(columns.values())
    boxes = boxes_of(layout)
    for section in machine.sections:
        inside = [boxes[state.name] for state in machine.of(section)]
        assert {box.x for box in inside} == {columns[section]}
        assert all(one.bottom < other.top for one, other in pairwise(inside))
    assert {state.section for state in machine.states if state.body["Type"] == "Succeed"} == {machine.sections[-1]}


def test_edges_of_the_layout_lead_from_rim_to_rim_and_through_no_state(layout: dict[str, Any]) -> None:
    boxes = boxes_of(layout)
    for edge in layout["edges"]:
        points = [(x, y) for x, y in edge["points"]]
        assert hit(boxes, (edge["source"], edge["target"]), points) == []
        for name, (x, y) in ((edge["source"], points[0]), (edge["target"], points[-1])):
            box = boxes[name]
            assert x in {box.left, box.right} or y in {box.top, box.bottom}
            assert box.left <= x <= box.right
            assert box.top <= y <= box.bottom


def test_layout_lies_within_its_picture(layout: dict[str, Any]) -> None:
    boxes = boxes_of(layout).values()
    points = [point for edge in layout["edges"] for point in edge["points"]]
    points += [[side, box.y] for box in boxes for side in (box.left, box.right)]
    assert all(0 < x < layout["width"] and 0 < y < layout["height"] for x, y in points)
    assert layout["width"] == 1280


@pytest.mark.parametrize("path", [ENGLISH, FRENCH], ids=lambda path: path.name)
def test_names_in_the_picture_fit_their_boxes(path: Path) -> None:
    states = re.findall(
        r'<g class="state [^>]+>\n<rect [^>]*width="([\d.]+)"[^>]*>\n(.*?)</g>',
        path.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert len(states) == len(Machine.read(MACHINE).states)
    for width, inside in states:
        lines = [unescape(line) for line in re.findall(r">([^<]+)</text>", inside)]
        assert 1 <= len(lines) <= 2
        assert all(width_of(line, 12) < float(width) for line in lines)


@pytest.fixture(scope="module")
def screen() -> Process:
    """The process as the screen draws it."""
    return process()


def test_screen_draws_each_state_and_each_way_of_the_machine(machine: Machine, screen: Process) -> None:
    assert list(screen.states) == [state.name for state in machine.states]
    assert list(screen.edges) == pairs_of(machine)
    assert [column.section for column in screen.columns] == machine.sections
    assert screen.start == machine.start
    for state in machine.states:
        drawn = screen.states[state.name]
        assert (drawn.section, drawn.kind, drawn.party) == (state.section, state.body["Type"], party_of(state))
        assert (drawn.title(Language.FRENCH), drawn.title(Language.ENGLISH)) == STATES[state.name]


def test_screen_says_when_each_way_of_a_choice_is_taken(machine: Machine, screen: Process) -> None:
    names = Names.read()
    for (source, target), edge in screen.edges.items():
        assert edge.when[Language.FRENCH] == names.ways.get(source, {}).get(target, "")
    for state in machine.states:
        for way in state.ways():
            assert way.label in screen.edges[way.source, way.target].when[Language.ENGLISH]


def test_states_of_the_screen_have_room_for_two_lines_and_a_figure(screen: Process) -> None:
    for state in screen.states.values():
        for lines in state.lines.values():
            assert 1 <= len(lines) <= 2
            assert all(width_of(line, 12) < state.width for line in lines)
        assert state.height >= 3 * 14


def test_edges_of_the_screen_lead_from_rim_to_rim_and_through_no_state(screen: Process) -> None:
    boxes = {name: Box(state.x, state.y, state.width, state.height) for name, state in screen.states.items()}
    for edge in screen.edges.values():
        assert hit(boxes, edge.pair, edge.points) == []


def test_numbers_on_the_screen_cover_no_state_no_badge_no_way_and_no_other_number(screen: Process) -> None:
    boxes = [Box(state.x, state.y, state.width, state.height) for state in screen.states.values()]
    badges = [Box(x, box.top - BADGE[1] / 2, 18, BADGE[1]) for box in boxes for x in (box.left + 9, box.right - 9)]
    heads = Box(screen.width / 2, HEADER / 2, screen.width, HEADER)
    lines = [pair for edge in screen.edges.values() for pair in pairwise(edge.points)]
    wide, high = SIZE
    numbers = []
    for edge in screen.edges.values():
        if at := edge.number:
            left = {"start": at.x, "middle": at.x - wide / 2, "end": at.x - wide}[at.anchor]
            numbers.append(Box(left + wide / 2, at.y, wide, high))
    assert len(numbers) > len(screen.edges) / 2
    for place, box in enumerate(numbers):
        assert 0 < box.left < box.right < screen.width
        assert not any(box.overlaps(other) for other in [*boxes, *badges, heads, *numbers[place + 1 :]])
        assert not any(box.meets(*line) for line in lines)


def test_number_stands_beside_its_own_way_alone(screen: Process) -> None:
    """Otherwise nobody would know to which of two close lines it belongs."""
    for edge in screen.edges.values():
        if at := edge.number:
            is_above = at.anchor == "middle"
            near = Box(at.x, at.y, SIZE[0] if is_above else 12, SIZE[1] + 12 if is_above else SIZE[1])
            close = [
                other.pair
                for other in screen.edges.values()
                if any(near.meets(*line) for line in pairwise(other.points))
            ]
            assert close == [edge.pair]


def test_everything_that_business_reads_has_a_french_name(machine: Machine) -> None:
    names = Names.read()
    assert list(names.sections) == machine.sections
    assert list(names.states) == [state.name for state in machine.states]
    assert set(names.parties) == {str(party) for party in Party}
    kinds = {state.name: state.body["Type"] for state in machine.states}
    pairs = {pair for pair in pairs_of(machine) if kinds[pair[0]] == "Choice"}
    named = {(source, target) for source, targets in names.ways.items() for target in targets}
    assert named - pairs == set(), "these ways are not in the machine"
    assert {pair for pair in pairs - named if kinds[pair[1]] != "Succeed"} == set(), "these ways have no name"


def test_modeler_reads_the_process_without_a_warning(bpmn: dict[str, Any]) -> None:
    assert bpmn["warnings"] == []


def test_nodes_are_the_machine_s_states(machine: Machine, bpmn: dict[str, Any]) -> None:
    names = Names.read()
    nodes = {node["id"]: node for node in bpmn["nodes"] if node["type"] != "bpmn:StartEvent" and not node["host"]}
    assert {name: node["name"] for name, node in nodes.items()} == dict(names.states)
    assert {name: node["told"] for name, node in nodes.items()} == {s.name: s.comment for s in machine.states}
    assert {name: node["lane"] for name, node in nodes.items()} == {
        state.name: names.parties[party_of(state)] for state in machine.states
    }


def test_flows_are_the_machine_s_ways(machine: Machine, bpmn: dict[str, Any]) -> None:
    """Both ways, each with its comment; a timer's flow is one of the state at whose rim it stands."""
    host = {node["id"]: node["host"] or node["id"] for node in bpmn["nodes"]}
    drawn = Counter(
        (host[flow["source"]], flow["target"], way)
        for flow in bpmn["flows"]
        for way in flow["told"].split("\n")
        if flow["source"] != "Start"
    )
    assert drawn == Counter((way.source, way.target, way.label) for s in machine.states for way in s.ways())
    assert [flow["target"] for flow in bpmn["flows"] if flow["source"] == "Start"] == [machine.start]


def test_nodes_know_their_flows(bpmn: dict[str, Any]) -> None:
    for node in bpmn["nodes"]:
        assert node["incoming"] == [flow["id"] for flow in bpmn["flows"] if flow["target"] == node["id"]]
        assert node["outgoing"] == [flow["id"] for flow in bpmn["flows"] if flow["source"] == node["id"]]


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("bpmn:StartEvent", {"Start"}),
        ("bpmn:UserTask", {"WaitForAdvisor"}),
        ("bpmn:ReceiveTask", {"WaitForBank", "WaitForEnedis"}),
        ("bpmn:IntermediateCatchEvent", {"WaitBeforeReading"}),
        ("bpmn:BoundaryEvent", {"WaitForAdvisor-Timeout", "WaitForBank-Timeout", "WaitForEnedis-Timeout"}),
        ("bpmn:SendTask", r"Announce\w+|SendQuestion|SuspendReminders"),
        ("bpmn:BusinessRuleTask", r"Decide\w+"),
        ("bpmn:ServiceTask", r"TakeCharge|CheckPayment|Read\w+|PrepareOrder|OrderAtEnedis|CloseOrLetGo"),
    ],
)
def test_steps_are_of_the_kind_that_bpmn_has_for_them(
    kind: str, states: set[str] | str, machine: Machine, bpmn: dict[str, Any]
) -> None:
    if isinstance(states, str):
        states = {state.name for state in machine.states if re.fullmatch(states, state.name)}
    assert {node["id"] for node in bpmn["nodes"] if node["type"] == kind} == states


def test_choices_are_gateways_and_endings_are_end_events(machine: Machine, bpmn: dict[str, Any]) -> None:
    for asl, kind in (("Choice", "bpmn:ExclusiveGateway"), ("Succeed", "bpmn:EndEvent")):
        states = {state.name for state in machine.states if state.body["Type"] == asl}
        assert {node["id"] for node in bpmn["nodes"] if node["type"] == kind} == states


def test_waits_that_end_by_themselves_have_timers(bpmn: dict[str, Any]) -> None:
    timed = {node["id"] for node in bpmn["nodes"] if node["events"] == ["bpmn:TimerEventDefinition"]}
    assert timed == {
        node["id"] for node in bpmn["nodes"] if node["type"] in {"bpmn:BoundaryEvent", "bpmn:IntermediateCatchEvent"}
    }


def test_diagram_draws_every_node_within_its_lane_and_every_flow(bpmn: dict[str, Any]) -> None:
    names = Names.read()
    shapes = shapes_of(bpmn)
    lanes = {names.parties[lane.removeprefix("Lane-")]: shapes[lane] for lane in bpmn["lanes"]}
    for node in bpmn["nodes"]:
        shape, lane = shapes[node["id"]], lanes[node["lane"]]
        assert lane.top <= shape.top <= shape.bottom <= lane.bottom
        assert lane.left <= shape.left <= shape.right <= lane.right
    assert [edge["of"] for edge in bpmn["edges"]] == [flow["id"] for flow in bpmn["flows"]]
    assert set(shapes) == {node["id"] for node in bpmn["nodes"]} | set(bpmn["lanes"]) | {"Pool"}


def test_flows_of_the_diagram_run_from_shape_to_shape_and_through_none(bpmn: dict[str, Any]) -> None:
    shapes = shapes_of(bpmn)
    flows = {flow["id"]: flow for flow in bpmn["flows"]}
    hosts = {node["id"]: node["host"] for node in bpmn["nodes"]}
    for edge in bpmn["edges"]:
        ends = (flows[edge["of"]]["source"], flows[edge["of"]]["target"])
        others = {node["id"] for node in bpmn["nodes"]} - {*ends, *(hosts[end] for end in ends)}
        for one, other in pairwise([(x, y) for x, y in edge["points"]]):
            assert [name for name in others if shapes[name].meets(one, other)] == []
        for name, (x, y) in zip(ends, (edge["points"][0], edge["points"][-1]), strict=True):
            assert abs(x - shapes[name].x) <= shapes[name].width / 2 + 0.1
            assert abs(y - shapes[name].y) <= shapes[name].height / 2 + 0.1


def test_edge_goes_around_a_box_in_its_way() -> None:
    boxes = {"here": Box(0, 0, 40, 20), "between": Box(100, 0, 40, 60), "there": Box(200, 0, 40, 20)}
    (way,) = route(boxes, [("here", "there")])
    assert hit(boxes, ("here", "there"), way) == []
    assert len(way) > 2


def test_edge_that_has_no_way_is_told_by_its_names() -> None:
    boxes = {"here": Box(0, 0, 40, 20), "around": Box(200, 0, 100, 100), "there": Box(200, 0, 40, 20)}
    with pytest.raises(ValueError, match="here → there hits around"):
        route(boxes, [("here", "there")])


def test_line_along_a_rim_is_a_hit() -> None:
    boxes = {"here": Box(0, 0, 40, 20), "beside": Box(0, 60, 40, 20), "there": Box(0, 120, 40, 20)}
    along = [(20.0, 0.0), (21.0, 0.0), (21.0, 120.0), (20.0, 120.0)]
    beside = [(20.0, 0.0), (26.0, 0.0), (26.0, 120.0), (20.0, 120.0)]
    assert "beside" in hit(boxes, ("here", "there"), along)
    assert hit(boxes, ("here", "there"), beside) == []


def test_name_is_broken_at_spaces_and_never_before_a_question_mark() -> None:
    assert lines_of("Puissance rétablie ?", 12, 80) == ["Puissance", "rétablie ?"]


def test_word_wider_than_its_box_is_refused() -> None:
    with pytest.raises(ValueError, match="give it a shorter name"):
        lines_of("Rétablissement", 12, 50)
