"""Decision tables as people see them: labels, rules with their cells and sources, words for names and values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dmn
from dmn.reader import Element
from local.decision_tools.failures import NothingFound

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"

_ANYTHING = frozenset({"", "-"})
_LABELLED = frozenset({"inputData", "formalParameter", "itemComponent", "output"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its number from 1, its cells as they are written, and the source that its annotation names."""

    id: str
    number: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table: ``owner`` is the id of its decision or business knowledge model, ``title`` what it is called.

    ``inputs`` and ``outputs`` are the columns' labels; ``expressions`` are what the input columns look at.
    """

    owner: str
    title: str
    policy: str
    inputs: tuple[str, ...]
    expressions: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def conditions(self, rule: Rule) -> list[tuple[str, str, str]]:
        """What a rule asks: label, expression and cell of each column that is not ``-``."""
        columns = zip(self.inputs, self.expressions, rule.tests, strict=True)
        return [(label, expression, cell) for label, expression, cell in columns if cell not in _ANYTHING]


def tables_of(model: dmn.Model) -> list[Table]:
    """Return the tables of a model, in the order of its file."""
    nodes = model.definitions.nodes
    return [
        _table_of(owner, nodes[owner].label if owner in nodes else owner, element)
        for owner, element, _, _ in model.definitions.builder.tables
    ]


def _table_of(owner: str, title: str, element: Element) -> Table:
    inputs, expressions = [], []
    for clause in element.all("input"):
        expression = clause.first("inputExpression")
        expressions.append(expression.child_text("text").strip() if expression is not None else "")
        inputs.append(clause.get("label") or expressions[-1])
    outputs = tuple(clause.get("label") or clause.get("name") or title for clause in element.all("output"))
    rules = tuple(_rule_of(number, row) for number, row in enumerate(element.all("rule"), 1))
    policy = element.get("hitPolicy", "UNIQUE")
    return Table(owner, title, policy, tuple(inputs), tuple(expressions), outputs, rules)


def _rule_of(number: int, row: Element) -> Rule:
    def cells(tag: str) -> tuple[str, ...]:
        return tuple(" ".join(cell.child_text("text").split()) for cell in row.all(tag))

    source = " · ".join(filter(None, [row.child_text("description").strip(), *cells("annotationEntry")]))
    return Rule(row.id, number, cells("inputEntry"), cells("outputEntry"), source)


def labels_of(model: dmn.Model) -> dict[str, str]:
    """Return the business's word for each name of an input or output."""
    labels = {node.variable: node.label for node in model.definitions.nodes.values()}
    for element in model.definitions.document.root.walk():
        if element.tag in _LABELLED and element.get("label"):
            labels[element.get("name")] = element.get("label")
    return labels


def load_model(path: Path) -> dmn.Model:
    """Load a decision file.

    Raises
    ------
    NothingFound
        There is no such file.
    dmn.ModelError
        It can't be loaded; says the element and why.
    """
    if not path.is_file():
        raise NothingFound(f"{path} n'existe pas")
    return dmn.load(path)


def find_file(decision: str, folder: Path = DECISIONS) -> Path:
    """Find the project's file that holds a decision.

    Raises
    ------
    NothingFound
        No file has it; says which decisions there are.
    """
    known: dict[str, Path] = {}
    for path in sorted(folder.glob("*.dmn")):
        known |= {info.id: path for info in dmn.load(path).decisions.values()}
    if decision not in known:
        raise NothingFound(
            f"aucun fichier de {folder} n'a de décision « {decision} » ; on trouve : {', '.join(sorted(known))}"
        )
    return known[decision]


def say(value: Any, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """A value as the tables write it, but for a text's quotes; what it holds by label, and nothing is a dash."""
    match value:
        case None:
            return "—"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case Mapping():
            told = [f"{labels.get(name, name)} : {say(it, labels)}" for name, it in value.items() if it is not None]
            return ", ".join(told) or "—"
        case list():
            return "\n".join(say(item, labels) for item in value) or "—"
        case _:
            return str(value)
