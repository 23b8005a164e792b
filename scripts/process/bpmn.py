"""Writes ``docs/process.bpmn``: the process as BPMN 2.0 with its diagrams, in the French of business.

The first diagram has the eight steps, each a collapsed sub-process; its own diagram opens from it. Inside, its states
stand as in the screen's picture; from where cases come and to where they go on are events named by the other step. A
wait with a time limit has a timer at its rim: that is the file's catcher of ``States.Timeout``. The colour says whom a
step waits for, as in the pictures. Nothing else is added but the start and the end.
"""

from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree as ET

from local.asl import Way
from record.domain.states import ALL, STEP_OF, STEPS, Party
from scripts.process.machine import MACHINE, ROOT, Machine, Names, State
from scripts.process.planes import Drawing, Flow, Node, drawing_of
from scripts.process.routes import Box
from scripts.process.steps import places_in, ways_in

BPMN = ROOT / "docs" / "process.bpmn"

START, END = "Start", "End"
START_NAME = "Paiement, plan, aide, protection…"
END_NAME = "Dossier terminé"
TIMER_NAME = "Délai échu"
_COLOURS = {Party.BILLING: "#fdf0d5", Party.BANK: "#e9e4f7", Party.ENEDIS: "#dcecfb", Party.ADVISOR: "#ffdcc2"}
_KINDS = {"exclusiveGateway": "gateway", "intermediateCatchEvent": "event", "endEvent": "event"}

_NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
}


def element_of(state: State) -> str:
    """The BPMN element of a state."""
    if state.type != "Task":
        elements = {"Pass": "scriptTask", "Choice": "exclusiveGateway", "Succeed": "endEvent"}
        return elements.get(state.type, "intermediateCatchEvent")
    if "events:putEvents" in state.resource:
        return "sendTask"
    if "dynamodb:updateItem.waitForTaskToken" in state.resource:
        return "userTask" if ALL[state.name].party is Party.ADVISOR else "receiveTask"
    return "businessRuleTask" if "EvaluateDecision" in str(state.body["Arguments"]) else "serviceTask"


def timer_of(state: State) -> str | None:
    """The name of a state's timer, where the machine goes on when the wait's time is up."""
    return f"{state.name}-Timeout" if any(map(_is_late, state.ways())) else None


def id_of(name: str, step: str = "") -> str:
    """The id of a state, of a step (``Step-Ask-an-advisor``), or of a step beside another (``Check-to-Order``)."""
    if name in STEPS:
        return f"Step-{name}".replace(" ", "-")
    return f"{step}-{name}".replace(" ", "-") if name.startswith(("from ", "to ")) else name


def flows_in(machine: Machine, names: Names, step: str) -> list[Flow]:
    """The flows of a step, or those between steps (``""``). The ways of a pair are one flow, which tells them all."""
    states = {state.name: state for state in machine.states}
    found: dict[tuple[str, str], list[Way]] = {}
    for (source, target), pairs in ways_in(machine, step).items():
        for before, after in pairs:
            for way in (way for way in states[before].ways() if way.target == after):
                begin = f"{source}-Timeout" if source == before and _is_late(way) else id_of(source, step)
                found.setdefault((begin, id_of(target, step)), []).append(way)
    named = {(id_of(one), id_of(other)): name for one, its in names.steps.items() for other, name in its.items()}
    flows = []
    for pair, ways in found.items():
        words = dict.fromkeys(names.ways.get(way.source, {}).get(way.target, "") for way in ways)
        name = named.get(pair, "") if not step else " / ".join(word for word in words if word)
        flows.append(Flow(*pair, tuple(f"{way.source} → {way.target}: {way.label}" for way in ways), name))
    if not step:
        ended = dict.fromkeys(state.section for state in machine.states if state.type == "Succeed")
        flows = [
            Flow(START, id_of(states[machine.start].section), ()),
            *flows,
            *(Flow(id_of(each), END, ()) for each in ended),
        ]
    return flows


