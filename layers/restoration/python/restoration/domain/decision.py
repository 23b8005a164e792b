"""Decisions: a question to the rules, and their result with its whole explanation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """One question to the rules, about one limitation.

    Parameters
    ----------
    decision
        The decision's id in its file: protection, paymentCertainty, coverage, action, progress, refusal or
        notification. Business owns the names, so they may change; ids are a contract.
    asked_by
        The name and the state of the execution, so that a record leads to its case in the console. For a message to
        a customer it is ``notify_customer`` and the message's id.
    inputs
        The asker's own facts. A decision of a look gets the facts of the look as well (:mod:`domain.look`).
    """

    decision: str
    limitation_id: str
    asked_by: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The value, the version of the rules that decided (a content hash), the matched rules and the whole audit.

    A rule can match several times, once for each payment. Here it stands once; the audit has each match.
    """

    value: Any
    version: str
    matched_rules: tuple[str, ...]
    audit: Mapping[str, Any]
