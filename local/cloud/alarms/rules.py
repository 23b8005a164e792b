"""Rules of composite alarms: `ALARM(a) OR (ALARM("b") AND NOT OK(c))`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.cloud.alarms.evaluation import State
from local.cloud.alarms.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

STATES = tuple(State)


@dataclass(frozen=True)
class Rule:
    """A rule that was read, and the alarms that it names."""

    holds: Callable[[Callable[[str], State]], bool]
    """Called with what gives an alarm's state."""
    alarms: frozenset[str]


def read_rule(text: str) -> Rule:
    """Read a rule.

    Raises
    ------
    TemplateError
        When it is none.
    """
    tokens, alarms = Tokens(text, names_with_signs=True), set[str]()
    holds = _either(tokens, alarms)
    if tokens.peek():
        tokens.fail("AND or OR expected")
    return Rule(holds, frozenset(alarms))


def _either(tokens: Tokens, alarms: set[str]) -> Callable[[Callable[[str], State]], bool]:
    parts = [_both(tokens, alarms)]
    while tokens.take_if("OR"):
        parts.append(_both(tokens, alarms))
    return lambda look: any(part(look) for part in parts)


def _both(tokens: Tokens, alarms: set[str]) -> Callable[[Callable[[str], State]], bool]:
    parts = [_one(tokens, alarms)]
    while tokens.take_if("AND"):
        parts.append(_one(tokens, alarms))
    return lambda look: all(part(look) for part in parts)


def _one(tokens: Tokens, alarms: set[str]) -> Callable[[Callable[[str], State]], bool]:
    if tokens.take_if("NOT"):
        part = _one(tokens, alarms)
        return lambda look: not part(look)
    if tokens.take_if("("):
        part = _either(tokens, alarms)
        tokens.expect(")")
        return part
    constant = tokens.take_if("TRUE", "FALSE")
    if constant:
        return lambda _: constant == "TRUE"
    wanted = tokens.take_if(*STATES)
    if not wanted:
        tokens.fail("ALARM, OK or INSUFFICIENT_DATA expected")
    tokens.expect("(")
    # An alarm is named, or its ARN is given.
    name = tokens.take().strip("\"'").rpartition(":alarm:")[2]
    tokens.expect(")")
    alarms.add(name)
    return lambda look: look(name) == wanted
