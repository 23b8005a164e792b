"""Gives the values that a node requires their slots in its list of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.model.requirements import Decision, InputData, Logic, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.scope import FreeNames, Unit
    from dmn.feel.values import Value
    from dmn.model.resolve import Definitions
    from dmn.runtime import Run


def bind_required(node: Logic, required: Sequence[tuple[str, Node]], unit: Unit, file: Definitions) -> Unit:
    """Give each required value its slot; those of an import share one context under the import's name."""
    imported: dict[str, list[Node]] = {}
    for prefix, other in required:
        if prefix:
            imported.setdefault(prefix, []).append(other)
            continue
        unit = unit.within(dict.fromkeys(_aliases(other, file)))
        node.bindings.append((tuple(unit.scope.slots.values()), other.value))
    for prefix, nodes in imported.items():
        unit = unit.within([prefix])
        node.bindings.append(((unit.scope.slots[prefix],), _context_reader(nodes)))
    return unit


def _aliases(node: Node, file: Definitions) -> list[str]:
    """Return the names that expressions may know a value by."""
    element = file.elements.get(node)
    if isinstance(node, Decision) and element is not None and element.first("variable") is None:
        return [node.variable, node.id]
    return [node.variable]


def bind_free(node: Logic, free: FreeNames, file: Definitions) -> None:
    """Make inputs of the names that the node's expressions use and that nothing declares."""
    for name, slot in free.slots.items():
        known = file.nodes.get(name)
        other = known if isinstance(known, InputData) else InputData(name, name, name, name, file.info)
        if other is not known:
            other.type = free.types.get(name, other.type)
        node.requires.append(other)
        node.bindings.append(((slot,), other.value))


def _context_reader(nodes: list[Node]) -> Callable[[Run], Value]:
    return lambda run: {node.variable: node.value(run) for node in nodes}
