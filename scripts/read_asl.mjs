// Reads state machines in YAML with AWS's language service, which AWS Toolkit has in editors.
// Usage: node scripts/read_asl.mjs FILE…; prints a JSON list, for each file what was found in which line.
import { readFileSync } from 'node:fs';
import service from 'amazon-states-language-service';

async function findings(file) {
  const document = service.TextDocument.create(`file://${file}`, 'asl-yaml', 1, readFileSync(file, 'utf8'));
  const found = await service.getYamlLanguageService({}).doValidation(document, undefined);
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(findings))));
