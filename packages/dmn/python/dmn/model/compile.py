"""Compiles the nodes of a file, those that a node requires before it (DMN 1.5, 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import ModelError
from dmn.feel.lexer import normalize_name
from dmn.feel.scope import FreeNames, Unit, new_unit
from dmn.model.bind import bind_free, bind_required
from dmn.model.boxed import compile_boxed, find_expression
from dmn.model.builder import refuse_to_evaluate
from dmn.model.dialects import CAMUNDA
from dmn.model.logic import BusinessKnowledge, CallsItself, Logic, Service
from dmn.model.requirements import InputData, Node
from dmn.runtime import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmn.model.reader import Element
    from dmn.model.resolve import Definitions


def compile_file(file: Definitions) -> None:
    """Compile everything that a file declares, or raise ModelError."""
    file.declare_all()
    compiler = _Compiler(file)
    for node in list(file.elements):
        compiler.compile(node)


class _Compiler:
    def __init__(self, file: Definitions) -> None:
        self._file = file
        self._builder = file.builder
        self._compiled: set[Node] = set()
        self._compiling: list[Node] = []

    def compile(self, node: Node) -> None:
        if node in self._compiled or node not in self._file.elements:
            return
        element = self._file.elements[node]
        if node in self._compiling:
            if isinstance(node, BusinessKnowledge):
                return  # a function may call itself
            names = " → ".join(step.name for step in [*self._compiling[self._compiling.index(node) :], node])
            raise self._builder.error(element, f"decisions require one another in a circle: {names}")
        self._compiling.append(node)
        self._enter(node, element)
        try:
            if isinstance(node, Service):
                self._compile_service(node, element)
            elif isinstance(node, Logic):
                self._compile_logic(node, element)
        except ModelError as error:
            self._builder.do_without(error)
            if isinstance(node, Logic):
                node.body = refuse_to_evaluate(error)
        self._compiling.pop()
        self._compiled.add(node)

    def _enter(self, node: Node, element: Element) -> None:
        """Say what is compiled from now on, for errors."""
        self._builder.parent_id, self._builder.owner = element.id, node.label

    def _required(self, element: Element) -> Iterator[Node]:
        for requirement in element.all("informationRequirement", "knowledgeRequirement"):
            target = requirement.first("requiredInput", "requiredDecision", "requiredKnowledge")
            if target is None or not target.get("href"):
                raise self._builder.error(element, f"a {requirement.tag} leads nowhere; draw it again")
            yield self._file.resolve(target.get("href"), element)

    def _compile_logic(self, node: Logic, element: Element) -> None:
        required = list(self._required(element))
        itself = CallsItself(node)
        if isinstance(node, BusinessKnowledge) and node not in required:
            required.append(itself)
        for other in required:
            self.compile(other)
        self._enter(node, element)
        vocabulary, types = self._builder.vocabulary, self._file.types.find
        unit = new_unit(Source(""), strict=self._file.info.strict, vocabulary=vocabulary, types=types)
        node.frame = unit.scope.frame
        node.requires = [other for other in required if other is not itself]
        unit = bind_required(node, required, unit, self._file)
        logic = element.first("encapsulatedLogic") if isinstance(node, BusinessKnowledge) else element
        if logic is None:
            return
        if isinstance(node, BusinessKnowledge):
            unit = self._declare_parameters(node, logic, unit)
            if node.external:
                return
        else:
            unit = unit._replace(free=self._free_names(node, unit))
        expression = find_expression(logic)
        if expression is None:
            if self._file.info.strict:
                error = self._builder.error(element, f"the {node.kind} '{node.name}' has no logic")
                if self._file.info.dialect != CAMUNDA:
                    raise error
                node.body = refuse_to_evaluate(error)
            return
        node.body = compile_boxed(expression, unit, self._builder)
        asked = node.frame.asked
        node.bindings = [each for each in node.bindings if each[1] != itself.value or asked.intersection(each[0])]
        if unit.free is not None:
            bind_free(node, unit.free, self._file)

    def _free_names(self, node: Logic, unit: Unit) -> FreeNames | None:
        """Say whether names that nothing declares may be inputs of a decision."""
        if self._file.info.dialect == CAMUNDA:
            free = FreeNames(unit.scope)
            free.is_open = True
            return free
        if self._file.info.strict and not any(other.kind == InputData.kind for other in node.requires):
            return FreeNames(unit.scope)
        return None

    def _declare_parameters(self, node: BusinessKnowledge, logic: Element, unit: Unit) -> Unit:
        parameters = list(logic.all("formalParameter"))
        names = [normalize_name(parameter.get("name")) for parameter in parameters]
        self._builder.check_names(logic, "parameter", names)
        unit = unit.within(names)
        kinds = [self._builder.type_of(parameter) for parameter in parameters]
        node.parameters = [(name, unit.scope.slots[name], kind) for name, kind in zip(names, kinds, strict=True)]
        node.external = logic.get("kind", "FEEL") not in ("FEEL", "")
        return unit

    def _compile_service(self, node: Service, element: Element) -> None:
        tags = ("inputData", "inputDecision", "outputDecision")
        found = [[self._file.resolve(part.get("href"), element) for part in element.all(tag)] for tag in tags]
        node.requires, node.outputs = [*node.requires, *found[0], *found[1]], found[2]
        for other in node.outputs:
            self.compile(other)
