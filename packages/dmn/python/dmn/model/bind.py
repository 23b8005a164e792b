"""Gives the values that a node requires their slots in its list of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.model.dialects import CAMUNDA
from dmn.model.logic import Decision, Logic
from dmn.model.requirements import Imported, InputData, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.scope import FreeNames, Unit
    from dmn.feel.values import Value
    from dmn.model.resolve import Definitions
    from dmn.runtime import Run


def bind_required(node: Logic, required: Sequence[Node], unit: Unit, file: Definitions) -> Unit:
    """Give each required value its slot; those of an import share one context under the import's name."""
    imported: dict[str, list[Node]] = {}
    for other in required:
        if isinstance(other, Imported):
            imported.setdefault(other.prefix, []).append(other)
            continue
        unit = unit.within(dict.fromkeys(_aliases(other, file)))
        slots = tuple(unit.scope.slots.values())
        node.bindings.append((slots, other.value))
        _tell(node, other, slots[0])
        if file.info.dialect == CAMUNDA:
            unit = _bind_outputs(node, other, unit, file)
    for prefix, nodes in imported.items():
        unit = unit.within([prefix])
        node.bindings.append(((unit.scope.slots[prefix],), _context_reader(nodes)))
        for other in nodes:
            slot = unit.scope.frame.new_slot()
            node.bindings.append(((slot,), other.value))
            _tell(node, other, slot)
    return unit


def _tell(node: Logic, other: Node, slot: int) -> None:
    if other.kind in (InputData.kind, Decision.kind):
        node.told.append((other.known_as, slot))


def _aliases(node: Node, file: Definitions) -> list[str]:
    """Return the names that expressions may know a value by."""
    element = file.elements.get(node)
    if not isinstance(node, Decision) or element is None:
        return [node.variable]
    if file.info.dialect == CAMUNDA:
        return [node.variable, node.id, node.name]
    return [node.variable, node.id] if element.first("variable") is None else [node.variable]


def _bind_outputs(node: Logic, other: Node, unit: Unit, file: Definitions) -> Unit:
    """Make the outputs of a required table known by their names, as Camunda's engine does."""
    element = file.elements.get(other)
    table = element.first("decisionTable") if element is not None else None
    names = [output.get("name") for output in table.all("output")] if table is not None else []
    for name in dict.fromkeys(names):
        if name and name not in unit.scope.visible():
            unit = unit.within([name])
            read = other.value if len(names) == 1 else _output_reader(other, name)
            node.bindings.append(((unit.scope.slots[name],), read))
    return unit


def _output_reader(node: Node, name: str) -> Callable[[Run], Value]:
    def read(run: Run) -> Value:
        value = node.value(run)
        if type(value) is list:
            return [row.get(name) if type(row) is dict else None for row in value]
        return value.get(name) if type(value) is dict else None

    return read


def bind_free(node: Logic, free: FreeNames, file: Definitions) -> None:
    """Make inputs of the names that the node's expressions use and that nothing declares."""
    for name, slot in free.slots.items():
        known = file.nodes.get(name)
        other = known if isinstance(known, InputData) else InputData(name, name, name, name, file.info)
        if other is not known:
            other.type = free.types.get(name, other.type)
        other.settle()
        node.requires.append(other)
        node.bindings.append(((slot,), other.value))
        _tell(node, other, slot)


def _context_reader(nodes: list[Node]) -> Callable[[Run], Value]:
    return lambda run: {node.variable: node.value(run) for node in nodes}
