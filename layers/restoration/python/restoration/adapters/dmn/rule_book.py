"""The rule book: every decision of the ``.dmn`` files of one folder, loaded once and evaluated by name."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import dmn
from restoration.adapters.dmn.publications import in_force, read_publications
from restoration.clock import paris_date, utc_now
from restoration.domain.decision import DecisionRequest, DecisionResult, MatchedRule
from restoration.errors import DecisionFailed, InvalidConfiguration

LIMITS = dmn.Limits(seconds=5.0)
"""Five hundred payments of one limitation take a part of this; it is below the function's own timeout."""


_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
"""An input in a column's expression, or a part of one, such as ``payment.means``."""


class RuleBook:
    """Loads ``*.dmn`` from a folder; decisions are called by their id, since their names are the business's.

    A file may have several publications (:mod:`restoration.adapters.dmn.publications`). The one that counts on the
    inputs' ``businessDate`` decides; where a decision has no such input, the one that counts today in Paris. What
    counts today is loaded at once, the others when they are first needed.

    A file that can't be loaded does not stop the decisions of the others: asking for one of its decisions fails with
    the file, the element and the reason.
    """

    def __init__(self, folder: Path, today: Callable[[], date] = lambda: paris_date(utc_now())) -> None:
        self._folder = folder
        self._today = today
        self._publications = read_publications(folder)
        self._models: dict[str, dmn.Model] = {}
        self._expressions: dict[str, dict[str, tuple[str, ...]]] = {}
        self._homes: dict[str, str] = {}
        self._unloadable: dict[str, str] = {}
        for name, publications in self._publications.items():
            try:
                model = self._load(in_force(publications, today()).file)
            except dmn.ModelError as error:
                self._unloadable[name] = str(error)
            else:
                self._settle(name, model)

    def _load(self, file: str) -> dmn.Model:
        if file not in self._models:
            model = dmn.load(self._folder / file, limits=LIMITS)
            self._models[file] = model
            self._expressions[file] = {
                rule.id: tuple(
                    column.expression
                    for column, cell in zip(table.inputs, rule.tests, strict=True)
                    if cell not in {"", "-"}
                )
                for table in model.tables
                for rule in table.rules
            }
        return self._models[file]

    def _settle(self, name: str, model: dmn.Model) -> None:
        for decision in model.decisions.values():
            home = self._homes.setdefault(decision.id, name)
            if home != name:
                raise InvalidConfiguration(f"decision {decision.id!r} is in {home}.dmn and in {name}.dmn")

    def evaluate(self, request: DecisionRequest) -> DecisionResult:
        """Evaluate one decision.

        Raises
        ------
        DecisionFailed
            When no file has the decision, or an input is missing or breaks its type or allowed values.
        """
        name = self._homes.get(request.decision)
        if name is None:
            broken = "".join(f"; {reason}" for reason in self._unloadable.values())
            raise DecisionFailed(f"no decision {request.decision!r} in the loaded files ({self._known()}){broken}")
        file = in_force(self._publications[name], self._business_date(request)).file
        try:
            model = self._load(file)
            evaluation = model.evaluate(request.decision, _exact(request.inputs))
        except dmn.DmnError as error:
            raise DecisionFailed(f"decision {request.decision!r}: {error}") from error
        audit = evaluation.to_json()
        matched = dict.fromkeys(rule.id for decision in evaluation.decisions for rule in decision.matched_rules)
        grounds = self._grounds(audit, self._expressions[file])
        return DecisionResult(audit["value"], model.version, tuple(matched), audit, grounds)

    def _business_date(self, request: DecisionRequest) -> date:
        try:
            return date.fromisoformat(request.inputs["businessDate"])
        except (KeyError, TypeError, ValueError):
            return self._today()  # the rules themselves refuse a date that is none

    @staticmethod
    def _grounds(audit: Mapping[str, Any], expressions: Mapping[str, tuple[str, ...]]) -> tuple[MatchedRule, ...]:
        """The matched rules with what they tested; equal ones once, since many payments match a rule alike."""
        grounds = [
            MatchedRule(step["id"], rule["id"], _tested(expressions[rule["id"]], step["inputs"]))
            for step in audit["decisions"]
            for rule in step["matchedRules"]
        ]
        return tuple({repr(ground): ground for ground in grounds}.values())

    def _known(self) -> str:
        return ", ".join(sorted(self._homes))


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
