"""Decisions: what is asked of the rules, and what they returned, with everything needed to explain it later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """One question to the rules, about one limitation.

    Parameters
    ----------
    decision
        The decision's name, which is also its file's: protection, payment, coverage, action, progress, refusal,
        notification.
    asked_by
        The execution's name and state, so that an audit record finds its case in the console.
    """

    decision: str
    limitation_id: str
    asked_by: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The value, the version of the rules that decided (a content hash), the matched rules and the whole audit.

    A rule that matched several times (one for each payment) is among the matched rules once; the audit tells each time.
    """

    value: Any
    version: str
    matched_rules: tuple[str, ...]
    audit: Mapping[str, Any]
