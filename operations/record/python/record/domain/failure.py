"""The failure of an execution: where it stopped, by which error, and what it says, without what differs by customer."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")
"""The statuses of an execution that RedriveExecution takes.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""
LONGEST_SIGNATURE = 160
"""Letters of a cause that tell one from another; the rest is in the execution's history."""
_NAMED = re.compile(r"\S*\d\S*")
"""A word with a digit: an id, an amount, a moment, an address."""


def document(text: str | None) -> Mapping[str, Any]:
    """The object that a JSON text has; empty where it has none, or is no JSON."""
    try:
        content = json.loads(text or "{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def words_of(cause: str) -> str:
    """A cause in one line: what the function said, without Lambda's JSON and its stack trace."""
    return " ".join(str(document(cause).get("errorMessage", cause)).split())


def signature_of(cause: str) -> str:
    """A cause without what differs by customer: words with a digit become ``…``, so equal troubles have equal words.

    Example
    -------
    >>> signature_of("billing does not know the contract CTR-000143")
    'billing does not know the contract …'
    """
    return re.sub(r"…(?: …)+", "…", _NAMED.sub("…", words_of(cause)))[:LONGEST_SIGNATURE]


def is_part_of_cause(part: str, cause: str) -> bool:
    """Whether a cause's words, or its signature, have a part; capital letters do not matter."""
    return part.casefold() in f"{words_of(cause)}\n{signature_of(cause)}".casefold()


def problem_of(state: str, error: str, signature: str) -> str:
    """The id of failures that are one problem: ten letters, made of their state, error and signature."""
    return sha256(f"{state}\n{error}\n{signature}".encode()).hexdigest()[:10]


NOT_FOR_A_REDRIVE: Mapping[str, str] = {
    "States.Runtime": "its definition is broken, and a redrive keeps the definition",
    "States.QueryEvaluationError": "an expression of its definition is broken, and a redrive keeps the definition",
}
"""Errors after which a redrive fails again, whatever was mended: an execution keeps its definition."""
FORGOTTEN_FACTS = re.compile(r"situation .* is not kept")
"""A decision's facts are deleted after 30 days: only a new look can have others."""
