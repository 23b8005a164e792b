"""The commands of `python -m dmn`: check, eval, feel, test, render, diff."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import dmn
from dmn.errors import DmnError
from dmn.feel import values
from dmn.feel.border import from_python, to_json
from dmn.feel.evaluating import evaluate as evaluate_feel
from dmn.model.dialects import DIALECTS, DMN
from dmn.model.loading import load
from dmn.tools.analysis import TableReport, analyse
from dmn.tools.cases import Tested, find_suites, read_suite, run_suite
from dmn.tools.compare import compare
from dmn.tools.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.audit import Evaluation
    from dmn.model.loaded import Model

FOUND, BROKEN = 1, 2
"""Exit status: a finding, a failing case or a difference; and what could not be read or evaluated."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 where all is well, 1 where something was found, 2 where it could not be run."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except (DmnError, OSError, ValueError, RecursionError) as error:
        kind = "" if isinstance(error, DmnError) else f"{type(error).__name__}: "
        _say(options, {"error": str(error)}, f"{kind}{error}")
        return BROKEN
    return status


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="write JSON instead of text")
    shared.add_argument("--dialect", choices=DIALECTS, default=DMN, help="how the files are read")
    shared.add_argument("--lenient", action="store_true", help="what cannot be read is null with a warning")
    parser = argparse.ArgumentParser(
        prog="dmn", description="Checks, evaluates, tests, writes and compares DMN models."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {dmn.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], told: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[shared], help=told)
        command.set_defaults(run=run)
        return command

    add("check", _check, "load models and analyse their tables").add_argument("files", nargs="+", type=pathlib.Path)

    evaluate = add("eval", _evaluate, "evaluate a decision")
    evaluate.add_argument("model", type=pathlib.Path)
    evaluate.add_argument("decision", help="name or id")
    evaluate.add_argument(
        "-i", "--inputs", default="-", help="a file of JSON: inputs, or a list of them; - is standard input"
    )
    evaluate.add_argument("--trace", action="store_true", help="say of each rule which cell failed")

    expression = add("feel", _feel, "evaluate an expression of FEEL")
    expression.add_argument("text", help='such as "1 + 1"')
    expression.add_argument("-i", "--inputs", help="a file of JSON with the values of its names; - is read")

    test = add("test", _test, "run cases of JSON, YAML or the conformance kit's XML")
    test.add_argument("cases", nargs="+", type=pathlib.Path, help="files, or folders of the kit")

    add("render", _render, "write the tables as Markdown").add_argument("model", type=pathlib.Path)

    diff = add("diff", _diff, "say what a new version of a model changes")
    diff.add_argument("old", type=pathlib.Path)
    diff.add_argument("new", type=pathlib.Path)
    return parser


def _load(path: pathlib.Path, options: argparse.Namespace) -> Model:
    return load(path, strict=not options.lenient, dialect=options.dialect)


def _say(options: argparse.Namespace, told: Any, text: str) -> int:
    written = json.dumps(to_json(told), ensure_ascii=False, indent=2) if options.json else text
    sys.stdout.write(written.rstrip("\n") + "\n")
    return 0


# --- check


def _check(options: argparse.Namespace) -> int:
    """Check each file by itself, so that one that cannot be read hides none of the others."""
    told: list[dict[str, Any]] = []
    lines: list[str] = []
    errors = warnings = 0
    for path in options.files:
        try:
            reports = analyse(_load(path, options))
        except DmnError as error:
            told.append({"file": str(path), "error": str(error)})
            lines.append(f"error: {error}")
            errors += 1
            continue
        told.append({"file": str(path), "tables": [_table_json(report) for report in reports]})
        for report in reports:
            lines += _table_lines(path, report)
            found = sum(finding.severity == "error" for finding in report.findings)
            errors, warnings = errors + found, warnings + len(report.findings) - found
    lines.append(f"{len(options.files)} files: {errors} errors, {warnings} warnings")
    _say(options, told, "\n".join(lines))
    return FOUND if errors else 0


def _table_json(report: TableReport) -> dict[str, Any]:
    table = report.table
    findings = [finding._asdict() for finding in report.findings]
    return {"id": table.id, "owner": table.owner, "title": table.title, "policy": table.policy, "findings": findings}


