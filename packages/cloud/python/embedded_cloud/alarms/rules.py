"""Rules of composite alarms: `ALARM(a) OR (ALARM("b") AND OK(c))`. Of the operators there are these two.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedded_cloud.alarms.evaluation import State
from embedded_cloud.alarms.parsing import parsed
from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable

    type Holds = Callable[[Callable[[str], State]], bool]

BARE_NAME = re.compile(rf"\b({'|'.join(State)})\(\s*([^\"'()\s]+)\s*\)")


@dataclass(frozen=True)
class Rule:
    """A rule that was read, and the alarms that it names."""

    holds: Holds
    """Called with what gives an alarm's state."""
    alarms: frozenset[str]


def read_rule(text: str) -> Rule:
    """Read a rule.

    Raises
    ------
    TemplateError
        When it is none.
    """
    alarms = set[str]()
    holds = _read(parsed(BARE_NAME.sub(r'\1("\2")', text)), alarms)
    return Rule(holds, frozenset(alarms))


def _read(node: ast.expr, alarms: set[str]) -> Holds:
    match node:
        case ast.BoolOp(op=op, values=values):
            parts, combined = [_read(each, alarms) for each in values], all if isinstance(op, ast.And) else any
            return lambda look: combined(part(look) for part in parts)
        case ast.Call(func=ast.Name(id=wanted), args=[ast.Constant(value=str(named))], keywords=[]) if wanted in State:
            # An alarm is named, or its ARN is given.
            name = named.rpartition(":alarm:")[2]
            alarms.add(name)
            return lambda look: look(name) == wanted
        case _:
            raise TemplateError(f"{ast.unparse(node)!r}: ALARM, OK or INSUFFICIENT_DATA of an alarm expected")
