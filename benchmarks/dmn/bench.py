"""Times decision tables through this engine and its peers, side by side in one run.

    make bench
    python benchmarks/dmn/bench.py [SECONDS]

Two tables have 6 inputs and 20 rules. In the first a row fails early, at its second or third cell; in the second five
of the six cells pass in every row, so that who asks cell by cell asks nearly all of them. Each call has another input,
of a hundred; the best of some batches counts. zen-engine's time for a graph without a table stands beside, since most
of its time is the way in and out; feelin reads its texts again at each call, as it has no other way.

Then tables of two inputs grow from 20 to 10,000 rules, over numbers, texts, dates. Cold is the median over 200 inputs
that were never seen (as far as so small a table has them), warm over one of them again and again.

Import and compilation are timed in fresh interpreters, as a cold start has them, with bytecode already compiled.
Peers that are not installed are left out: `zen-engine` (pip) and `feelin` (npm; DMN_BENCH_NODE_MODULES names the folder
that holds it). feelin knows unary tests, not tables, so the rules are walked in JavaScript.
"""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import dmn

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"
STARTS = 10
TARGETS = {"feelin": 10, "zen-engine": 3}  # how many times this engine's time a peer is to take at least
MAX_IMPORT_MS, MAX_COMPILE_MS = 25, 40
SIZES = (20, 400, 10_000)
COLDER = 10  # times as long zen-engine is to take, at the largest of these, for numbers that were never seen

LAST = 18  # the last rule but one

type Row = tuple[list[str], str]

INPUTS = ["status", "amount", "delay", "kind", "protected", "period"]
GIVEN = dict(zip(INPUTS, ("PAID", 185, 4, "CARD", False, 11), strict=True))
VARIED = [GIVEN | {"amount": 185 + at / 100, "delay": at % 5, "period": 11 + at % 2} for at in range(100)]
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


TYPES = dict(zip(INPUTS, ("string", "number", "number", "string", "boolean", "number"), strict=True))


def model_text(rules: list[Row], types: dict[str, str] = TYPES) -> str:
    clauses = "".join(
        f'<input id="i{at}"><inputExpression id="e{at}" typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for at, (name, kind) in enumerate(types.items())
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
        '<output id="out"/>'
        f"{rows}</decisionTable></decision></definitions>"
    )


def measure(run: Callable[[dict[str, object]], object], seconds: float, wanted: object = "LAST") -> float:
    """Return the microseconds of a call: the best of batches, since other work can only slow one down."""
    assert {run(given) for given in VARIED} == {wanted}  # noqa: S101 - a benchmark of a wrong result is none
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for given in VARIED:
            run(given)
        best = min(best, (time.perf_counter() - start) / len(VARIED))
    return best * 1e6


def bench_own(rules: list[Row], seconds: float) -> float:
    model = dmn.loads(model_text(rules))
    return measure(lambda given: model.evaluate("t", given).value, seconds)


def bench_zen(rules: list[Row], seconds: float) -> float:
    decision = zen_decision(INPUTS, rules)
    return measure(lambda given: decision.evaluate(given)["result"]["out"], seconds)


def bench_zen_empty(_rules: list[Row], seconds: float) -> float:
    decision = zen_decision(INPUTS, None)
    return measure(lambda given: "period" in decision.evaluate(given)["result"], seconds, wanted=True)


def zen_decision(names: list[str], rules: list[Row] | None) -> Any:
    """Compile a graph of zen-engine with one table, or without any."""
    zen = importlib.import_module("zen")
    ids = [f"i{at}" for at in range(len(names))]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": key, "name": name, "field": name} for key, name in zip(ids, names, strict=True)],
        "outputs": [{"id": "o", "name": "out", "field": "out"}],
        "rules": [
            {
                "_id": f"r{at}",
                **{key: "" if test == "-" else test for key, test in zip(ids, tests, strict=True)},
                "o": output,
            }
            for at, (tests, output) in enumerate(rules or ())
        ],
    }
    between = [{"id": "t", "name": "t", "type": "decisionTableNode", "content": table, "position": {"x": 1, "y": 0}}]
    steps = ["in", *(["t"] if rules else []), "out"]
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
            *(between if rules else []),
            {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": f"to_{target}", "type": "edge", "sourceId": source, "targetId": target}
            for source, target in itertools.pairwise(steps)
        ],
    }
    return zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))  # compiled beforehand


# --- tables that grow


def number_rows(count: int) -> list[Row]:
    return [([f"[{3 * at}..{3 * at + 3})", f"< {3 * count - at}"], str(at)) for at in range(count)]


