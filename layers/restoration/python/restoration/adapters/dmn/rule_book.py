"""The rule book: every decision of the ``.dmn`` files of one folder, loaded once and evaluated by name."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import dmn
from restoration.domain.decision import DecisionRequest, DecisionResult, MatchedRule
from restoration.errors import DecisionFailed, InvalidConfiguration

LIMITS = dmn.Limits(seconds=5.0)
"""Five hundred payments of one limitation take a part of this; it is below the function's own timeout."""


_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
"""An input in a column's expression, or a part of one, such as ``payment.means``."""


class RuleBook:
    """Loads ``*.dmn`` from a folder; decisions are called by their id, since their names are the business's.

    A file that can't be loaded does not stop the decisions of the others: asking for one of its decisions fails with
    the file, the element and the reason.
    """

    def __init__(self, folder: Path) -> None:
        self._models: dict[str, dmn.Model] = {}
        self._files: dict[str, str] = {}
        self._unloadable: dict[str, str] = {}
        self._expressions: dict[str, tuple[str, ...]] = {}
        files = sorted(folder.glob("*.dmn"))
        if not files:
            raise InvalidConfiguration(f"no .dmn file in {folder.name}/: the function's bundle lacks its decisions")
        for file in files:
            try:
                model = dmn.load(file, limits=LIMITS)
            except dmn.ModelError as error:
                self._unloadable[file.name] = str(error)
            else:
                self._add(file.name, model)

    def _add(self, file: str, model: dmn.Model) -> None:
        for decision in model.decisions.values():
            if decision.id in self._files and self._files[decision.id] != file:
                raise InvalidConfiguration(f"decision {decision.id!r} is in {self._files[decision.id]} and in {file}")
            self._files[decision.id] = file
            self._models[decision.id] = model
        for table in model.tables:
            for rule in table.rules:
                self._expressions[rule.id] = tuple(
                    column.expression
                    for column, cell in zip(table.inputs, rule.tests, strict=True)
                    if cell not in {"", "-"}
                )

    def evaluate(self, request: DecisionRequest) -> DecisionResult:
        """Evaluate one decision.

        Raises
        ------
        DecisionFailed
            When no file has the decision, or an input is missing or breaks its type or allowed values.
        """
        model = self._models.get(request.decision)
        if model is None:
            broken = "".join(f"; {reason}" for reason in self._unloadable.values())
            raise DecisionFailed(f"no decision {request.decision!r} in the loaded files ({self._known()}){broken}")
        try:
            evaluation = model.evaluate(request.decision, _exact(request.inputs))
        except dmn.DmnError as error:
            raise DecisionFailed(f"decision {request.decision!r}: {error}") from error
        audit = evaluation.to_json()
        matched = dict.fromkeys(rule.id for decision in evaluation.decisions for rule in decision.matched_rules)
        return DecisionResult(audit["value"], model.version, tuple(matched), audit, self._grounds(audit))

    def _grounds(self, audit: Mapping[str, Any]) -> tuple[MatchedRule, ...]:
        """The matched rules with what they tested; equal ones once, since many payments match a rule alike."""
        grounds = [
            MatchedRule(step["id"], rule["id"], _tested(self._expressions[rule["id"]], step["inputs"]))
            for step in audit["decisions"]
            for rule in step["matchedRules"]
        ]
        return tuple({repr(ground): ground for ground in grounds}.values())

    def _known(self) -> str:
        return ", ".join(sorted(set(self._models)))


def _tested(expressions: Iterable[str], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values that the expressions look at, by path; lists and records would hold more than is tested."""
    paths = dict.fromkeys(path for expression in expressions for path in _PATH.findall(expression))
    found = {path: _at(path, inputs) for path in paths if path.partition(".")[0] in inputs}
    return {path: value for path, value in found.items() if not isinstance(value, (dict, list))}


def _at(path: str, inputs: Mapping[str, Any]) -> Any:
    value: Any = inputs
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _exact(value: Any) -> Any:
    """Read JSON's floats as the decimals that were written: binary floating point must not decide over a cent."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return value
