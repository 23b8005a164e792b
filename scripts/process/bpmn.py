"""Writes ``docs/process.bpmn``: the process as BPMN 2.0 with its diagram, in the French of business.

Lanes say whom a step waits for, so they are what ``record/domain/waiting.py`` says. Columns are the sections, as in the
pictures; within a lane and a section, states stand in the file's order. A wait with a time limit has a timer at its
rim: that is the file's catcher of ``States.Timeout``. Nothing else is added but the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from local.asl import Way
from record.domain.waiting import Party
from scripts.process.lanes import LANES, START, Drawing, drawing_of
from scripts.process.layout import Names, party_of
from scripts.process.machine import MACHINE, ROOT, Machine, State
from scripts.process.routes import Box

BPMN = ROOT / "docs" / "process.bpmn"

START_NAME = "Paiement, plan, aide, protection…"
TIMER_NAME = "Délai échu"

_NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}


@dataclass(frozen=True)
class Flow:
    """One sequence flow: every way of the machine from a state to another, or those of its time limit."""

    source: str
    target: str
    ways: tuple[str, ...]
    name: str = ""

    @property
    def id(self) -> str:
        return f"{self.source}-{self.target}"


def element_of(state: State) -> str:
    """The BPMN element of a state."""
    if state.type != "Task":
        elements = {"Pass": "scriptTask", "Choice": "exclusiveGateway", "Succeed": "endEvent"}
        return elements.get(state.type, "intermediateCatchEvent")
    if "events:putEvents" in state.resource:
        return "sendTask"
    if "dynamodb:updateItem.waitForTaskToken" in state.resource:
        return "userTask" if party_of(state) is Party.ADVISOR else "receiveTask"
    return "businessRuleTask" if "EvaluateDecision" in str(state.body["Arguments"]) else "serviceTask"


def timer_of(state: State) -> str | None:
    """The name of a state's timer, where the machine goes on when the wait's time is up."""
    return f"{state.name}-Timeout" if any(map(_is_late, state.ways())) else None


def flows_of(machine: Machine, names: Names) -> list[Flow]:
    """The flows, in the machine's order. Ways between the same two states are one flow, which tells them all."""
    found: dict[tuple[str, str], list[str]] = {(START, machine.start): []}
    for state in machine.states:
        for way in state.ways():
            source = f"{state.name}-Timeout" if _is_late(way) else state.name
            found.setdefault((source, way.target), []).append(way.label)
    return [Flow(*pair, tuple(ways), names.ways.get(pair[0], {}).get(pair[1], "")) for pair, ways in found.items()]


def bpmn() -> str:
    """The file's text."""
    machine, names = Machine.read(MACHINE), Names.read()
    flows = flows_of(machine, names)
    root = _element(None, "bpmn:definitions", id="Definitions", targetNamespace="urn:restoration")
    for prefix, uri in _NAMESPACES.items():
        root.set(f"xmlns:{prefix}", uri)
    collaboration = _element(root, "bpmn:collaboration", id="Collaboration")
    _element(collaboration, "bpmn:participant", id="Pool", name="Rétablissement automatique", processRef="Restoration")
    process = _element(root, "bpmn:process", id="Restoration", name="Rétablissement automatique", isExecutable="false")
    _lanes(process, machine, names)
    _nodes(process, machine, names, flows)
    for flow in flows:
        ends = {"sourceRef": flow.source, "targetRef": flow.target}
        drawn = _element(process, "bpmn:sequenceFlow", id=flow.id, name=flow.name, **ends)
        _documentation(drawn, "\n".join(flow.ways))
    _diagram(root, _drawing(machine, names, flows))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _drawing(machine: Machine, names: Names, flows: Sequence[Flow]) -> Drawing:
    timers = {state.name: timer for state in machine.states if (timer := timer_of(state))}
    titles = {state.name: names.states[state.name] for state in machine.states}
    titles |= {START: START_NAME} | dict.fromkeys(timers.values(), TIMER_NAME)
    return drawing_of(machine, timers, titles, [(flow.source, flow.target, flow.name) for flow in flows])


