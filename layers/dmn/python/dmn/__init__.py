"""A DMN engine: decision models of the OMG's standard, versions 1.1 to 1.5, evaluated as the standard says.

>>> import dmn
>>> model = dmn.load("discount.dmn")  # doctest: +SKIP
>>> evaluation = model.evaluate("Discount", {"amount": 120})  # doctest: +SKIP
>>> evaluation.value, evaluation.warnings, evaluation.decisions  # doctest: +SKIP
"""

from dmn.errors import (
    DmnError,
    FeelSyntaxError,
    InputError,
    LimitError,
    ModelError,
    UnknownDecisionError,
    UnsupportedError,
)
from dmn.feel.audit import DecisionAudit, Evaluation, MatchedRule
from dmn.model.loaded import DecisionInfo, Model
from dmn.model.loading import load, loads
from dmn.runtime import Limits, Warning  # noqa: A004 - it is the package's word, and read as dmn.Warning

__version__ = "1.0.0"

__all__ = [
    "DecisionAudit",
    "DecisionInfo",
    "DmnError",
    "Evaluation",
    "FeelSyntaxError",
    "InputError",
    "LimitError",
    "Limits",
    "MatchedRule",
    "Model",
    "ModelError",
    "UnknownDecisionError",
    "UnsupportedError",
    "Warning",
    "load",
    "loads",
]
