"""Tests of a model: cases with the value that a decision should have, and which rules they reach.

Cases are read from the conformance kit's XML, or from JSON or YAML of this form (YAML where PyYAML is installed):

    model: discount.dmn
    cases:
      - name: a large amount
        decision: Discount
        inputs: {amount: 120}
        expect: 12
"""

from __future__ import annotations

import json
import pathlib
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from dmn.errors import DmnError, InvalidError
from dmn.feel import border, values
from dmn.model.reader import read_xml
from dmn.temporal import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dmn.feel.audit import Evaluation
    from dmn.model.loaded import Model
    from dmn.model.reader import Element

KIT = frozenset({"http://www.omg.org/spec/DMN/20160719/testcase"})
TOLERANCE = Decimal("1e-8")  # what the kit's runners allow
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
READERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: text in ("true", "1"),
    "date": texts.parse_date,
    "time": texts.parse_time,
    "dateTime": texts.parse_date_time,
    "duration": texts.parse_duration,
    **dict.fromkeys(("decimal", "double", "float", "integer", "int", "long"), Decimal),
}


class CasesError(DmnError):
    """A file of cases cannot be read; says which, and why."""


class Case(NamedTuple):
    """One test: the decision, what it is given and the value that it should have."""

    name: str
    decision: str
    inputs: dict[str, Any]
    expected: Any


class Suite(NamedTuple):
    """The cases of one file, and the file of the model that they test; inputs that the kit leaves out are null."""

    file: pathlib.Path
    model: pathlib.Path
    cases: tuple[Case, ...]
    absent_is_null: bool


class Outcome(NamedTuple):
    """What came of a case; `message` says how a failing one differs."""

    case: Case
    passed: bool
    message: str


class Coverage(NamedTuple):
    """How many cases each rule of a table decided for, by its number."""

    table: str
    title: str
    rules: dict[int, int]

    @property
    def missed(self) -> tuple[int, ...]:
        """Return the numbers of the rules that no case reached."""
        return tuple(number for number, count in self.rules.items() if not count)


class Tested(NamedTuple):
    """What came of a suite."""

    suite: Suite
    outcomes: tuple[Outcome, ...]
    coverage: tuple[Coverage, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)


def read_suite(path: pathlib.Path) -> Suite:
    """Read a file of cases, by its suffix; CasesError says that it cannot be read."""
    try:
        return _read_kit(path) if path.suffix == ".xml" else _read_plain(path)
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, AttributeError, InvalidError) as error:
        raise CasesError(f"{path}: the cases cannot be read: {_in_words(path, error)}") from None


def _in_words(path: pathlib.Path, error: Exception) -> str:
    if path.exists() and not path.stat().st_size:
        return "the file is empty; a file of cases names a model and has a list of cases"
    return f"{type(error).__name__}: {error}"


def _read_plain(path: pathlib.Path) -> Suite:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        told = json.loads(text, parse_float=Decimal)
    else:
        try:
            import yaml  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415 - the package needs none
        except ImportError:
            raise CasesError(f"{path}: YAML needs PyYAML; install it, or write the cases as JSON") from None
        try:
            told = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise CasesError(f"{path}: {error}") from None
    cases = tuple(
        Case(str(case.get("name", number)), case["decision"], dict(case.get("inputs") or {}), case.get("expect"))
        for number, case in enumerate(told["cases"], 1)
    )
    return Suite(path, path.parent / told["model"], cases, absent_is_null=False)


def _read_kit(path: pathlib.Path) -> Suite:
    root = read_xml(path.read_bytes(), path.name, KIT, "this is no file of cases; the kit's have testCases").root
    cases: list[Case] = []
    for element in root.all("testCase"):
        inputs = {
            f"{node.get('namespace')}#{node.get('name')}".removeprefix("#"): _value(node)
            for node in element.all("inputNode")
        }
        for result in element.all("resultNode"):
            expected = result.first("expected")
            decision = element.get("invocableName") or result.get("name")
            name = f"{element.id}, {result.get('name')}"
            cases.append(Case(name, decision, inputs, _value(expected) if expected is not None else None))
    return Suite(path, path.parent / root.child_text("modelName").strip(), tuple(cases), absent_is_null=True)


def _value(element: Element) -> Any:
    """Read a value of the kit: a plain one, a list, or a context of components."""
    listed = element.first("list")
    if listed is not None:
        return [_value(item) for item in listed.all("item")]
    components = list(element.all("component"))
    if components:
        return {part.get("name"): _value(part) for part in components}
    plain = element.first("value")
    if plain is None or plain.get(f"{_XSI} nil") == "true":
        return None
    kind = plain.get(f"{_XSI} type").rpartition(":")[2]
    return READERS.get(kind, str)(plain.text if kind in ("", "string") else plain.text.strip())


class Given(dict[str, Any]):
    """The kit's inputs, of which those that are left out are null; one of a namespace is given under both names."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or not any(name.endswith(f"#{key}") for name in self)

    def __missing__(self, key: str) -> None:
        return None


def run_suite(suite: Suite, model: Model) -> Tested:
    """Run the cases of a suite, and count which rules they reach."""
    reached: Counter[tuple[str, int]] = Counter()
    outcomes: list[Outcome] = []
    for case in suite.cases:
        inputs = Given(case.inputs) if suite.absent_is_null else case.inputs
        try:
            evaluation = model.evaluate(case.decision, inputs)
        except DmnError as error:
            outcomes.append(Outcome(case, passed=False, message=str(error)))
            continue
        outcomes.append(_compare(case, evaluation))
        reached.update((audit.id, rule.index) for audit in evaluation.decisions for rule in audit.matched_rules)
    coverage = tuple(
        Coverage(table.owner, table.title, {r.number: reached[table.owner, r.number] for r in table.rules})
        for table in model.tables
    )
    return Tested(suite, tuple(outcomes), coverage)


def _compare(case: Case, evaluation: Evaluation) -> Outcome:
    actual = border.from_python(evaluation.value)
    try:
        expected = border.from_python(case.expected)
    except InvalidError as error:
        return Outcome(case, passed=False, message=f"the expected value: {error}")
    if same(expected, actual):
        return Outcome(case, passed=True, message="")
    why = "".join(f"; {warning.kind}: {warning.message}" for warning in evaluation.warnings[:3])
    return Outcome(case, False, f"expected {values.brief(expected, 300)}, got {values.brief(actual, 300)}{why}")  # noqa: FBT003


def same(expected: Any, actual: Any) -> bool:
    """Tell whether a value is the expected one: numbers within a tolerance, or what JSON has instead of it."""
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return abs(expected - actual) <= TOLERANCE
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(same(item, actual[key]) for key, item in expected.items())
    if isinstance(expected, str) and isinstance(actual, (Decimal, *values.TEMPORAL)):
        return bool(expected == border.leaf_to_json(actual))
    return values.equals(expected, actual) is True


def find_suites(paths: Iterable[pathlib.Path]) -> Iterator[pathlib.Path]:
    """Return the files of cases among paths, of which a folder stands for the kit's files below it."""
    for path in paths:
        yield from sorted(path.rglob("*-test-*.xml")) if path.is_dir() else [path]
