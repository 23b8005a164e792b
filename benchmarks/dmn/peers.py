"""The engines that ``make bench`` times beside this one, each with the same table.

A peer prepares a table once and yields what evaluates it, or raises `UnableError` with what it cannot. One that is not
installed raises ImportError.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import itertools
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
import types
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = pathlib.Path(os.environ.get("DMN_BENCH_NODE_MODULES", ROOT / "node_modules")).resolve()
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"

type Row = tuple[list[str], str]
type Given = dict[str, object]
type Run = Callable[[Given], object]


class UnableError(Exception):
    """A peer cannot do a table; says what it lacks."""


def model_text(rules: list[Row], kinds: dict[str, str]) -> str:
    """Write a table as DMN, whole, as engines that know the standard want it."""
    data = "".join(
        f'<inputData id="d_{name}" name="{name}"><variable id="v_{name}" name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in kinds.items()
    )
    needs = "".join(
        f'<informationRequirement id="n_{name}"><requiredInput href="#d_{name}"/></informationRequirement>'
        for name in kinds
    )
    clauses = "".join(
        f'<input id="i{at}"><inputExpression id="e{at}" typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for at, (name, kind) in enumerate(kinds.items())
    )
    rows = ""
    for at, (tests, output) in enumerate(rules):
        cells = "".join(
            f'<inputEntry id="c{at}_{column}"><text><![CDATA[{test}]]></text></inputEntry>'
            for column, test in enumerate(tests)
        )
        rows += f'<rule id="r{at}">{cells}<outputEntry id="o{at}"><text>{output}</text></outputEntry></rule>'
    return (
        f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="urn:bench">{data}<decision id="t" name="t">'
        f'<variable id="v" name="t"/>{needs}<decisionTable id="dt" hitPolicy="FIRST">{clauses}'
        f'<output id="out" name="out"/>{rows}</decisionTable></decision></definitions>'
    )


# --- zen-engine, with its own table model


def open_zen(rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    if any("@" in test for tests, _ in rules for test in tests):
        raise UnableError("no dates")
    decision = zen_decision(list(kinds), rules)
    yield lambda given: decision.evaluate(given)["result"]["out"]


def open_zen_empty(_rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    decision = zen_decision(list(kinds), None)
    yield lambda given: "period" in decision.evaluate(given)["result"] and "LAST"


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


# --- pyDMNrules, which reads the file


def open_pydmnrules(rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    engine = importlib.import_module("pyDMNrules").DMN()
    told = engine.useXML(model_text(rules, kinds))
    if told.get("errors"):
        raise UnableError(told["errors"][0])

    def run(given: Given) -> object:
        told, decided = engine.decide(dict(given))
        if told.get("errors"):
            raise UnableError(told["errors"][0])
        return decided["Result"]["out"]

    yield run


# --- SpiffWorkflow, whose cells are Python's


def open_spiff(rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    parser = importlib.import_module("SpiffWorkflow.dmn.parser.DMNParser")
    python = importlib.import_module("SpiffWorkflow.bpmn.script_engine")
    decide = importlib.import_module("SpiffWorkflow.dmn.engine.DMNEngine").DMNEngine
    rows = [([_in_python(test) for test in tests], output) for tests, output in rules]
    text = model_text(rows, kinds).replace('hitPolicy="FIRST"', 'hitPolicy="UNIQUE"')  # its UNIQUE takes the first
    definitions = importlib.import_module("lxml.etree").fromstring(text)
    for extra in definitions.xpath(
        "//d:inputData|//d:variable|//d:informationRequirement", namespaces={"d": NAMESPACE}
    ):
        extra.getparent().remove(extra)
    read = parser.DMNParser(None, definitions, {"dmn": NAMESPACE})
    read.parse()
    engine = decide(read.decision.decisionTables[0])
    scripts = python.PythonScriptEngine(python.TaskDataEnvironment({"date": dt.date.fromisoformat}))
    task = types.SimpleNamespace(data={}, workflow=types.SimpleNamespace(script_engine=scripts))

    def run(given: Given) -> object:
        task.data = dict(given)
        return engine.result(task)["out"]

    yield run


def _in_python(test: str) -> str:
    """Write a cell as SpiffWorkflow has it, with `?` for the input."""
    test = re.sub(r'@("[^"]*")', r"date(\1)", test)
    test = {"true": "True", "false": "False"}.get(test, test)
    interval = re.fullmatch(r"([\[(])(.*)\.\.(.*)([\])])", test)
    if interval:
        opening, low, high, closing = interval.groups()
        return f"{low} {'<=' if opening == '[' else '<'} ? {'<=' if closing == ']' else '<'} {high}"
    return f"? in ({test})" if "," in test else test


# --- Drools, as the native server that its makers publish


def open_drools(rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    """Start the server: each call hands the model in, and the server compiles it again."""
    program = MODULES / "@kie-tools/jitexecutor-native/dist/linux/jitexecutor"
    if not program.is_file():
        raise ImportError("jitexecutor-native")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    model = model_text(rules, kinds)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [
        f"-Dquarkus.http.port={port}",
        "-Dquarkus.http.host=127.0.0.1",
        "-Dquarkus.http.limits.max-body-size=64M",
    ]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)  # noqa: S603

    def run(given: Given) -> object:
        body = json.dumps({"model": model, "context": given}, default=str).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/jitdmn", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return json.load(answer).get("t")

    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield run
    finally:
        server.terminate()
        server.wait()


# --- feelin, which walks the rules in JavaScript

FEELIN = """
import { unaryTest, evaluate } from 'feelin';
import { createInterface } from 'node:readline';
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const [rules, inputs] = JSON.parse((await lines.next()).value);
const bare = (answer) => answer !== null && typeof answer === 'object' && 'value' in answer ? answer.value : answer;
const run = (given) => {
  for (const [tests, output] of rules)
    if (tests.every((t, i) => t === '-' || bare(unaryTest(t, { ...given, '?': given[inputs[i]] })) === true))
      return bare(evaluate(output, given));
};
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const given = JSON.parse(line), start = performance.now(), value = run(given);
  console.log(JSON.stringify([value, performance.now() - start]));
}
"""


class Took(float):
    """The seconds that a call took by the peer's own clock, where the way there is none of its work."""

    value: object


def open_feelin(rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    node = shutil.which("node")
    if node is None or not (MODULES / "feelin").is_dir():
        raise ImportError("feelin")
    if "date" in kinds.values():
        raise UnableError("dates are none of JSON")
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "feelin.mjs"
        script.write_text(FEELIN)
        (pathlib.Path(folder) / "node_modules").symlink_to(MODULES)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen([node, str(script)], **pipes) as process:  # type: ignore[call-overload] # noqa: S603

            def ask(line: object) -> None:
                process.stdin.write(json.dumps(line) + "\n")
                process.stdin.flush()

            def run(given: Given) -> object:
                ask(given)
                value, milliseconds = json.loads(process.stdout.readline())
                took = Took(milliseconds / 1000)
                took.value = value
                return took

            ask([rules, list(kinds)])
            try:
                yield run
            finally:
                process.stdin.close()


PEERS: dict[str, Callable[[list[Row], dict[str, str]], Iterator[Run]]] = {
    "zen-engine": open_zen,
    "zen-engine, a graph without a table": open_zen_empty,
    "feelin": open_feelin,
    "pyDMNrules": open_pydmnrules,
    "SpiffWorkflow": open_spiff,
    "Drools, native": open_drools,
}
NOTES = {
    "feelin": "parses its texts again each call",
    "Drools, native": "compiles its model again each call",
    "SpiffWorkflow": "its cells are Python's",
}
