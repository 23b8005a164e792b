"""Where names live while an expression is compiled: each gets a slot of the evaluation's list of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import FeelMeaningError
from dmn.feel.library import BUILTINS
from dmn.feel.types import ANY, BUILT_IN, ContextType, FunctionType, ListType, RangeType, Type
from dmn.feel.vocabulary import Vocabulary
from dmn.runtime import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dmn.feel.syntax import TypeNode

BASE_VOCABULARY = Vocabulary([*BUILTINS, "time offset", "start included", "end included"])


class Frame:
    """The list of values of one unit (a decision, a business knowledge model): how long it must be."""

    def __init__(self) -> None:
        self.size = 1  # slot 0 is the Run
        self.asked: set[int] = set()  # slots of the names that expressions have

    def new_slot(self) -> int:
        self.size += 1
        return self.size - 1


class Scope:
    """The names that an expression sees; in a filter, the entries of the item come before them."""

    def __init__(self, frame: Frame, parent: Scope | None = None) -> None:
        self.frame = frame
        self.parent = parent
        self.item: int | None = None
        self.slots: dict[str, int] = {}

    def declare(self, name: str) -> int:
        slot = self.frame.new_slot()
        self.slots[name] = slot
        return slot

    def find(self, name: str) -> tuple[int | None, list[int]]:
        """Find the slot of a name, and the slots of the filtered items whose entries may hide it."""
        items: list[int] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.item is not None:
                items.append(scope.item)
            if name in scope.slots:
                self.frame.asked.add(scope.slots[name])
                return scope.slots[name], items
            scope = scope.parent
        return None, items

    def visible(self) -> list[str]:
        names: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            names += scope.slots
            scope = scope.parent
        return names


class FreeNames:
    """Names that no requirement declares and that are inputs then, as Camunda Modeler's files have them.

    A new one is taken where `is_open` says so, which is in the expressions of a table's inputs: these say what the
    table looks at. Elsewhere a name that nothing declares is most often a slip.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.is_open = False
        self.types: dict[str, Type] = {}
        self.slots: dict[str, int] = {}

    def declare(self, name: str) -> int:
        if name not in self.slots:
            self.slots[name] = self.scope.declare(name)
        return self.slots[name]


class Unit(NamedTuple):
    """What the compiler knows where it stands: scope, vocabulary, types, and whether unknown names are errors."""

    scope: Scope
    vocabulary: Vocabulary
    types: Callable[[str], Type | None]
    strict: bool
    source: Source
    free: FreeNames | None = None

    def within(self, names: Iterable[str] = ()) -> Unit:
        """Open an inner scope with these names."""
        scope = Scope(self.scope.frame, self.scope)
        for name in names:
            scope.declare(name)
        plain = all(name.isalnum() for name in names)
        vocabulary = self.vocabulary if plain else Vocabulary(names, self.vocabulary)
        return self._replace(scope=scope, vocabulary=vocabulary)

    def reading(self, text: str, element_id: str) -> Unit:
        """Stand in another text of the model."""
        return self._replace(source=Source(text, element_id))

    def resolve_type(self, node: TypeNode) -> Type:
        """Find a type by its expression; FeelSyntaxError says that there is no such type."""
        arguments = [self.resolve_type(argument) for argument in node.arguments]
        if node.name == "function" and (arguments or node.result):
            return FunctionType(tuple(arguments), self.resolve_type(node.result) if node.result else ANY)
        if node.name == "context" and arguments:
            return ContextType(dict(zip(node.keys, arguments, strict=True)))
        if arguments and node.name in ("list", "range"):
            return ListType(arguments[0]) if node.name == "list" else RangeType(arguments[0])
        found = self.types(node.name) or BUILT_IN.get(node.name)
        if found is None or arguments:
            raise FeelMeaningError(f"there is no type '{node.name}'", node.start)
        return found


def new_unit(
    source: Source,
    names: Iterable[str] = (),
    *,
    strict: bool = True,
    vocabulary: Vocabulary | None = None,
    types: Callable[[str], Type | None] | None = None,
) -> Unit:
    """Make a unit of its own with these names in scope, in slots from 1 on."""
    names = list(names)
    vocabulary = vocabulary or Vocabulary((), BASE_VOCABULARY, learns=True)
    scope = Scope(Frame())
    for name in names:
        scope.declare(name)
    return Unit(scope, Vocabulary(names, vocabulary), types or (lambda _: None), strict=strict, source=source)
