// Reads BPMN files as Camunda Modeler does (bpmn-moddle) and prints, as JSON, what a check needs to know of each: the
// reader's warnings, the nodes with their type, host and the sub-process that they are in, the flows, and each diagram.
// Usage: node scripts/read_bpmn.mjs FILE…
import { readFile } from 'node:fs/promises';
import { BpmnModdle } from 'bpmn-moddle';

const moddle = new BpmnModdle();
const report = {};
for (const file of process.argv.slice(2)) {
  const { rootElement, warnings } = await moddle.fromXML(await readFile(file, 'utf8'));
  const inside = (parent) => (parent.flowElements ?? []).flatMap((element) => [[element, parent.id], ...inside(element)]);
  const elements = rootElement.rootElements.flatMap(inside);
  const isFlow = (element) => element.$type === 'bpmn:SequenceFlow';
  const told = (element) => (element.documentation ?? []).map((text) => text.text).join('\n');
  const box = ({ x, y, width, height }) => ({ x, y, width, height });
  report[file] = {
    warnings: warnings.map((warning) => warning.message),
    nodes: elements.filter(([element]) => !isFlow(element)).map(([node, parent]) => ({
      id: node.id,
      type: node.$type,
      name: node.name,
      told: told(node),
      in: parent,
      host: node.attachedToRef?.id ?? null,
      events: (node.eventDefinitions ?? []).map((definition) => definition.$type),
      incoming: (node.incoming ?? []).map((flow) => flow.id),
      outgoing: (node.outgoing ?? []).map((flow) => flow.id),
    })),
    flows: elements.filter(([element]) => isFlow(element)).map(([flow, parent]) => ({
      id: flow.id, in: parent, source: flow.sourceRef?.id ?? null, target: flow.targetRef?.id ?? null, name: flow.name ?? '', told: told(flow),
    })),
    diagrams: (rootElement.diagrams ?? []).map(({ plane }) => ({
      of: plane.bpmnElement?.id,
      shapes: plane.planeElement.filter((drawn) => drawn.$type === 'bpmndi:BPMNShape').map((shape) => ({ of: shape.bpmnElement?.id, ...box(shape.bounds) })),
      edges: plane.planeElement.filter((drawn) => drawn.$type === 'bpmndi:BPMNEdge')
        .map((edge) => ({ of: edge.bpmnElement?.id, points: edge.waypoint.map(({ x, y }) => [x, y]) })),
    })),
  };
}
console.log(JSON.stringify(report));
