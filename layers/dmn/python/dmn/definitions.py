"""Builds the decision requirements graph of one file from its elements (DMN 1.5, chapter 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.boxed import compile_boxed, find_expression
from dmn.building import Builder
from dmn.drg import BusinessKnowledge, Decision, FileInfo, InputData, Logic, Node, Service
from dmn.items import ItemDefinitions
from dmn.lexer import normalize_name
from dmn.runtime import Run
from dmn.scope import BASE_VOCABULARY, FreeNames, Unit, new_unit
from dmn.values import Value
from dmn.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dmn.feeltypes import Type
    from dmn.reader import Document, Element

_NODES: dict[str, type[Node]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": BusinessKnowledge,
    "decisionService": Service,
}
_NAMED = frozenset({"itemDefinition", "itemComponent", "variable", "column", "output"})


class Definitions:
    """One file: its nodes by id, its types, and the files that it imports by the name it gives them."""

    def __init__(self, document: Document, info: FileInfo, imports: dict[str, Definitions]) -> None:
        self.document = document
        self.info = info
        self.imports = imports
        self.namespace = document.root.get("namespace")
        vocabulary = Vocabulary(self._names(), BASE_VOCABULARY, learns=True)
        language = document.root.get("expressionLanguage")
        self.builder = Builder(info.name, vocabulary, strict=info.strict, language=language)
        self.types = ItemDefinitions(document.root, self.builder, self._find_imported_type)
        self.builder.find_type = self.types.find
        self.builder.type_names = tuple(element.get("name") for element in document.root.all("itemDefinition"))
        self.nodes: dict[str, Node] = {}
        self._elements: dict[Node, Element] = {}
        self._compiled: set[Node] = set()
        self._imported_types: dict[str, Type | None] = {}
        self._compiling: list[Node] = []

    def build(self) -> None:
        """Compile everything.

        Raises
        ------
        ModelError
            A reference leads nowhere, decisions require one another in a circle, or an expression is wrong.
        """
        self.types.build_all()
        names: dict[str, Element] = {}
        for element in self.document.root.all(*_NODES):
            self._declare(element)
            name = normalize_name(element.get("name"))
            if (
                element.tag != "inputData"
                and name
                and self.info.strict
                and names.setdefault(name, element) is not element
            ):
                first = names[name]
                raise self.builder.error(
                    element, f"a {first.tag} ({first.id}) is called '{name}', too; rename one of the two"
                )
        self.builder.check_names(self.document.root, "import", [name for name in self._import_names() if name])
        self.builder.check_names(
            self.document.root, "item definition", [it.get("name") for it in self.document.root.all("itemDefinition")]
        )
        self.builder.input_names = frozenset(n.variable for n in self.nodes.values() if isinstance(n, InputData))
        for node in list(self._elements):
            self._compile(node)

    def _import_names(self) -> Iterator[str]:
        return (element.get("name") for element in self.document.root.all("import"))

    def _names(self) -> Iterator[str]:
        """Return every name that the file and those that it imports declare, for the longest match."""
        seen: set[Definitions] = set()
        waiting = [self]
        while waiting:
            file = waiting.pop()
            if file in seen:
                continue
            seen.add(file)
            for element in file.document.root.walk():
                if element.tag in _NAMED or element.tag in _NODES:
                    yield element.get("name")
            yield from file.imports
            waiting += file.imports.values()

    def _declare(self, element: Element) -> None:
        variable = element.first("variable")
        name = normalize_name(element.get("name"))
        known_as = normalize_name(variable.get("name")) if variable is not None else ""
        node = _NODES[element.tag](element.id, name or element.id, known_as or name or element.id, "", self.info)
        node.label = element.get("label") or node.name
        node.type = self.builder.type_of(*([variable] if variable is not None else []), element)
        if not element.id:
            raise self.builder.error(element, f"a {element.tag} has neither id nor name")
        if node.id in self.nodes:
            raise self.builder.error(element, f"the id '{node.id}' is used twice; give one of the two another id")
        self.nodes[node.id] = node
        self._elements[node] = element

    def resolve(self, href: str, element: Element) -> tuple[str, Node]:
        """Find what a reference leads to, and the name of the import it is in (empty for this file)."""
        namespace, _, key = href.rpartition("#")
        if key in self.nodes and namespace in ("", self.namespace):
            return "", self.nodes[key]
        for name, other in self.imports.items():
            if namespace in ("", other.namespace) and key in other.nodes:
                return name, other.nodes[key]
        raise self.builder.error(
            element, f"the reference '{href}' leads nowhere; draw it anew, or import the file that it is in"
        )

    def _find_imported_type(self, name: str) -> Type | None:
        if name not in self._imported_types:  # once, as files that import one another's imports ask many times
            self._imported_types[name] = self._look_imported_type_up(name)
        return self._imported_types[name]

    def _look_imported_type_up(self, name: str) -> Type | None:
        for prefix, other in self.imports.items():
            if not prefix or name.startswith(f"{prefix}."):
                found = other.types.find(name[len(prefix) + 1 :] if prefix else name)
                if found is not None:
                    return found
        prefix, _, local = name.partition(":")
        uri = self.document.prefixes.get(prefix)
        return next((o.types.find(local) for o in self.imports.values() if local and o.namespace == uri), None)

    # --- compiling nodes, those that a node requires first

    def _compile(self, node: Node) -> None:
        if node in self._compiled or node not in self._elements:
            return
        element = self._elements[node]
        if node in self._compiling:
            if isinstance(node, BusinessKnowledge):
                return  # a function may call itself
            names = " → ".join(step.name for step in [*self._compiling[self._compiling.index(node) :], node])
            raise self.builder.error(element, f"decisions require one another in a circle: {names}")
        self._compiling.append(node)
        self._enter(node, element)
        if isinstance(node, Service):
            self._compile_service(node, element)
        elif isinstance(node, Logic):
            self._compile_logic(node, element)
        self._compiling.pop()
        self._compiled.add(node)

    def _enter(self, node: Node, element: Element) -> None:
        """Say what is compiled from now on, for errors."""
        self.builder.parent_id, self.builder.owner, self.builder.cell = element.id, node.label, None

    def _requirements(self, element: Element) -> Iterator[tuple[str, Node]]:
        for requirement in element.all("informationRequirement", "knowledgeRequirement"):
            target = requirement.first("requiredInput", "requiredDecision", "requiredKnowledge")
            if target is None or not target.get("href"):
                raise self.builder.error(element, f"a {requirement.tag} leads nowhere; draw it anew")
            yield self.resolve(target.get("href"), element)

    def _compile_logic(self, node: Logic, element: Element) -> None:
        required = list(self._requirements(element))
        for _, other in required:
            self._compile(other)
        self._enter(node, element)
        unit = new_unit(strict=self.info.strict, vocabulary=self.builder.vocabulary, types=self.types.find)
        node.frame = unit.scope.frame
        node.requires = [other for _, other in required]
        unit = self._bind(node, required, unit)
        logic = element.first("encapsulatedLogic") if isinstance(node, BusinessKnowledge) else element
        if logic is None:
            return
        if isinstance(node, BusinessKnowledge):
            parameters = list(logic.all("formalParameter"))
            names = [normalize_name(parameter.get("name")) for parameter in parameters]
            unit = unit.within(names)
            kinds = [self.builder.type_of(parameter) for parameter in parameters]
            node.parameters = [(n, unit.scope.slots[n], kind) for n, kind in zip(names, kinds, strict=True)]
            if logic.get("kind", "FEEL") not in ("FEEL", ""):
                node.external = True
                return
        elif self.info.strict and not any(isinstance(other, InputData) for other in node.requires):
            unit.free = FreeNames(unit.scope)
        expression = find_expression(logic)
        if expression is None:
            if self.info.strict:
                raise self.builder.error(element, f"the {node.kind} '{node.name}' has no logic")
            return
        node.body = compile_boxed(expression, unit, self.builder)
        if unit.free is not None:
            self._bind_free(node, unit.free)

    def _bind(self, node: Logic, required: list[tuple[str, Node]], unit: Unit) -> Unit:
        """Give each required value its slot; those of an import share one context under the import's name."""
        imported: dict[str, list[Node]] = {}
        for prefix, other in required:
            if prefix:
                imported.setdefault(prefix, []).append(other)
                continue
            aliases = [other.variable]
            element = self._elements.get(other)
            if isinstance(other, Decision) and element is not None and element.first("variable") is None:
                aliases.append(other.id)
            unit = unit.within(dict.fromkeys(aliases))
            node.bindings.append((tuple(unit.scope.slots.values()), other.value))
        for prefix, nodes in imported.items():
            unit = unit.within([prefix])
            node.bindings.append(((unit.scope.slots[prefix],), _context_reader(nodes)))
        return unit

    def _bind_free(self, node: Logic, free: FreeNames) -> None:
        for name, slot in free.slots.items():
            known = self.nodes.get(name)
            other = known if isinstance(known, InputData) else InputData(name, name, name, name, self.info)
            if other is not known:
                other.type = free.types.get(name, other.type)
            node.requires.append(other)
            node.bindings.append(((slot,), other.value))

    def _compile_service(self, node: Service, element: Element) -> None:
        for tag, target in (("inputData", node.given), ("inputDecision", node.given), ("outputDecision", node.outputs)):
            for reference in element.all(tag):
                _, other = self.resolve(reference.get("href"), element)
                target.append(other)
        if not node.outputs:
            raise self.builder.error(element, f"the decision service '{node.name}' has no output decision")
        for other in node.outputs:
            self._compile(other)
        node.requires = list(node.given)


def _context_reader(nodes: list[Node]) -> Callable[[Run], Value]:
    return lambda run: {node.variable: node.value(run) for node in nodes}
