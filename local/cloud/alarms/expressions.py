"""Metric math: as much of it as alarms need, over the datapoints of a few periods.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from local.cloud.alarms.tokens import Tokens

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

Value = float | None
"""Of one period; None is missing."""

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
SUMS: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub}
PRODUCTS: Mapping[str, Callable[[Any, Any], Any]] = {"*": operator.mul, "/": operator.truediv}
MOMENTS: Mapping[str, Callable[[dt.datetime], float]] = {
    "MINUTE": lambda at: at.minute,
    "HOUR": lambda at: at.hour,
    # Monday is 1.
    "DAY": lambda at: at.isoweekday(),
    "DATE": lambda at: at.day,
    "MONTH": lambda at: at.month,
    "YEAR": lambda at: at.year,
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
        tokens = Tokens(text)
        self._evaluate = self._either(tokens)
        if tokens.peek():
            tokens.fail("the end expected")

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

    # From what binds least to what binds most

    def _either(self, tokens: Tokens) -> Any:
        left = self._both(tokens)
        while tokens.take_if("OR", "||"):
            left = _combined(lambda a, b: float(bool(a) or bool(b)), left, self._both(tokens))
        return left

    def _both(self, tokens: Tokens) -> Any:
        left = self._comparison(tokens)
        while tokens.take_if("AND", "&&"):
            left = _combined(lambda a, b: float(bool(a) and bool(b)), left, self._comparison(tokens))
        return left

    def _comparison(self, tokens: Tokens) -> Any:
        left = self._sum(tokens)
        sign = tokens.take_if(*COMPARISONS)
        if not sign:
            return left
        compare = COMPARISONS[sign]
        return _combined(lambda a, b: float(compare(a, b)), left, self._sum(tokens))

    def _sum(self, tokens: Tokens) -> Any:
        left = self._product(tokens)
        while sign := tokens.take_if(*SUMS):
            left = _combined(SUMS[sign], left, self._product(tokens))
        return left

    def _product(self, tokens: Tokens) -> Any:
        left = self._factor(tokens)
        while sign := tokens.take_if(*PRODUCTS):
            left = _combined(PRODUCTS[sign] if sign == "*" else _divided, left, self._factor(tokens))
        return left

    def _factor(self, tokens: Tokens) -> Any:
        if tokens.take_if("-"):
            return _combined(operator.mul, lambda _, __: -1.0, self._factor(tokens))
        if tokens.take_if("("):
            inner = self._either(tokens)
            tokens.expect(")")
            return inner
        token = tokens.take()
        if token[:1].isdigit():
            number = float(token)
            return lambda _, __: number
        if tokens.peek() == "(":
            return self._call(token, tokens)
        if not token.isidentifier():
            tokens.fail("a metric, a number or a function expected")
        self.names.add(token)
        return lambda of, _: of[token]

    def _call(self, function: str, tokens: Tokens) -> Any:
        tokens.expect("(")
        arguments = [self._either(tokens)]
        while tokens.take_if(","):
            arguments.append(self._either(tokens))
        tokens.expect(")")
        match function, arguments:
            case "FILL", [metric, filling]:
                return lambda of, at: filling(of, at) if (value := metric(of, at)) is None else value
            case "IF", [condition, yes]:
                return _chosen(condition, yes, lambda _, __: None)
            case "IF", [condition, yes, no]:
                return _chosen(condition, yes, no)
            case name, [metric] if name in MOMENTS:
                read = MOMENTS[name]
                return lambda of, at: None if metric(of, at) is None else float(read(at))
            case _:
                return tokens.fail(f"{function} with {len(arguments)} arguments is not known to the embedded cloud")


def _combined(operation: Any, left: Any, right: Any) -> Any:
    """Apply an operation to two values, of which neither is missing."""

    def evaluate(of: Any, at: Any) -> Value:
        a, b = left(of, at), right(of, at)
        return None if a is None or b is None else operation(a, b)

    return evaluate


def _divided(a: float, b: float) -> Value:
    return a / b if b else None


def _chosen(condition: Any, yes: Any, no: Any) -> Any:
    def evaluate(of: Any, at: Any) -> Value:
        decided: Value = condition(of, at)
        return None if decided is None else (yes if decided else no)(of, at)

    return evaluate
