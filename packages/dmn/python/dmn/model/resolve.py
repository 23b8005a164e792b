"""One file of a model: its nodes by id, its types, and what its references lead to (DMN 1.5, chapter 6)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from dmn.errors import ModelError
from dmn.feel.lexer import normalize_name
from dmn.feel.scope import BASE_VOCABULARY
from dmn.feel.vocabulary import Vocabulary
from dmn.model.builder import Builder
from dmn.model.dialects import CAMUNDA
from dmn.model.items import ItemDefinitions
from dmn.model.logic import BusinessKnowledge, Decision, Logic, Service
from dmn.model.requirements import FileInfo, Imported, InputData, Node
from dmn.runtime import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmn.feel.types import Type
    from dmn.model.reader import Document, Element

_NODES: dict[str, type[Node]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": BusinessKnowledge,
    "decisionService": Service,
}
_NAMED = frozenset({"itemDefinition", "itemComponent", "variable", "column", "output"})


class Definitions:
    """One file: its nodes by id, its types, and the files that it imports by the name it gives them."""

    def __init__(self, document: Document, info: FileInfo, imports: list[tuple[str, Definitions]]) -> None:
        self.document = document
        self.info = info
        self.imports = imports
        vocabulary = Vocabulary(self._names(), BASE_VOCABULARY, learns=True)
        self.builder = Builder(info, vocabulary, document.root.get("expressionLanguage"))
        # once for each name, as files that import one another's imports ask many times
        find_imported_type = functools.cache(self._find_imported_type)
        self.types = ItemDefinitions(document.root, self.builder, find_imported_type)
        self.builder.find_type = self.types.find
        self.builder.type_names = tuple(element.get("name") for element in document.root.all("itemDefinition"))
        self.nodes: dict[str, Node] = {}
        self.elements: dict[Node, Element] = {}
        self.named: dict[str, Node] = {}  # what can be evaluated, by its name and by its id
        self._imported: dict[tuple[str, Node], Imported] = {}

    def declare_all(self) -> None:
        """Make the types, and a node for each element that is one. Raises ModelError."""
        self._check_names()
        for name in self.builder.type_names:
            self.types.find(name)
        for element in self.document.root.all(*_NODES):
            try:
                self._declare(element)
            except ModelError as error:
                self.builder.do_without(error)
        logics = [node for node in self.nodes.values() if isinstance(node, Logic)]
        for key, node in [*((node.name, node) for node in logics), *((node.id, node) for node in logics)]:
            self.named.setdefault(key, node)
        self.builder.input_names = frozenset(n.variable for n in self.nodes.values() if isinstance(n, InputData))

    def _check_names(self) -> None:
        root = self.document.root
        imports = [element.get("name") for element in root.all("import")]
        self.builder.check_names(root, "import", [name for name in imports if name])
        self.builder.check_names(root, "item definition", self.builder.type_names)
        names: dict[str, Element] = {}
        for element in root.all("decision", "businessKnowledgeModel", "decisionService"):
            name = normalize_name(element.get("name"))
            first = names.setdefault(name, element) if name else element
            if first is not element and self.info.strict and self.info.dialect != CAMUNDA:
                reason = f"a {first.tag} ({first.id}) is called '{name}', too; rename one of the two"
                raise self.builder.error(element, reason)
        for element in root.all(*_NODES):
            name = normalize_name(element.get("name"))
            if name in imports and self.info.strict:
                raise self.builder.error(element, f"an import is called '{name}', too; rename one of the two")

    def files(self) -> Iterator[Definitions]:
        """Return this file and all that it imports, each once."""
        seen: set[Definitions] = set()
        waiting = [self]
        while waiting:
            file = waiting.pop()
            if file not in seen:
                seen.add(file)
                yield file
                waiting += (other for _, other in file.imports)

    def _names(self) -> Iterator[str]:
        """Return every name that the file and those that it imports declare, for the longest match."""
        for file in self.files():
            for element in file.document.root.walk(without="rule"):
                if element.tag in _NAMED or element.tag in _NODES:
                    yield element.get("name")
            yield from (name for name, _ in file.imports)

    def _declare(self, element: Element) -> None:
        current().tick()
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
        if isinstance(node, InputData):
            node.settle()
        self.nodes[node.id] = node
        self.elements[node] = element

    def resolve(self, href: str, element: Element) -> Node:
        """Find what a reference leads to, in this file or in one that it imports."""
        namespace, _, key = href.rpartition("#")
        if key in self.nodes and namespace in ("", self.info.namespace):
            return self.nodes[key]
        for name, other in self.imports:
            if namespace in ("", other.info.namespace) and key in other.nodes:
                return self._of_import(name, other.nodes[key])
        raise self.builder.error(
            element, f"the reference '{href}' leads nowhere; draw it again, or import the file that it is in"
        )

    def _of_import(self, name: str, node: Node) -> Node:
        """Return a node of an import as this file has it; what an import without a name has is this file's own."""
        return self._imported.setdefault((name, node), Imported(name, node)) if name else node

    def find(self, key: str) -> Node | None:
        """Find what can be evaluated by its name or id, which for an import follow the import's name and a point."""
        if key in self.named:
            return self.named[key]
        for name, other in self.imports:
            if not name and key in other.named:
                return other.named[key]
            found = other.find(key[len(name) + 1 :]) if name and key.startswith(f"{name}.") else None
            if found is not None:
                return self._of_import(name, found)
        return None

    def _find_imported_type(self, name: str) -> Type | None:
        for prefix, other in self.imports:
            if not prefix or name.startswith(f"{prefix}."):
                found = other.types.find(name[len(prefix) + 1 :] if prefix else name)
                if found is not None:
                    return found
        prefix, _, local = name.partition(":")
        uri = self.document.prefixes.get(prefix)
        return next((o.types.find(local) for _, o in self.imports if local and o.info.namespace == uri), None)
