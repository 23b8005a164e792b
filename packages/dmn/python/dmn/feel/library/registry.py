"""How built-in functions are declared, and how their arguments are checked (DMN 1.5, 10.3.4).

A declaration reads like the specification's: `@builtin("substring", "string: string, start position: number, length?:
number")`. A `?` after a name makes the parameter optional, after a type lets null in; `...` takes all the remaining
arguments; a function declared twice has two signatures.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import InvalidError
from dmn.feel.types import ANY, BUILT_IN
from dmn.feel.values import KINDS, Function, Value, kind_of
from dmn.temporal.kinds import Date, DateTime, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KINDS: dict[str, tuple[type, ...]] = {name: (kind,) for kind, name in KINDS.items()} | {"any": ()}


class Parameter(NamedTuple):
    """A parameter: its kinds are empty where any value will do."""

    name: str
    kinds: frozenset[type]
    optional: bool
    nullable: bool
    rest: bool
    type_name: str

    def take(self, value: Value) -> Value:
        """Check an argument, after the implicit conversions from and to a list of one (10.3.2.9.4)."""
        kinds = self.kinds
        if not kinds or type(value) in kinds or (Function in kinds and isinstance(value, Function)):
            return value
        if value is None:
            if self.nullable:
                return None
            raise InvalidError(f"parameter '{self.name}' is null", "null")
        if list in kinds:
            return [value]
        if type(value) is list and len(value) == 1 and type(value[0]) in kinds:
            return value[0]
        if Date in kinds and type(value) is DateTime:
            return value.date
        if DateTime in kinds and type(value) is Date:
            return DateTime(value, Time(0, 0))
        raise InvalidError(f"parameter '{self.name}' is a {kind_of(value)}, not a {self.type_name}", "argument")


class Signature:
    """One way to call a built-in function."""

    def __init__(self, text: str, run: Callable[..., Value]) -> None:
        self.run = run
        self.parameters = tuple(_read_parameter(part) for part in text.split(", ")) if text else ()
        self.least = sum(not parameter.optional and not parameter.rest for parameter in self.parameters)
        self.rest = self.parameters[-1] if self.parameters and self.parameters[-1].rest else None
        self.most = sys.maxsize if self.rest else len(self.parameters)

    def fits_names(self, names: Sequence[str]) -> bool:
        """Tell whether arguments of these names will do; one left out is null, where null may be (10.3.2.13)."""
        known = [parameter.name for parameter in self.parameters]
        required = [p.name for p in self.parameters if not (p.optional or p.nullable or not p.kinds)]
        return all(name in known for name in names) and all(name in names for name in required)

    def describe(self) -> str:
        """Name the parameters; `?` follows those that may be left out."""
        return ", ".join(f"{p.name}{'?' if p.optional else '...' if p.rest else ''}" for p in self.parameters)

    def take(self, arguments: Sequence[Value]) -> list[Value]:
        fixed = self.parameters[:-1] if self.rest else self.parameters
        taken = [parameter.take(value) for parameter, value in zip(fixed, arguments, strict=False)]
        if self.rest:
            taken += map(self.rest.take, arguments[len(fixed) :])
        return taken

    def apply(self, arguments: Sequence[Value]) -> Value:
        return self.run(*self.take(arguments))


class Builtin(Function):
    """A built-in function with its signatures."""

    __slots__ = ("signatures",)

    def __init__(self, name: str) -> None:
        super().__init__(name, (), self.invoke)
        self.signatures: list[Signature] = []

    def add(self, signature: Signature) -> None:
        if not self.signatures:
            self.parameters = tuple(
                (parameter.name, BUILT_IN.get(parameter.type_name, ANY)) for parameter in signature.parameters
            )
        self.signatures.append(signature)

    def select(self, count: int, names: Sequence[str] | None = None) -> list[Signature]:
        """Find the signatures that take so many arguments, or arguments of these names."""
        if names is not None:
            return [signature for signature in self.signatures if signature.fits_names(names)]
        return [signature for signature in self.signatures if signature.least <= count <= signature.most]

    def invoke(self, *arguments: Value) -> Value:
        candidates = self.select(len(arguments))
        if not candidates:
            raise InvalidError(f"{self.name}() does not take {len(arguments)} arguments", "argument")
        if len(candidates) == 1:
            return candidates[0].apply(arguments)
        refusal: InvalidError | None = None  # of the first signature that the arguments fit: it tells most
        mismatch: InvalidError | None = None
        for signature in candidates:
            try:
                taken = signature.take(arguments)
            except InvalidError as error:
                mismatch = error
                continue
            try:
                return signature.run(*taken)
            except InvalidError as error:
                refusal = refusal or error
        raise refusal or mismatch or InvalidError(f"{self.name}() fits no arguments", "argument")

    def invoke_named(self, names: Sequence[str], arguments: Sequence[Value]) -> Value:
        candidates = self.select(len(arguments), names)
        given = dict(zip(names, arguments, strict=True))
        failure: InvalidError | None = None
        for signature in candidates:
            try:
                taken = {p.name: p.take(given[p.name]) for p in signature.parameters if p.name in given and not p.rest}
                if signature.rest and signature.rest.name in given:
                    items = given[signature.rest.name]
                    rest = map(signature.rest.take, items if isinstance(items, list) else [items])
                    return signature.run(*taken.values(), *rest)
                return signature.run(*(taken.get(p.name) for p in signature.parameters))
            except InvalidError as error:
                failure = error
        raise failure or InvalidError(f"{self.name}() has no parameters {', '.join(names)}", "argument")


BUILTINS: dict[str, Builtin] = {}


def _read_parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    rest = kind.endswith("...")
    kind = kind.removesuffix("...")
    nullable = kind.endswith("?")
    kind = kind.removesuffix("?")
    kinds = frozenset(python for part in kind.split("|") for python in _KINDS[part])
    return Parameter(name.removesuffix("?"), kinds, name.endswith("?"), nullable, rest, kind)


def builtin[F: Callable[..., Value]](name: str, *signatures: str) -> Callable[[F], F]:
    """Declare a built-in function with one or more signatures."""

    def declare(run: F) -> F:
        function = BUILTINS.setdefault(name, Builtin(name))
        for signature in signatures:
            function.add(Signature(signature, run))
        return run

    return declare
