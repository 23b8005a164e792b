// Runs functions of the console's question.js for a test: reads [[name, ...arguments], ...], writes what each returns.
import { readFileSync } from "node:fs";

globalThis.window = { location: { origin: "http://127.0.0.1" } };
const source = readFileSync(process.argv[2], "utf8");
// As text, since the file's name does not say to Node that it is a module.
const question = await import(`data:text/javascript,${encodeURIComponent(source)}`);
const calls = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(calls.map(([name, ...given]) => question[name](...given) ?? null)));
