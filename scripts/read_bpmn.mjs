// Reads BPMN files as Camunda Modeler does (bpmn-moddle) and prints, as JSON, what a check needs to know of each: the
// reader's warnings, the nodes with their type, lane and host, the flows, and the elements that the diagram does not draw.
// Usage: node scripts/read_bpmn.mjs FILE…
import { readFile } from 'node:fs/promises';
import { BpmnModdle } from 'bpmn-moddle';

const moddle = new BpmnModdle();
const report = {};
for (const file of process.argv.slice(2)) {
  const { rootElement, warnings } = await moddle.fromXML(await readFile(file, 'utf8'));
  const elements = rootElement.rootElements.flatMap((root) => root.flowElements ?? []);
  const lanes = rootElement.rootElements.flatMap((root) => root.laneSets ?? []).flatMap((set) => set.lanes);
  const laneOf = Object.fromEntries(lanes.flatMap((lane) => lane.flowNodeRef.map((node) => [node.id, lane.name])));
  const isFlow = (element) => element.$type === 'bpmn:SequenceFlow';
  const told = (element) => (element.documentation ?? []).map((text) => text.text).join('\n');
  const box = ({ x, y, width, height }) => ({ x, y, width, height });
  const planes = (rootElement.diagrams ?? []).flatMap((diagram) => diagram.plane.planeElement ?? []);
  report[file] = {
    warnings: warnings.map((warning) => warning.message),
    nodes: elements.filter((element) => !isFlow(element)).map((node) => ({
      id: node.id,
      type: node.$type,
      name: node.name,
      told: told(node),
      lane: laneOf[node.id] ?? null,
      host: node.attachedToRef?.id ?? null,
      events: (node.eventDefinitions ?? []).map((definition) => definition.$type),
      incoming: (node.incoming ?? []).map((flow) => flow.id),
      outgoing: (node.outgoing ?? []).map((flow) => flow.id),
    })),
    flows: elements.filter(isFlow).map((flow) => ({
      id: flow.id, source: flow.sourceRef?.id ?? null, target: flow.targetRef?.id ?? null, name: flow.name ?? '', told: told(flow),
    })),
    lanes: lanes.map((lane) => lane.id),
    shapes: planes.filter((drawn) => drawn.$type === 'bpmndi:BPMNShape').map((shape) => ({ of: shape.bpmnElement?.id, ...box(shape.bounds) })),
    edges: planes.filter((drawn) => drawn.$type === 'bpmndi:BPMNEdge')
      .map((edge) => ({ of: edge.bpmnElement?.id, points: edge.waypoint.map(({ x, y }) => [x, y]) })),
  };
}
console.log(JSON.stringify(report));
