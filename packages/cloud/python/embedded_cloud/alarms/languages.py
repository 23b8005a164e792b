"""The two little languages of alarms, read by Python's own parser: metric math, and rules of composite alarms.

As much of metric math as alarms need, over the datapoints of a few periods:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
Rules are `ALARM(a) OR (ALARM("b") AND OK(c))`, and of the operators there are these two:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embedded_cloud.alarms.evaluation import State
from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    type Holds = Callable[[Callable[[str], State]], bool]

WORDS = re.compile(r"""("[^"]*"|'[^']*')|&&|\|\||\b(?:AND|OR)\b""", re.IGNORECASE)
PYTHON = {"&&": " and ", "AND": "and", "||": " or ", "OR": "or"}
"""Operators are written as words or signs of their own, and bind as Python's do."""
BARE_NAME = re.compile(rf"\b({'|'.join(State)})\(\s*([^\"'()\s]+)\s*\)")

Value = float | None
"""Of one period; None is missing."""

OPERATIONS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else None,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.And: lambda a, b: bool(a) and bool(b),
    ast.Or: lambda a, b: bool(a) or bool(b),
}
MOMENTS: Mapping[str, Callable[[dt.datetime], float]] = {
    "HOUR": lambda at: at.hour,
    # Monday is 1.
    "DAY": lambda at: at.isoweekday(),
}
"""Of the moment at which a period begins, in UTC. A missing datapoint has none."""


class Expression:
    """An expression that was read.

    Raises
    ------
    TemplateError
        When it is none, or has a function that is not known here.
    """

    def __init__(self, text: str) -> None:
        self.names: set[str] = set()
        """The ids of the metrics and expressions that it refers to."""
        self._evaluate = self._read(_parsed(text))

    def series(self, of: Mapping[str, Sequence[Value]], begins: Sequence[dt.datetime]) -> list[Value]:
        """Give its value in each period.

        Parameters
        ----------
        of
            The values of each id, one for each period.
        begins
            When each period begins.
        """
        return [self._evaluate({name: of[name][place] for name in self.names}, at) for place, at in enumerate(begins)]

    def _read(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int(number) | float(number)):
                return lambda _, __: float(number)
            case ast.Name(id=name):
                self.names.add(name)
                return lambda of, _: of[name]
            case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
                return _combined(op, self._read(left), self._read(right))
            case ast.BoolOp(op=op, values=[first, *others]):
                combined = self._read(first)
                for other in others:
                    combined = _combined(op, combined, self._read(other))
                return combined
            case ast.Call(func=ast.Name(id=function), args=[*arguments], keywords=[]):
                return _called(function, [self._read(each) for each in arguments])
            case _:
                raise TemplateError(f"{ast.unparse(node)!r}: a metric, a number or a function expected")


def _called(function: str, arguments: list[Any]) -> Any:
    match function, arguments:
        case "FILL", [metric, filling]:
            return lambda of, at: filling(of, at) if (value := metric(of, at)) is None else value
        case "IF", [condition, yes, *no] if len(no) <= 1:
            return _chosen(condition, yes, *no)
        case name, [metric] if name in MOMENTS:
            read = MOMENTS[name]
            return lambda of, at: None if metric(of, at) is None else float(read(at))
        case _:
            raise TemplateError(f"{function} with {len(arguments)} arguments is not known to the embedded cloud")


def _combined(op: ast.AST, left: Any, right: Any) -> Any:
    """Apply an operation to two values, of which neither is missing."""
    operation = OPERATIONS.get(type(op))
    if operation is None:
        raise TemplateError(f"{type(op).__name__} is not known to the embedded cloud")

    def evaluate(of: Any, at: Any) -> Value:
        a, b = left(of, at), right(of, at)
        value = None if a is None or b is None else operation(a, b)
        return None if value is None else float(value)

    return evaluate


def _chosen(condition: Any, yes: Any, no: Any = lambda _, __: None) -> Any:
    def evaluate(of: Any, at: Any) -> Value:
        decided: Value = condition(of, at)
        return None if decided is None else (yes if decided else no)(of, at)

    return evaluate


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
    holds = _rule(_parsed(BARE_NAME.sub(r'\1("\2")', text)), alarms)
    return Rule(holds, frozenset(alarms))


def _rule(node: ast.expr, alarms: set[str]) -> Holds:
    match node:
        case ast.BoolOp(op=op, values=values):
            parts, combined = [_rule(each, alarms) for each in values], all if isinstance(op, ast.And) else any
            return lambda look: combined(part(look) for part in parts)
        case ast.Call(func=ast.Name(id=wanted), args=[ast.Constant(value=str(named))], keywords=[]) if wanted in State:
            # An alarm is named, or its ARN is given.
            name = named.rpartition(":alarm:")[2]
            alarms.add(name)
            return lambda look: look(name) == wanted
        case _:
            raise TemplateError(f"{ast.unparse(node)!r}: ALARM, OK or INSUFFICIENT_DATA of an alarm expected")


def _parsed(text: str) -> ast.expr:
    """Parse a text of one of the two; what it may hold is for its reader to say."""
    plain = WORDS.sub(lambda found: found[1] or PYTHON[found[0].upper()], text)
    try:
        return ast.parse(f"({plain})", mode="eval").body
    except SyntaxError as error:
        raise TemplateError(f"{text!r}: {error.msg}") from error
