"""A DMN engine: decision models of the OMG's standard, versions 1.1 to 1.6, evaluated as the standard says.

>>> import dmn
>>> model = dmn.load("discount.dmn")  # doctest: +SKIP
>>> evaluation = model.evaluate("Discount", {"amount": 120})  # doctest: +SKIP
>>> evaluation.value, evaluation.warnings, evaluation.decisions  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import (
    DmnError,
    FeelSyntaxError,
    InputError,
    LimitError,
    ModelError,
    UnknownDecisionError,
    UnsupportedError,
)
from dmn.feel.audit import DecisionAudit, Evaluation, MatchedRule, RuleTrace
from dmn.model.loaded import Model
from dmn.model.loading import load, loads
from dmn.runtime import WARNING_KINDS, Limits, Warning  # noqa: A004 - it is the package's word, and read as dmn.Warning

if TYPE_CHECKING:
    from dmn.model.views import (
        DecisionInfo,
        DecisionTable,
        FunctionInfo,
        InputColumn,
        OutputColumn,
        ServiceInfo,
        TableRule,
    )
    from dmn.tools.analysis import TableReport, analyse
    from dmn.tools.compare import Change, compare
    from dmn.tools.render import render
    from dmn.tools.sheet import FINDING_KINDS, Finding

__version__ = "1.3.0"

__all__ = ["Limits", "Model", "analyse", "compare", "load", "loads", "render"]
__all__ += ["WARNING_KINDS", "DecisionAudit", "Evaluation", "MatchedRule", "RuleTrace", "Warning"]
__all__ += ["DecisionInfo", "DecisionTable", "FunctionInfo", "InputColumn", "OutputColumn", "ServiceInfo", "TableRule"]
__all__ += ["FINDING_KINDS", "Change", "Finding", "TableReport"]
__all__ += ["DmnError", "FeelSyntaxError", "InputError", "LimitError", "ModelError"]
__all__ += ["UnknownDecisionError", "UnsupportedError"]

_ON_DEMAND = {
    **dict.fromkeys(
        ("DecisionInfo", "DecisionTable", "FunctionInfo", "InputColumn", "OutputColumn", "ServiceInfo", "TableRule"),
        "model.views",
    ),
    "Change": "tools.compare",
    "FINDING_KINDS": "tools.sheet",
    "Finding": "tools.sheet",
    "TableReport": "tools.analysis",
    "analyse": "tools.analysis",
    "compare": "tools.compare",
    "render": "tools.render",
}


def __getattr__(name: str) -> object:
    """Load a view or a tool when it is first asked for: what only evaluates need not wait for it."""
    if name not in _ON_DEMAND:
        raise AttributeError(f"module 'dmn' has no attribute '{name}'")
    import importlib  # noqa: PLC0415 - loaded only then

    return getattr(importlib.import_module(f"dmn.{_ON_DEMAND[name]}"), name)


def __dir__() -> list[str]:
    """Name what is public."""
    return [*__all__, "__version__", "feel"]
