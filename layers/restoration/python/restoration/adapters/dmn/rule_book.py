"""The rule book: every decision of the ``.dmn`` files of one folder, loaded once and evaluated by name."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import dmn
from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.errors import DecisionFailed, InvalidConfiguration

LIMITS = dmn.Limits(seconds=5.0)
"""Five hundred payments of one limitation take a part of this; it is below the function's own timeout."""


class RuleBook:
    """Loads ``*.dmn`` from a folder; decisions are called by their id, since their names are the business's.

    A file that can't be loaded does not stop the decisions of the others: asking for one of its decisions fails with
    the file, the element and the reason.
    """

    def __init__(self, folder: Path) -> None:
        self._models: dict[str, dmn.Model] = {}
        self._files: dict[str, str] = {}
        self._unloadable: dict[str, str] = {}
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
        return DecisionResult(audit["value"], model.version, tuple(matched), audit)

    def _known(self) -> str:
        return ", ".join(sorted(set(self._models)))


def _exact(value: Any) -> Any:
    """Read JSON's floats as the decimals that were written: binary floating point must not decide over a cent."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return value