def bpmn() -> str:
    """The file's text."""
    machine, names = Machine.read(MACHINE), Names.read()
    root = _element(None, "bpmn:definitions", id="Definitions", targetNamespace="urn:restoration")
    for prefix, uri in _NAMESPACES.items():
        root.set(f"xmlns:{prefix}", uri)
    process = _element(root, "bpmn:process", id="Restoration", name="Rétablissement automatique", isExecutable="false")
    flows = flows_in(machine, names, "")
    # Farther apart than on the screen: words stand beside the flows.
    places = {step: (x * 1.15, y * 1.6) for step, (x, y) in places_in(machine, "").items()}
    nodes = [
        Node(START, "event", START_NAME, (places[STEP_OF[machine.start]][0] - 0.7, 0)),
        *(Node(id_of(step), "step", names.sections[step], place) for step, place in places.items()),
        Node(END, "event", END_NAME, (max(x for x, _ in places.values()) + 0.7, 0)),
    ]
    _ends(_element(process, "bpmn:startEvent", id=START, name=START_NAME), START, flows)
    inner = []
    for step in STEPS:
        box = _element(process, "bpmn:subProcess", id=id_of(step), name=names.sections[step])
        _ends(box, id_of(step), flows)
        inner.append(_step(box, machine, names, step))
    _ends(_element(process, "bpmn:endEvent", id=END, name=END_NAME), END, flows)
    _flows(process, flows)
    _diagram(root, "Restoration", drawing_of(nodes, flows, TIMER_NAME), {})
    parties = {state.name: _COLOURS[party] for state in machine.states if (party := ALL[state.name].party) in _COLOURS}
    for step, drawing in zip(STEPS, inner, strict=True):
        _diagram(root, id_of(step), drawing, parties)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _step(process: ET.Element, machine: Machine, names: Names, step: str) -> Drawing:
    """Write the nodes and flows of a step; returns how they are drawn."""
    flows, nodes = flows_in(machine, names, step), []
    states = {state.name: state for state in machine.of(step)}
    for name, place in places_in(machine, step).items():
        if state := states.get(name):
            kind, title = element_of(state), ALL[name].french
            nodes.append(Node(name, _KINDS.get(kind, "task"), title, place, timer_of(state) or ""))
            _state(process, state, title, flows)
            continue
        word, _, other = name.partition(" ")
        identity, title = id_of(name, step), names.sections[other]
        nodes.append(Node(identity, "event", title, place))
        _ends(
            _element(process, f"bpmn:{'start' if word == 'from' else 'end'}Event", id=identity, name=title),
            identity,
            flows,
        )
    _flows(process, flows)
    return drawing_of(nodes, flows, TIMER_NAME)


def _state(process: ET.Element, state: State, title: str, flows: Sequence[Flow]) -> None:
    kind = element_of(state)
    node = _element(process, f"bpmn:{kind}", id=state.name, name=title)
    _documentation(node, state.comment)
    _ends(node, state.name, flows)
    if kind == "intermediateCatchEvent":
        _element(node, "bpmn:timerEventDefinition", id=f"{state.name}-Timer")
    if timer := timer_of(state):
        boundary = _element(process, "bpmn:boundaryEvent", id=timer, name=TIMER_NAME, attachedToRef=state.name)
        _ends(boundary, timer, flows)
        _element(boundary, "bpmn:timerEventDefinition", id=f"{timer}-Timer")


def _flows(process: ET.Element, flows: Iterable[Flow]) -> None:
    for flow in flows:
        ends = {"sourceRef": flow.source, "targetRef": flow.target}
        _documentation(_element(process, "bpmn:sequenceFlow", id=flow.id, name=flow.name, **ends), "\n".join(flow.ways))


def _diagram(root: ET.Element, of: str, drawing: Drawing, colours: Mapping[str, str]) -> None:
    diagram = _element(root, "bpmndi:BPMNDiagram", id=f"{of}-Diagram")
    plane = _element(diagram, "bpmndi:BPMNPlane", id=f"{of}-Plane", bpmnElement=of)
    for name, box in drawing.shapes.items():
        marked = {"isMarkerVisible": "true" if drawing.kinds[name] == "gateway" else ""}
        marked |= {
            "isExpanded": "false" if name.startswith("Step-") else "",
            "color:background-color": colours.get(name, ""),
        }
        shape = _element(plane, "bpmndi:BPMNShape", id=f"{name}-Shape", bpmnElement=name, **marked)
        _bounds(shape, box)
        if name in drawing.labels:
            _bounds(_element(shape, "bpmndi:BPMNLabel"), drawing.labels[name])
    for identity, points in drawing.routes.items():
        edge = _element(plane, "bpmndi:BPMNEdge", id=f"{identity}-Edge", bpmnElement=identity)
        for x, y in points:
            _element(edge, "di:waypoint", x=f"{x:g}", y=f"{y:g}")
        if identity in drawing.labels:
            _bounds(_element(edge, "bpmndi:BPMNLabel"), drawing.labels[identity])


def _bounds(parent: ET.Element, box: Box) -> None:
    sides = {"x": box.left, "y": box.top, "width": box.width, "height": box.height}
    _element(parent, "dc:Bounds", **{key: f"{value:g}" for key, value in sides.items()})


def _is_late(way: Way) -> bool:
    return "States.Timeout" in way.errors


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