def _table_lines(path: pathlib.Path, report: TableReport) -> list[str]:
    size = f"{report.table.policy}, {len(report.table.rules)} rules"
    head = f"{path.name}: {report.table.title}, {size}: {len(report.findings) or 'no'} findings"
    return [head, *(f"  {finding.severity} {finding.kind}: {finding.message}" for finding in report.findings)]


# --- eval


def _evaluate(options: argparse.Namespace) -> int:
    model = _load(options.model, options)
    inputs = _read_inputs(options.inputs)
    if not isinstance(inputs, list):
        evaluation = model.evaluate(options.decision, inputs, trace=options.trace)
        return _say(options, evaluation.to_json(), "\n".join(_evaluation_lines(evaluation)))
    told, lines = [], []
    for number, evaluation in enumerate(model.evaluate_many(options.decision, inputs), 1):
        told.append(evaluation.to_json())
        lines.append(values.to_text(from_python(evaluation.value), nested=True))
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number} of {len(inputs)} rows" + "\n" * (number == len(inputs)))
    return _say(options, told, "\n".join(lines))


def _read_inputs(file: str) -> Any:
    text = sys.stdin.read() if file == "-" else pathlib.Path(file).read_text(encoding="utf-8")
    told = json.loads(text, parse_float=Decimal)
    if not all(isinstance(row, dict) for row in (told if isinstance(told, list) else [told])):
        raise ValueError("inputs are a JSON object, or a list of them")
    return told


def _feel(options: argparse.Namespace) -> int:
    names = _read_inputs(options.inputs) if options.inputs else {}
    evaluation = evaluate_feel(options.text, names, strict=not options.lenient)
    return _say(options, evaluation.to_json(), "\n".join(_evaluation_lines(evaluation)))


def _evaluation_lines(evaluation: Evaluation) -> list[str]:
    lines = [values.to_text(from_python(evaluation.value), nested=True)]
    lines += [f"warning {warning.kind}: {warning.message}" for warning in evaluation.warnings]
    for audit in evaluation.decisions:
        for rule in audit.matched_rules:
            notes = "; ".join(text for text in rule.annotations.values() if text)
            lines.append(f"{audit.name}: rule {rule.index}{f' ({notes})' if notes else ''}")
        for traced in audit.trace:
            if traced.outcome == "failed":
                value = values.brief(from_python(traced.value))
                lines.append(f"  rule {traced.number} failed: {traced.column} = {value} is not {traced.test}")
            else:
                lines.append(f"  rule {traced.number} {traced.outcome}")
    return lines


# --- test


def _test(options: argparse.Namespace) -> int:
    tested: list[Tested] = []
    for path in find_suites(options.cases):
        suite = read_suite(path)
        tested.append(run_suite(suite, _load(suite.model, options)))
    lines = [line for one in tested for line in _tested_lines(one)]
    cases, failed = sum(len(one.outcomes) for one in tested), sum(len(one.failed) for one in tested)
    lines.append(f"{cases} cases: {cases - failed} passed, {failed} failed")
    _say(options, [_tested_json(one) for one in tested], "\n".join(lines))
    return FOUND if failed or not cases else 0


def _tested_lines(one: Tested) -> list[str]:
    lines = [f"{one.suite.file.name}: {outcome.case.name}: {outcome.message}" for outcome in one.failed]
    for coverage in one.coverage:
        if coverage.missed:
            rules = ", ".join(map(str, coverage.missed))
            lines.append(f"{one.suite.file.name}: no case reached rule {rules} of {coverage.title}")
    return lines


def _tested_json(one: Tested) -> dict[str, Any]:
    return {
        "file": str(one.suite.file),
        "model": str(one.suite.model),
        "cases": [
            {"name": outcome.case.name, "passed": outcome.passed, "message": outcome.message}
            for outcome in one.outcomes
        ],
        "coverage": [coverage._asdict() for coverage in one.coverage],
    }


# --- render, diff


def _render(options: argparse.Namespace) -> int:
    model = _load(options.model, options)
    text = render(model)
    return _say(options, {"title": model.title, "version": model.version, "markdown": text}, text)


def _diff(options: argparse.Namespace) -> int:
    changes = compare(_load(options.old, options), _load(options.new, options))
    lines = [
        f"{change.owner}: {change.what} {change.name} {change.kind}"
        + (f": {change.before or 'nothing'} → {change.after or 'nothing'}" if change.kind != "moved" else "")
        for change in changes
    ]
    _say(options, [change._asdict() for change in changes], "\n".join(lines) or "no difference")
    return FOUND if changes else 0
