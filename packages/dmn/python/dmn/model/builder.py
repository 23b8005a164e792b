"""What the parts of a model need while they are compiled: errors that name the element, types, FEEL of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmn.errors import FeelMeaningError, FeelSyntaxError, InvalidError, ModelError, UnsupportedError
from dmn.feel import syntax, types
from dmn.feel.compile import compile_text
from dmn.feel.compile.unary import Test, compile_tests, compile_unary_tests
from dmn.feel.parser import parse_unary_tests
from dmn.feel.types import ANY, Type
from dmn.feel.vocabulary import Vocabulary
from dmn.model.dialects import CAMUNDA, foreign_language
from dmn.runtime import Source, current

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.scope import Unit
    from dmn.model.reader import Element
    from dmn.model.requirements import FileInfo
    from dmn.runtime import Closure, Env


_TEXT_OF_STEP = 4  # characters that are compiled in a step of loading, as a power of two


def refuse_to_evaluate(error: ModelError) -> Callable[..., None]:
    """Make the closure, or the test, that brings an error about the model up when it is evaluated."""

    def run(*_given: object) -> None:
        raise UnsupportedError(error.file, error.element_id, error.reason)

    return run


class Builder:
    """Compiles the texts of one file; lenient, what cannot be compiled is null with a warning instead."""

    def __init__(self, info: FileInfo, vocabulary: Vocabulary, language: str) -> None:
        self.info = info
        self.language = language  # of all expressions that name none themselves
        self.vocabulary = vocabulary
        self.find_type: Callable[[str], Type | None] = lambda _: None
        self.priorities: dict[str, tuple[Test, ...]] = {}  # that the allowed values of item definitions give

        self.parent_id = ""
        self.owner = ""  # what is being compiled, as its author calls it
        self.cell: tuple[int, str] | None = None  # the rule and the column within it
        self.input_names: frozenset[str] = frozenset()
        self.type_names: tuple[str, ...] = ()
        self.findings: list[ModelError] = []  # what a lenient model does without
        self.tables: list[tuple[str, Element, Any, Unit]] = []  # owner, source, compiled; for the analysis

    def here(self) -> Builder:
        """Return a builder that stays where this one is, whatever is compiled next."""
        other = object.__new__(Builder)
        other.__dict__ = dict(self.__dict__)
        return other

    def error(self, element: Element, reason: str) -> ModelError:
        """Make the error about an element, which says where it is in its author's words."""
        parts = [f"'{self.owner}'"] if self.owner else []
        if self.cell is not None:
            parts.append(f"rule {self.cell[0]}, column '{self.cell[1]}'")
        return ModelError(self.info.name, element.id or self.parent_id, reason, ", ".join(parts))

    def compile_expression(self, text: str, unit: Unit, element: Element, kind: Type = ANY) -> Closure:
        """Compile an expression; an empty one is refused where the file is read strictly."""
        if unit.free is not None and text.strip().isidentifier():  # remember the type that a table gives to it
            unit.free.types.setdefault(text.strip(), kind)
        return self._compile(text, unit, element, lambda inner: compile_text(text, inner))

    def compile_tests(self, text: str, unit: Unit, element: Element, names: Sequence[str] = ()) -> Test | None:
        """Compile the tests of a cell, in which each of `names` is the value that is tested, as `?` is."""
        if text.strip() in ("", "-"):
            return None
        return self._compile(text, unit, element, lambda inner: compile_unary_tests(text, inner, names))

    def _compile[T](
        self, text: str, unit: Unit, element: Element, compile_in: Callable[[Unit], T]
    ) -> T | Callable[..., None]:
        """Compile a text where it stands, or make what takes the place of one that cannot be."""
        current().tick(1 + (len(text) >> _TEXT_OF_STEP))
        foreign = self.foreign_language(text, element)
        if foreign or not text.strip():
            return self._postpone(foreign or "the expression is empty", text, element)
        try:
            return compile_in(unit.reading(text, element.id or self.parent_id))
        except FeelSyntaxError as error:
            return self._refuse(error, text, element)

    def compile_priorities(self, text: str, unit: Unit, element: Element) -> tuple[Test, ...]:
        """Compile the values of an output one by one, in the order of their priority."""
        inner = unit.reading(text, element.id)
        try:
            tests = parse_unary_tests(text, unit.vocabulary)
            return tuple(compile_tests(syntax.Tests((test,), negated=False), inner) for test in tests.tests)
        except FeelSyntaxError as error:
            self._refuse(error, text, element)
            return ()

    def type_of(self, *elements: Element) -> Type:
        """Find the type that the first of these elements with a `typeRef` names, or raise ModelError."""
        for element in elements:
            reference = element.get("typeRef")
            if reference:
                return self.named_type(reference, element)
        return ANY

    def named_type(self, reference: str, element: Element) -> Type:
        _, _, local = reference.rpartition(":")
        found = self.find_type(reference) or types.BUILT_IN.get(reference) or types.BUILT_IN.get(local)
        if (
            found is None and self.info.dialect == CAMUNDA
        ):  # which looks at no case, and passes on what it does not know
            return next((kind for name, kind in types.BUILT_IN.items() if name.lower() == local.lower()), ANY)
        if found is None and self.info.strict:
            from dmn.hints import nearest  # noqa: PLC0415 - loaded only for an error

            known = [*types.BUILT_IN, *self.type_names]
            raise self.error(element, f"there is no type '{reference}'; {nearest(reference, known)}")
        return found or ANY

    def convert(self, value: Closure, kind: Type, what: str, element: Element) -> Closure:
        """Check and coerce what a closure returns; another type becomes null with a warning (10.3.2.9.4)."""
        if kind is ANY:
            return value
        source = Source(what, element.id or self.parent_id)

        def run(env: Env) -> object:
            try:
                return kind.convert(value(env))
            except InvalidError as error:
                env[0].warn(error.kind, f"{what}: {error.message}", 0, source)
                return None

        return run

    def do_without(self, error: ModelError) -> None:
        """Bring up what is wrong with the model, or take note of it where a lenient one does without."""
        if self.info.strict:
            raise error
        self.findings.append(error)

    def check_names(self, element: Element, what: str, names: Sequence[str]) -> None:
        """Refuse names that are given twice or not at all, of which only the last would be known."""
        if not self.info.strict:
            return
        for number, name in enumerate(names, 1):
            if not name:
                raise self.error(element, f"{what} {number} of {len(names)} has no name; give it one")
            if name in names[: number - 1]:
                raise self.error(element, f"two {what}s are called '{name}'; rename one of them")

    def foreign_language(self, text: str, element: Element) -> str:
        """Say in which other language than FEEL a text of the file is; empty where it is FEEL."""
        return foreign_language(text, element.get("expressionLanguage") or self.language, self.info.dialect)

    def _postpone(self, reason: str, text: str, element: Element) -> Callable[..., None]:
        """Refuse a text now, or in Camunda's dialect, where such files are usual, when it is to be evaluated."""
        if self.info.dialect != CAMUNDA or not self.info.strict:
            return self._refuse(FeelSyntaxError(reason), text, element)
        error = self.error(element, f"{reason}: '{text.strip():.200}'" if text.strip() else reason)
        return refuse_to_evaluate(error)

    def _refuse(self, error: FeelSyntaxError, text: str, element: Element) -> Callable[..., None]:
        from dmn.hints import advise  # noqa: PLC0415 - loaded only for an error

        advice = error.advice or advise(text, error.position)
        at = error.position - (len(text) - len(text.lstrip())) + 1
        reason = f"{error.reason}, at character {at} of '{text.strip():.200}'"
        told = self.error(element, f"{reason}; {advice}" if advice else reason)
        if self.info.strict and self.info.dialect == CAMUNDA and isinstance(error, FeelMeaningError):
            return refuse_to_evaluate(told)  # its engine looks names up when it evaluates, and may be given functions
        self.do_without(told)
        source, message, position = Source(text, element.id or self.parent_id), error.reason, error.position

        def run(*given: Any) -> None:
            given[-1][0].warn("syntax", message, position, source)

        return run
