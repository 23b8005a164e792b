"""Decisions: a question to the rules, and their result with its whole explanation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

RECORD_KEPT_FOR = timedelta(days=5 * 365)
"""Five years, in which a customer may go to court (code civil, art. 2224)."""
WHOLE_KEPT_FOR = timedelta(days=90)
"""As long as an execution's history: for redrives, for complaints, and to replay a changed table."""

_TO_AN_ADVISOR = frozenset({"MANUAL", "ASK_ADVISOR"})
"""What decisions name the step that asks an advisor."""
_IDENTIFYING = frozenset({"paymentId", "countedPayments", "customerId", "pointId", "contractId"})


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
class MatchedRule:
    """A rule that matched; ``tested`` has the values that its cells looked at, by input."""

    decision: str
    rule: str
    tested: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The rule as it is kept, without what names a person, a payment or a point."""
        return {"decision": self.decision, "rule": self.rule, "tested": without_ids(dict(self.tested))}


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The value, the version of the rules that decided (a content hash), the matched rules and the whole audit.

    A rule can match several times, once for each payment. Here it stands once; the audit has each match.

    Parameters
    ----------
    grounds
        The matched rules, each with the values that its own tests looked at and no others.
    """

    value: Any
    version: str
    matched_rules: tuple[str, ...]
    audit: Mapping[str, Any]
    grounds: tuple[MatchedRule, ...] = ()


def sends_to_an_advisor(value: Any) -> bool:
    """Whether a decision's value leaves the case to a person."""
    return isinstance(value, Mapping) and not _TO_AN_ADVISOR.isdisjoint(
        each for each in value.values() if isinstance(each, str)
    )


def without_ids(value: Any) -> Any:
    """A value without the ids in it by which billing or Enedis would know whose it is."""
    match value:
        case Mapping():
            return {name: without_ids(item) for name, item in value.items() if name not in _IDENTIFYING}
        case list() | tuple():
            return [without_ids(item) for item in value]
        case _:
            return value
