"""Times two decision tables of 6 inputs and 20 rules through this engine and its peers, side by side in one run.

    make bench
    python benchmarks/dmn/bench.py [SECONDS]

In the first table a row fails early, at its second or third cell; in the second five of the six cells pass in every
row, so that who asks cell by cell asks nearly all of them.

Import and compilation are timed in fresh interpreters, as a cold start has them, with bytecode already compiled.
Peers that are not installed are left out: `zen-engine` (pip) and `feelin` (npm; DMN_BENCH_NODE_MODULES names the folder
that holds it). feelin knows unary tests, not tables, so the rules are walked in JavaScript.
"""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import dmn

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"
STARTS = 10
TARGETS = {"feelin": 10, "zen-engine": 5}  # how many times this engine's time a peer is to take at least
MAX_IMPORT_MS, MAX_COMPILE_MS = 30, 40

LAST = 18  # the last rule but one

type Row = tuple[list[str], str]

INPUTS = ["status", "amount", "delay", "kind", "protected", "period"]
GIVEN = dict(zip(INPUTS, ("PAID", 185, 4, "CARD", False, 11), strict=True))
MATCHING: Row = (['"PAID"', ">= 100", "<= 5", '"CARD"', "false", "[11..12]"], '"LAST"')


def early() -> list[Row]:
    """Twenty rules that fail early; the given inputs match the last one only."""
    kinds = ("CARD", "TRANSFER", "CHEQUE", "CASH")
    return [*(_early(at, f'"{kinds[at % 4]}"' if at % 2 else "-") for at in range(19)), MATCHING]


def _early(at: int, kind: str) -> Row:
    is_last = "true" if at == LAST else "false"
    return ['"PAID"', f"[{10 * at}..{10 * at + 10})", f"> {at % 5}", kind, is_last, "[1..10]"], f'"R{at}"'


def late() -> list[Row]:
    """Twenty rules of which five of six cells pass in every row, the last cell in the last row only."""
    return [*(_late(at) for at in range(19)), MATCHING]


def _late(at: int) -> Row:
    return ['"PAID"', f"[{at}..{900 + at}]", f"< {5 + at}", '"CARD", "CASH"', "false", f"[{at % 9}..10.5)"], f'"R{at}"'


TABLES: dict[str, Callable[[], list[Row]]] = {"rows fail early": early, "five of six cells pass": late}


def model_text(rules: list[Row]) -> str:
    types = ["string", "number", "number", "string", "boolean", "number"]
    clauses = "".join(
        f'<input id="i{at}"><inputExpression id="e{at}" typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for at, (name, kind) in enumerate(zip(INPUTS, types, strict=True))
    )
    rows = ""
    for at, (tests, output) in enumerate(rules):
        cells = "".join(
            f'<inputEntry id="c{at}_{column}"><text><![CDATA[{test}]]></text></inputEntry>'
            for column, test in enumerate(tests)
        )
        rows += f'<rule id="r{at}">{cells}<outputEntry id="o{at}"><text>{output}</text></outputEntry></rule>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:bench">'
        f'<decision id="t" name="t"><decisionTable id="dt" hitPolicy="FIRST">{clauses}'
        '<output id="out" typeRef="string"/>'
        f"{rows}</decisionTable></decision></definitions>"
    )


def measure(run: Callable[[], object], seconds: float) -> float:
    """Return the microseconds of a call: the best of batches, since other work can only slow one down."""
    assert run() == "LAST", run()  # noqa: S101 - a benchmark of a wrong result is none
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(50):
            run()
        best = min(best, (time.perf_counter() - start) / 50)
    return best * 1e6


def bench_own(rules: list[Row], seconds: float) -> float:
    model = dmn.loads(model_text(rules))
    return measure(lambda: model.evaluate("t", GIVEN).value, seconds)


