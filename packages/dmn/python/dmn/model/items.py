"""Item definitions of a file as types (DMN 1.5, 7.3.2 and 7.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.feel.compile.unary import INPUT
from dmn.feel.scope import new_unit
from dmn.feel.types import ANY, BUILT_IN, ContextType, FunctionType, ItemType, ListType, Type
from dmn.feel.values import Value
from dmn.runtime import Source, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmn.feel.compile.unary import Test
    from dmn.model.builder import Builder
    from dmn.model.reader import Element


class ItemDefinitions:
    """The item definitions of one file, made types when they are first asked for."""

    def __init__(self, root: Element, builder: Builder, imported: Callable[[str], Type | None]) -> None:
        self._elements = {element.get("name"): element for element in root.all("itemDefinition")}
        self._builder = builder
        self._imported = imported
        self._types: dict[str, Type | None] = {}

    def find(self, name: str) -> Type | None:
        """Find a type by its name in this file, or qualified by the name of an import."""
        element = self._elements.get(name)
        if element is None:
            local = name.rpartition(":")[2]
            element = self._elements.get(local) if local not in BUILT_IN else None
        if element is None:
            return self._imported(name)
        key = element.get("name")
        if key not in self._types:
            self._types[key] = ANY  # a definition that holds itself is not checked further inside
            self._types[key] = self._make(element, key)
        return self._types[key]

    def _make(self, element: Element, name: str) -> Type:
        components = list(element.all("itemComponent"))
        function = element.first("functionItem")
        reference = element.child_text("typeRef").strip()
        base: Type = ANY
        if components:
            base = ContextType({part.get("name"): self._make(part, part.get("name")) for part in components})
        elif function is not None:
            kinds = tuple(self._builder.type_of(parameter) for parameter in function.all("parameters"))
            result = function.get("outputTypeRef")
            base = FunctionType(kinds, self._builder.named_type(result, element) if result else ANY)
        elif reference:
            base = self._builder.named_type(reference, element)
        allowed, allowed_text = self._compile(element, "allowedValues", name)
        collection = element.get("isCollection") == "true"
        if allowed is not None and collection:
            base = ItemType(name, base, allowed, None, allowed_text)
            allowed = None
        if collection:
            base = ListType(base)
        constraint, constraint_text = self._compile(element, "typeConstraint", name)
        return ItemType(name, base, allowed, constraint, constraint_text or (allowed_text if not collection else ""))

    def _compile(self, element: Element, tag: str, name: str) -> tuple[Callable[[Value], bool] | None, str]:
        found = element.first(tag)
        text = element.written_in(tag)
        if found is None or not text:
            return None, ""
        source, vocabulary = Source(text, element.id), self._builder.vocabulary
        unit = new_unit(source, [INPUT], strict=self._builder.info.strict, vocabulary=vocabulary, types=self.find)
        test = self._builder.compile_tests(text, unit, found if found.id else element)
        if test is None:
            return None, ""
        if tag == "allowedValues":
            self._builder.priorities[name] = self._builder.compile_priorities(text, unit, element)
        return _checker(test, unit.scope.frame.size), text


def _checker(test: Test, size: int) -> Callable[[Value], bool]:
    # the size is known only once all is compiled, and tests are compiled here, so it is
    def check(value: Value) -> bool:
        run = current()  # what the evaluation has left: a test of its own time for each item would add up
        known = len(run.warnings)
        passed = test(value, [run, value, *[None] * (size - 2)]) is True
        del run.warnings[known:]  # a value that cannot be compared is not allowed, which is said by itself
        return passed

    return check