def text_rows(count: int) -> list[Row]:
    return [([f'"k{at}", "l{at}"', f"< {3 * count - at}"], str(at)) for at in range(count)]


def date_rows(count: int) -> list[Row]:
    days = [dt.date(2000, 1, 1) + dt.timedelta(days=3 * at) for at in range(count)]
    return [
        ([f'[@"{day}"..@"{day + dt.timedelta(days=2)}"]', f"< {3 * count - at}"], str(at))
        for at, day in enumerate(days)
    ]


def number_given(at: float) -> object:
    return 3 * at


def text_given(at: float) -> object:
    return f"k{int(at)}"


def date_given(at: float) -> object:
    return dt.date(2000, 1, 1) + dt.timedelta(days=int(3 * at))


GROWING: dict[str, tuple[str, Callable[[int], list[Row]], Callable[[float], object]]] = {
    "numbers": ("number", number_rows, number_given),
    "texts": ("string", text_rows, text_given),
    "dates": ("date", date_rows, date_given),
}


def bench_growing() -> list[str]:
    """Return the lines on tables that grow, by the kind of their first input."""
    lines = [
        "",
        f"{'2 inputs, rules over':34s} {'rules':>8s} {'load ms':>9s} {'cold µs':>9s} {'warm µs':>9s} {'zen µs':>9s}",
    ]
    for title, (kind, rows_of, given_of) in GROWING.items():
        for size in SIZES:
            text = model_text(rows_of(size), {"a": kind, "b": "number"})
            start = time.process_time()
            model = dmn.loads(text, limits=dmn.Limits(seconds=60))
            loaded = (time.process_time() - start) * 1e3
            for _ in range(8):
                model.evaluate("t", {"a": None, "b": None})
            unseen = [{"a": given_of(size * at / 201), "b": at % 7} for at in range(1, 201)]
            cold, warm = median(model, unseen), median(model, unseen[:1] * 200)
            zen = zen_median(rows_of(size), unseen, model) if title == "numbers" else None
            line = f"{title:34s} {size:8,d} {loaded:9.1f} {cold:9.1f} {warm:9.1f}"
            lines.append(f"{line} {f'{zen:9.1f}' if zen else '':9s}".rstrip())
            if zen and size == max(SIZES):
                verdict = "met" if zen >= COLDER * cold else "MISSED"
                lines.append(f"  target: zen-engine takes at least {COLDER} times as long, {verdict}: {zen / cold:.0f}")
    return lines


def median(model: dmn.Model, given: list[dict[str, object]]) -> float:
    return statistics.median(timed(lambda each: model.evaluate("t", each), each) for each in given)


def zen_median(rules: list[Row], given: list[dict[str, object]], model: dmn.Model) -> float | None:
    try:
        decision = zen_decision(["a", "b"], rules)
    except ImportError:
        return None
    wrong = [each for each in given[:20] if decision.evaluate(each)["result"]["out"] != model.evaluate("t", each).value]
    if wrong:
        raise ValueError(f"the two engines differ at {wrong[0]}")
    return statistics.median(timed(decision.evaluate, each) for each in given)


def timed(run: Callable[[dict[str, object]], object], given: dict[str, object]) -> float:
    start = time.perf_counter()
    run(given)
    return (time.perf_counter() - start) * 1e6


FEELIN = """
import { unaryTest, evaluate } from 'feelin';
const [rules, inputs, varied, seconds] = JSON.parse(process.argv[2]);
const bare = (answer) => answer !== null && typeof answer === 'object' && 'value' in answer ? answer.value : answer;
const run = (given) => {
  for (const [tests, output] of rules)
    if (tests.every((t, i) => t === '-' || bare(unaryTest(t, { ...given, '?': given[inputs[i]] })) === true))
      return bare(evaluate(output, given));
};
if (!varied.every((given) => run(given) === 'LAST')) throw new Error('wrong answer');
let best = Infinity;
const end = performance.now() + seconds * 1000;
while (performance.now() < end) {
  const start = performance.now();
  for (const given of varied) run(given);
  best = Math.min(best, (performance.now() - start) / varied.length);
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
        command = [node, str(script), json.dumps([rules, INPUTS, VARIED, seconds])]
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
    peers = {
        "dmn": bench_own,
        "zen-engine": bench_zen,
        "zen-engine, a graph without a table": bench_zen_empty,
        "feelin": bench_feelin,
    }
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
            target += "; re-parses each call" if name == "feelin" else ""
            lines.append(f"{name:44s} {took:10.1f} {took / own:12.1f}   {target}".rstrip())
    lines += bench_growing()
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if any("MISSED" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