def bench_zen(rules: list[Row], seconds: float) -> float:
    zen = importlib.import_module("zen")

    ids = [f"i{at}" for at in range(len(INPUTS))]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": key, "name": name, "field": name} for key, name in zip(ids, INPUTS, strict=True)],
        "outputs": [{"id": "o", "name": "out", "field": "out"}],
        "rules": [
            {
                "_id": f"r{at}",
                **{key: "" if test == "-" else test for key, test in zip(ids, tests, strict=True)},
                "o": output,
            }
            for at, (tests, output) in enumerate(rules)
        ],
    }
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "content": table, "position": {"x": 1, "y": 0}},
            {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "t"},
            {"id": "b", "type": "edge", "sourceId": "t", "targetId": "out"},
        ],
    }
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))  # compiled beforehand
    return measure(lambda: decision.evaluate(GIVEN)["result"]["out"], seconds)


FEELIN = """
import { unaryTest, evaluate } from 'feelin';
const [rules, inputs, given, seconds] = JSON.parse(process.argv[2]);
const bare = (answer) => answer !== null && typeof answer === 'object' && 'value' in answer ? answer.value : answer;
const run = () => {
  for (const [tests, output] of rules)
    if (tests.every((t, i) => t === '-' || bare(unaryTest(t, { ...given, '?': given[inputs[i]] })) === true))
      return bare(evaluate(output, given));
};
if (run() !== 'LAST') throw new Error('wrong answer: ' + run());
let best = Infinity;
const end = performance.now() + seconds * 1000;
while (performance.now() < end) {
  const start = performance.now();
  for (let i = 0; i < 5; i++) run();
  best = Math.min(best, (performance.now() - start) / 5);
}
console.log(best * 1000);
"""


def bench_feelin(rules: list[Row], seconds: float) -> float:
    modules = pathlib.Path(os.environ.get("DMN_BENCH_NODE_MODULES", ROOT / "node_modules")).resolve()
    node = shutil.which("node")
    if node is None or not (modules / "feelin").is_dir():
        raise ImportError("feelin")
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "feelin.mjs"
        script.write_text(FEELIN)
        (pathlib.Path(folder) / "node_modules").symlink_to(modules)
        command = [node, str(script), json.dumps([rules, INPUTS, GIVEN, seconds])]
        return float(subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout)  # noqa: S603


def best_start(code: str) -> float:
    """Return the milliseconds of processor time that the best of some fresh interpreters prints last.

    Processor time, as the waiting for other processes' work is not the engine's.
    """
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code]
    answers = [
        subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout  # noqa: S603
        for _ in range(STARTS)
    ]
    return min(map(float, answers)) * 1000


BARE = "import time; print(time.process_time())"
IMPORT = "import dmn, time; print(time.process_time())"
COMPILE = """
import pathlib, sys, time
import dmn
files = sorted(pathlib.Path({folder!r}).glob('*.dmn'))
start = time.process_time()
for file in files:
    dmn.load(file)
print(time.process_time() - start)
"""


def bench_start() -> list[str]:
    """Return the lines on the import, and on the compilation of the project's tables."""
    imported = best_start(IMPORT) - best_start(BARE)
    compiled = best_start(COMPILE.format(folder=str(DECISIONS)))
    compiling = f"all {len(list(DECISIONS.glob('*.dmn')))} decision files of the project compiled"
    return [
        f"{'import over the bare interpreter':44s} {imported:8.1f} ms   {_verdict(imported, MAX_IMPORT_MS)}",
        f"{compiling:44s} {compiled:8.1f} ms   {_verdict(compiled, MAX_COMPILE_MS)}",
    ]


def _verdict(took: float, target: float) -> str:
    return f"target: under {target} ms, {'met' if took < target else 'MISSED'}"


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    lines = bench_start()
    peers = {"dmn": bench_own, "zen-engine": bench_zen, "feelin": bench_feelin}
    for title, rules in TABLES.items():
        lines += ["", f"{f'6 inputs, 20 rules, {title}':44s} {'µs':>10s} {'times ours':>12s}   target"]
        own = 0.0
        for name, bench in peers.items():
            try:
                took = bench(rules(), seconds)
            except ImportError:
                lines.append(f"{name:44s} {'not installed':>23s}")
                continue
            own = own or took
            wanted = TARGETS.get(name)
            target = f"at least {wanted} times, {'met' if took >= wanted * own else 'MISSED'}" if wanted else ""
            lines.append(f"{name:44s} {took:10.1f} {took / own:12.1f}   {target}".rstrip())
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if any("MISSED" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