def _diagram(root: ET.Element, drawing: Drawing) -> None:
    diagram = _element(root, "bpmndi:BPMNDiagram", id="Diagram")
    plane = _element(diagram, "bpmndi:BPMNPlane", id="Plane", bpmnElement="Collaboration")
    _shape(plane, "Pool", drawing.pool, isHorizontal="true")
    for party, lane in drawing.lanes.items():
        _shape(plane, f"Lane-{party}", lane, isHorizontal="true")
    for name, box in drawing.shapes.items():
        shape = _shape(plane, name, box, isMarkerVisible="true" if name in drawing.gateways else "")
        if name in drawing.labels:
            _bounds(_element(shape, "bpmndi:BPMNLabel"), drawing.labels[name])
    for (source, target), points in drawing.routes.items():
        identity = f"{source}-{target}"
        edge = _element(plane, "bpmndi:BPMNEdge", id=f"{identity}-Edge", bpmnElement=identity)
        for x, y in points:
            _element(edge, "di:waypoint", x=f"{x:g}", y=f"{y:g}")
        if identity in drawing.labels:
            _bounds(_element(edge, "bpmndi:BPMNLabel"), drawing.labels[identity])


def _shape(plane: ET.Element, name: str, box: Box, **attributes: str) -> ET.Element:
    shape = _element(plane, "bpmndi:BPMNShape", id=f"{name}-Shape", bpmnElement=name, **attributes)
    _bounds(shape, box)
    return shape


def _bounds(parent: ET.Element, box: Box) -> None:
    sides = {"x": box.left, "y": box.top, "width": box.width, "height": box.height}
    _element(parent, "dc:Bounds", **{key: f"{value:g}" for key, value in sides.items()})


def _is_late(way: Way) -> bool:
    return "States.Timeout" in way.errors


def _lanes(process: ET.Element, machine: Machine, names: Names) -> None:
    lanes = _element(process, "bpmn:laneSet", id="Lanes")
    for party in LANES:
        lane = _element(lanes, "bpmn:lane", id=f"Lane-{party}", name=names.parties[party])
        inside = [state for state in machine.states if party_of(state) is party]
        members = [START] if any(state.name == machine.start for state in inside) else []
        members += [name for state in inside for name in (state.name, timer_of(state)) if name]
        for name in members:
            _element(lane, "bpmn:flowNodeRef").text = name


def _nodes(process: ET.Element, machine: Machine, names: Names, flows: Sequence[Flow]) -> None:
    start = _element(process, "bpmn:startEvent", id=START, name=START_NAME)
    _ends(start, START, flows)
    for state in machine.states:
        kind = element_of(state)
        node = _element(process, f"bpmn:{kind}", id=state.name, name=names.states[state.name])
        _documentation(node, state.comment)
        _ends(node, state.name, flows)
        if kind == "exclusiveGateway":
            # A flow that stands for a condition, too, is no default.
            defaults = [flow.id for flow in flows if flow.source == state.name and flow.ways == ("otherwise",)]
            node.attrib.update({"default": defaults[0]} if defaults else {})
        if kind == "intermediateCatchEvent":
            _element(node, "bpmn:timerEventDefinition", id=f"{state.name}-Timer")
        if timer := timer_of(state):
            boundary = _element(process, "bpmn:boundaryEvent", id=timer, name=TIMER_NAME, attachedToRef=state.name)
            _ends(boundary, timer, flows)
            _element(boundary, "bpmn:timerEventDefinition", id=f"{timer}-Timer")


def _ends(node: ET.Element, name: str, flows: Sequence[Flow]) -> None:
    ends = [("bpmn:incoming", flow.target, flow.id) for flow in flows]
    ends += [("bpmn:outgoing", flow.source, flow.id) for flow in flows]
    for tag, end, flow_id in ends:
        if end == name:
            _element(node, tag).text = flow_id


def _documentation(node: ET.Element, text: str) -> None:
    if text.strip():
        _element(node, "bpmn:documentation").text = text


def _element(parent: ET.Element | None, tag: str, **attributes: str) -> ET.Element:
    kept = {key: value for key, value in attributes.items() if value}
    return ET.Element(tag, kept) if parent is None else ET.SubElement(parent, tag, kept)
