// Reads AsyncAPI documents with the official parser and prints, as JSON, what a check needs to know of each: what the
// parser complains of, and for each operation its action and its messages, each with the fields of its payload.
// Usage: node scripts/read_asyncapi.mjs FILE…
import { fromFile, Parser } from '@asyncapi/parser';

const report = {};
for (const file of process.argv.slice(2)) {
  const { document, diagnostics } = await fromFile(new Parser(), file).parse();
  // Hints are left out: that there is a later version of AsyncAPI is one, and comes without anything having changed here.
  const serious = diagnostics.filter(({ severity }) => severity <= 1);
  const operations = document?.operations().all() ?? [];
  report[file] = {
    complaints: serious.map(({ code, message, path }) => `${path.join('/')}: ${message} (${code})`),
    operations: Object.fromEntries(operations.map((operation) => [operation.id(), {
      action: operation.action(),
      messages: Object.fromEntries(operation.messages().all().map((message) => {
        const detail = message.payload()?.properties()?.detail;
        return [message.name(), Object.keys(detail?.properties() ?? {})];
      })),
    }])),
  };
}
console.log(JSON.stringify(report, null, 2));
