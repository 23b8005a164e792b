"""Types of FEEL: what conforms to them and how values are coerced (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from dmn.errors import InvalidError
from dmn.feel.values import NUMBERS, Function, Range, Value, brief, number_to_json
from dmn.runtime import current
from dmn.temporal.kinds import Date, DateTime, Months, Span, Time
from dmn.temporal.texts import parse_date, parse_date_time, parse_duration, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Type:
    """A type by its name; the base accepts every value but null, as `Any` does."""

    def __init__(self, name: str) -> None:
        self.name = name

    def accepts(self, value: Value) -> bool:
        """Tell whether a value is an instance of this type (`instance of`, table 54)."""
        return value is not None

    def conforms_to(self, other: Type) -> bool:
        """Tell whether each value of this type is one of the other (10.3.2.9.2)."""
        return other.plain is ANY or self.plain is NULL or self.name == other.name

    @property
    def plain(self) -> Type:
        """The structural type, without what an item definition adds."""
        return self

    def structure(self) -> Type:
        """Return this type without the allowed values of any part, which conformance leaves aside (10.3.2.9.2)."""
        return self

    def convert(self, value: Value) -> Value:
        """Take a value to this type, with the implicit conversions (10.3.2.9.4). Raises InvalidError."""
        if value is None or self.accepts(value):
            return value
        if isinstance(value, list) and len(value) == 1 and self.accepts(value[0]):
            return value[0]
        return self._convert_kind(value)

    def _convert_kind(self, value: Value) -> Value:
        raise InvalidError(f"{brief(value)} is no {self.name}")

    def read_json(self, value: Value) -> Value:
        """Take a value that came from JSON, where temporal values are text; checks nothing."""
        return value

    def take(self, value: Value) -> Value:
        """Take a caller's value to this type, from JSON's text too. Raises InvalidError."""
        return self.convert(self.read_json(value))

    def __str__(self) -> str:
        return self.name


class KindType(Type):
    """A type whose values are those of some Python types."""

    def __init__(self, name: str, *kinds: type, read: Callable[[str], Value] | None = None) -> None:
        super().__init__(name)
        self.kinds = kinds
        self.read = read

    def accepts(self, value: Value) -> bool:
        return type(value) in self.kinds

    def convert(self, value: Value) -> Value:
        return value if type(value) in self.kinds else super().convert(value)

    def take(self, value: Value) -> Value:
        return value if type(value) in self.kinds else super().take(value)

    def _convert_kind(self, value: Value) -> Value:
        if DateTime in self.kinds and type(value) is Date:
            return DateTime(value, Time(0, 0))
        return super()._convert_kind(value)

    def read_json(self, value: Value) -> Value:
        if self.read is not None and isinstance(value, str):
            return self.read(value)
        return value


class IntegerType(Type):
    """Whole numbers, which Camunda's files call `integer` and `long`; FEEL's own `number` has no such part."""

    def accepts(self, value: Value) -> bool:
        return type(value) is Decimal and value == value.to_integral_value()

    def conforms_to(self, other: Type) -> bool:
        return other.plain.name in (self.name, "number") or super().conforms_to(other)

    def structure(self) -> Type:
        return NUMBER


class _OfElements(Type):
    kind: ClassVar[str]

    def __init__(self, element: Type) -> None:
        super().__init__(f"{self.kind}<{element}>")
        self.element = element

    def structure(self) -> Type:
        return type(self)(self.element.structure())

    def conforms_to(self, other: Type) -> bool:
        plain = other.plain
        return plain is ANY or (isinstance(plain, type(self)) and self.element.conforms_to(plain.element))


class ListType(_OfElements):
    kind = "list"

    def accepts(self, value: Value) -> bool:
        if type(value) is not list:
            return False
        if self.element.plain is ANY:
            return True
        current().tick(1 + (len(value) >> 2))
        return all(item is None or self.element.accepts(item) for item in value)

    def _convert_kind(self, value: Value) -> Value:
        items = value if type(value) is list else [value]
        converted = [self.element.convert(item) for item in items]
        if not self.accepts(converted):
            raise InvalidError(f"{brief(value)} is no {self.name}")
        return converted

    def read_json(self, value: Value) -> Value:
        return [self.element.read_json(item) for item in value] if type(value) is list else value


class ContextType(Type):
    """A context with at least these entries."""

    def __init__(self, fields: Mapping[str, Type]) -> None:
        inner = ", ".join(f"{key}: {kind}" for key, kind in fields.items())
        super().__init__(f"context<{inner}>" if fields else "context")
        self.fields = fields

    def structure(self) -> Type:
        return ContextType({key: kind.structure() for key, kind in self.fields.items()})

    def accepts(self, value: Value) -> bool:
        if type(value) is not dict:
            return False
        return all(
            key in value and (value[key] is None or kind.accepts(value[key])) for key, kind in self.fields.items()
        )

    def conforms_to(self, other: Type) -> bool:
        plain = other.plain
        if not isinstance(plain, ContextType):
            return plain is ANY
        return all(key in self.fields and self.fields[key].conforms_to(kind) for key, kind in plain.fields.items())

    def _convert_kind(self, value: Value) -> Value:
        if isinstance(value, list) and len(value) == 1:
            return self.convert(value[0])
        if type(value) is not dict or any(key not in value for key in self.fields):
            raise InvalidError(f"{brief(value)} is no {self.name}")
        return value | {key: kind.convert(value[key]) for key, kind in self.fields.items()}

    def read_json(self, value: Value) -> Value:
        if type(value) is not dict:
            return value
        return value | {key: kind.read_json(value[key]) for key, kind in self.fields.items() if key in value}


class RangeType(_OfElements):
    kind = "range"

    def accepts(self, value: Value) -> bool:
        if type(value) is not Range:
            return False
        return all(bound is None or self.element.accepts(bound) for bound in (value.low, value.high))


class FunctionType(Type):
    """A function type; `parameters` is None where any function will do."""

    def __init__(self, parameters: tuple[Type, ...] | None = None, result: Type | None = None) -> None:
        inner = "" if parameters is None else f"<{', '.join(map(str, parameters))}> -> {result or ANY}"
        super().__init__(f"function{inner}")
        self.parameters = parameters
        self.result = result

    def accepts(self, value: Value) -> bool:
        if not isinstance(value, Function):
            return False
        if self.parameters is None:
            return True
        kinds = [kind or ANY for _, kind in value.parameters]
        matches = len(kinds) == len(self.parameters) and all(
            mine.conforms_to(theirs) for mine, theirs in zip(self.parameters, kinds, strict=True)
        )
        untyped = self.result is None or value.result is None or value.result is ANY
        return matches and (untyped or value.result.conforms_to(self.result))

    def conforms_to(self, other: Type) -> bool:
        plain = other.plain
        if not isinstance(plain, FunctionType):
            return plain is ANY
        if plain.parameters is None or self.parameters is None:
            return plain.parameters is None
        return len(plain.parameters) == len(self.parameters) and all(
            theirs.conforms_to(mine) for mine, theirs in zip(self.parameters, plain.parameters, strict=True)
        )


class ItemType(Type):
    """A type of the model: an item definition with its allowed values (7.3.3).

    `allowed` tests one value, the element of a collection; `constraint` (DMN 1.5) tests the whole value.
    """

    def __init__(
        self,
        name: str,
        base: Type,
        allowed: Callable[[Value], bool] | None,
        constraint: Callable[[Value], bool] | None,
        expectation: str,
    ) -> None:
        super().__init__(name)
        self.base = base
        self.allowed = allowed
        self.constraint = constraint
        self.expectation = expectation

    @property
    def plain(self) -> Type:
        return self.base.plain

    def structure(self) -> Type:
        return self.base.structure()

    def accepts(self, value: Value) -> bool:
        return self.base.accepts(value) and self.allows(value)

    def allows(self, value: Value) -> bool:
        if self.constraint is not None and not self.constraint(value):
            return False
        if self.allowed is None:
            return True
        items = value if isinstance(value, list) and isinstance(self.plain, ListType) else [value]
        return all(self.allowed(item) for item in items)

    def conforms_to(self, other: Type) -> bool:
        return self.name == other.name or self.base.conforms_to(other.plain)

    def convert(self, value: Value) -> Value:
        converted = self.base.convert(value)
        if converted is not None and not self.allows(converted):
            raise InvalidError(f"{brief(value)} is not among {self.expectation}", "allowed-values")
        return converted

    def read_json(self, value: Value) -> Value:
        return self.base.read_json(value)

    def __str__(self) -> str:
        base = str(self.base)
        text = self.name if self.name == base else f"{self.name} ({base})"
        return f"{text} among {self.expectation}" if self.expectation else text


class _AnyType(Type):
    def convert(self, value: Value) -> Value:
        return value


class _NullType(Type):
    def accepts(self, value: Value) -> bool:
        return value is None

    def convert(self, value: Value) -> Value:
        if value is not None:
            raise InvalidError("only null is of type null")
        return value


def _read_number(text: str) -> Value:
    """Read a number that JSON has as a text, as no double holds it; any other text stays one, and so is refused."""
    try:
        number = NUMBERS.create_decimal(text)
    except ArithmeticError:
        return text
    return number if number.is_finite() and number_to_json(number) == text else text


ANY = _AnyType("Any")
NULL = _NullType("Null")
NUMBER = KindType("number", Decimal, read=_read_number)
INTEGER = IntegerType("integer")
STRING = KindType("string", str)
BOOLEAN = KindType("boolean", bool)
DATE = KindType("date", Date, read=parse_date)
TIME = KindType("time", Time, read=parse_time)
DATE_TIME = KindType("date and time", DateTime, read=parse_date_time)
MONTHS = KindType("years and months duration", Months, read=parse_duration)
SPAN = KindType("days and time duration", Span, read=parse_duration)
DURATION = KindType("duration", Months, Span, read=parse_duration)
CONTEXT = ContextType({})
LIST = ListType(ANY)
FUNCTION = FunctionType()

BUILT_IN: dict[str, Type] = {
    "Any": ANY,
    "any": ANY,
    "Null": NULL,
    "null": NULL,
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_TIME,
    "dateTime": DATE_TIME,
    "years and months duration": MONTHS,
    "days and time duration": SPAN,
    "yearMonthDuration": MONTHS,
    "dayTimeDuration": SPAN,
    "years months duration": MONTHS,
    "days time duration": SPAN,
    "year month duration": MONTHS,
    "day time duration": SPAN,
    "duration": DURATION,
    "context": CONTEXT,
    "list": LIST,
    "function": FUNCTION,
    "range": RangeType(ANY),
    # Camunda Modeler writes these in its type lists
    "integer": INTEGER,
    "long": INTEGER,
    "double": NUMBER,
}
