"""Causes in one line, and signatures: many failures with one cause are one problem."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ops.cases.standing import Hold, Standing

_NOT_THE_SAME_TWICE = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"), "<moment>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "<date>"),
    (re.compile(r"\b[0-9a-f]{16,}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d+\b"), "<id>"),
    (re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)?(?![\w])"), "<number>"),
)


def in_one_line(cause: str | None) -> str:
    """A cause as a person reads it: of Lambda's JSON the message; of many lines the first."""
    text = (cause or "").strip()
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict) and "errorMessage" in document:
        text = str(document["errorMessage"]).strip()
    return " ".join(text.splitlines()[0].split()) if text else ""


def normalised(standing: Standing) -> str:
    """A cause without what differs from case to case: its ids, moments and numbers."""
    text = standing.cause
    own = ((standing.limitation_id, "limitation"), (standing.contract_id, "contract"), (standing.point_id, "point"))
    for value, name in own:
        if value:
            text = text.replace(value, f"<{name}>")
    for pattern, name in _NOT_THE_SAME_TWICE:
        text = pattern.sub(name, text)
    return text


@dataclass(frozen=True, slots=True)
class Signature:
    """Failures that are one problem: error, state and cause are the same.

    Parameters
    ----------
    holding
        How many of them still hold their limitation: those customers wait until something is done.
    """

    error: str
    state: str
    cause: str
    count: int
    holding: int


def signatures(standings: Iterable[Standing]) -> Sequence[Signature]:
    """Group failed cases, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    holding: Counter[tuple[str, str, str]] = Counter()
    for each in standings:
        key = (each.error or each.status.value, each.state or "?", normalised(each))
        counts[key] += 1
        holding[key] += each.hold is Hold.HOLDS
    return [Signature(*key, count, holding[key]) for key, count in counts.most_common()]
