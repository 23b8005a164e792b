// Reads DMN files as Camunda Modeler does (dmn-moddle) and prints, as JSON, what a check needs to know of each:
// the reader's warnings, and which elements of the decision requirements graph have no shape in the diagram.
// Usage: node scripts/read_dmn.mjs FILE…
import { readFile } from 'node:fs/promises';
import { DmnModdle } from 'dmn-moddle';

const DRAWN = ['dmn:Decision', 'dmn:InputData', 'dmn:BusinessKnowledgeModel', 'dmn:KnowledgeSource', 'dmn:DecisionService'];

const moddle = new DmnModdle();
const report = {};
for (const file of process.argv.slice(2)) {
  try {
    const { rootElement, warnings } = await moddle.fromXML(await readFile(file, 'utf8'), 'dmn:Definitions');
    const diagrams = rootElement.dmnDI?.diagrams ?? [];
    const shapes = diagrams.flatMap((diagram) => diagram.diagramElements ?? []);
    const drawn = new Set(shapes.map((shape) => shape.dmnElementRef?.id));
    const elements = (rootElement.drgElement ?? []).filter((element) => DRAWN.includes(element.$type));
    report[file] = {
      warnings: warnings.map((warning) => warning.message),
      diagrams: diagrams.length,
      decisions: elements.filter((element) => element.$type === 'dmn:Decision').map((element) => element.id),
      undrawn: elements.filter((element) => !drawn.has(element.id)).map((element) => element.id),
    };
  } catch (error) {
    report[file] = { warnings: [String(error.message ?? error)], diagrams: 0, decisions: [], undrawn: [] };
  }
}
console.log(JSON.stringify(report, null, 2));
