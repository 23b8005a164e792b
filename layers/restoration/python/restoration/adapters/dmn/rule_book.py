"""The rule book: every decision of the ``.dmn`` files of one folder, by name; a file is loaded once."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dmn
from restoration.adapters.dmn.publications import in_force, read_publications
from restoration.clock import paris_date, utc_now
from restoration.domain.decision import DecisionRequest, DecisionResult, MatchedRule
from restoration.errors import DecisionFailed, InvalidConfiguration

LIMITS = dmn.Limits(seconds=5.0, loading_seconds=5.0)
"""Five hundred payments of one limitation take a part of this; it is below the function's own timeout."""


_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
"""An input in a column's expression, or a part of one, such as ``payment.means``."""
_DECISION = re.compile(r"""<(?:\w+:)?decision\s[^>]*?\bid=["']([^"']+)""")


class RuleBook:
    """The ``*.dmn`` of a folder; decisions are called by their id, since their names are the business's.

    A file may have several publications (:mod:`restoration.adapters.dmn.publications`). The one that counts on the
    inputs' ``businessDate`` decides; where a decision has no such input, the one that counts today in Paris. Each is
    loaded when one of its decisions is first asked for: few workers need all.

    A file that can't be loaded does not stop the decisions of the others: asking for one of its decisions fails with
    the file, the element and the reason.
    """

    def __init__(self, folder: Path, today: Callable[[], date] = lambda: paris_date(utc_now())) -> None:
        self._folder = folder
        self._today = today
        self._publications = read_publications(folder)
        self._loaded = cache(self._load)
        self._homes: dict[str, str] = {}
        for name, publications in self._publications.items():
            text = (folder / in_force(publications, today()).file).read_text(encoding="utf-8", errors="replace")
            for decision in _DECISION.findall(text):
                home = self._homes.setdefault(decision, name)
                if home != name:
                    raise InvalidConfiguration(f"decision {decision!r} is in {home}.dmn and in {name}.dmn")

    def _load(self, file: str) -> tuple[dmn.Model, dict[str, tuple[str, ...]]]:
        """A file's model, and the columns' expressions that each of its rules looks at."""
        model = dmn.load(self._folder / file, limits=LIMITS)
        expressions = {
            rule.id: tuple(
                column.expression
                for column, cell in zip(table.inputs, rule.tests, strict=True)
                if cell not in {"", "-"}
            )
            for table in model.tables
            for rule in table.rules
        }
        return model, expressions

    def evaluate(self, request: DecisionRequest) -> DecisionResult:
        """Evaluate one decision.

        Raises
        ------
        DecisionFailed
            When no file has the decision, its file can't be loaded, or an input is missing or breaks its type or
            allowed values.
        """
        name = self._homes.get(request.decision)
        if name is None:
            known = ", ".join(sorted(self._homes))
            without = "".join(f"; none in {it}.dmn" for it in self._publications if it not in self._homes.values())
            raise DecisionFailed(f"no decision {request.decision!r} in the files ({known}{without})")
        try:
            model, expressions = self._loaded(in_force(self._publications[name], self._business_date(request)).file)
            evaluation = model.evaluate(request.decision, request.inputs)
        except dmn.DmnError as error:
            raise DecisionFailed(f"decision {request.decision!r}: {error}") from error
        audit = evaluation.to_json()
        matched = dict.fromkeys(rule.id for decision in evaluation.decisions for rule in decision.matched_rules)
        grounds = self._grounds(audit, expressions)
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
