"""FEEL by itself, without a model: one expression, or the unary tests of one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import InputError, InvalidError
from dmn.feel import border
from dmn.feel.audit import Evaluation
from dmn.feel.compile import compile_text
from dmn.feel.compile.unary import INPUT, compile_unary_tests
from dmn.feel.scope import new_unit
from dmn.runtime import DEFAULT_LIMITS, Limits, Run, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmn.feel.values import Value
    from dmn.runtime import Env


class Expression:
    """A compiled expression, for those who evaluate it often; it is immutable and may be shared by threads.

    Attributes
    ----------
    text : str
        What was compiled.
    names : tuple of str
        The names that it may use.
    """

    def __init__(self, text: str, names: Iterable[str], *, strict: bool, limits: Limits = DEFAULT_LIMITS) -> None:
        self.text = text
        self.names = tuple(names)
        for name in self.names:
            if not isinstance(name, str):
                raise InputError("the name of a value", name, "a text", "FEEL")
        self._unit = new_unit(Source(text), self.names, strict=strict)
        with Run(limits):
            self._closure = compile_text(text, self._unit)

    def evaluate(self, given: Mapping[str, object] | None = None, *, limits: Limits | None = None) -> Evaluation:
        """Evaluate the expression over the values of its names; a name that is not given is null.

        Raises
        ------
        InputError
            One of the values is none that FEEL knows.
        LimitError
            It goes too deep or takes too long.
        """
        given = given or {}
        run = Run(limits or DEFAULT_LIMITS)
        env: Env = [run, *(_take(name, given.get(name), run.limits) for name in self.names)]
        env += [None] * (self._unit.scope.frame.size - len(env))
        with run:
            value = border.to_python(self._closure(env), run.limits)
        return Evaluation(value, tuple(run.warnings), (), run.limits)


class UnaryTests:
    """The compiled tests of a cell such as `< 10, [20..30]`; they are immutable and may be shared by threads."""

    def __init__(self, text: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self.text = text
        self._unit = new_unit(Source(text), [INPUT])
        with Run(limits):
            self._test = compile_unary_tests(text, self._unit)

    def passes(self, value: object, *, limits: Limits | None = None) -> bool | None:
        """Tell whether a value passes; None where they cannot be compared.

        Raises
        ------
        InputError
            FEEL knows no such value.
        LimitError
            It goes too deep or takes too long.
        """
        run = Run(limits or DEFAULT_LIMITS)
        env: Env = [run, *[None] * self._unit.scope.frame.size]
        with run:
            return True if self._test is None else self._test(_take(INPUT, value, run.limits), env)


def _take(name: str, value: object, limits: Limits) -> Value:
    try:
        return border.from_python(value, limits)
    except InvalidError as error:
        raise InputError(name, value, f"a value of FEEL ({error.message})", "FEEL") from None


def compile(text: str, names: Iterable[str] = (), *, strict: bool = True) -> Expression:  # noqa: A001 - read as feel.compile
    """Compile an expression over some names once, to evaluate it often.

    Raises
    ------
    FeelSyntaxError
        The text cannot be parsed or, strictly, uses a name that is not among these.
    LimitError
        It goes too deep.

    Example
    -------
    >>> double = compile("x * 2", ["x"])
    >>> double.evaluate({"x": 4}).value
    Decimal('8')
    """
    return Expression(text, names, strict=strict)


def compile_tests(text: str) -> UnaryTests:
    """Compile the tests of a cell once, to ask many values.

    Raises
    ------
    FeelSyntaxError
        The text cannot be parsed.
    LimitError
        It goes too deep.

    Example
    -------
    >>> compile_tests("< 10").passes(9)
    True
    """
    return UnaryTests(text)


def evaluate(
    text: str, names: Mapping[str, object] | None = None, *, strict: bool = True, limits: Limits | None = None
) -> Evaluation:
    """Evaluate an expression over the values of some names, as `compile` and its result do.

    Example
    -------
    >>> evaluate("x + 1", {"x": 2}).value
    Decimal('3')
    """
    return Expression(text, names or {}, strict=strict, limits=limits or DEFAULT_LIMITS).evaluate(names, limits=limits)


def passes(text: str, value: object, *, limits: Limits | None = None) -> bool | None:
    """Tell whether a value passes unary tests such as `< 10, [20..30]`, as `compile_tests` and its result do."""
    return UnaryTests(text, limits or DEFAULT_LIMITS).passes(value, limits=limits)
