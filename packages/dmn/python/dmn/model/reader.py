"""Reads XML into small elements, hardened: no DTD, no entities but XML's five, bounded size and depth.

Knows the namespaces of DMN 1.1 to 1.6; what is of another namespace (diagrams, extensions) is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from dmn.errors import ModelError
from dmn.model.dialects import CAMUNDA_NAMESPACE
from dmn.runtime import DEFAULT_LIMITS, Limits, current

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/DMN11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
    "http://www.omg.org/spec/DMN1-2Alpha/20160929/MODEL": "1.2",  # as old files of KIE import one another
}
_SEPARATOR = " "
_CAMUNDA = f"{CAMUNDA_NAMESPACE}{_SEPARATOR}"


class Element:
    """An element of DMN: its local name, attributes without namespace, children, and text."""

    __slots__ = ("_attributes", "_id", "children", "tag", "text", "written")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self._id = attributes.pop("id", "")  # most have no other attribute, and most no child
        self._attributes = attributes or _NO_ATTRIBUTES
        self.children = _NO_CHILDREN
        self.text = ""
        self.written = ""  # the text of the element `text` within, which is none of the children, as most have one

    def get(self, name: str, default: str = "") -> str:
        return (self._id or default) if name == "id" else self._attributes.get(name, default)

    @property
    def id(self) -> str:
        """The element's id, else its name."""
        return self._id or self._attributes.get("name", "")

    def all(self, *tags: str) -> Iterator[Element]:
        return (child for child in self.children if child.tag in tags)

    def first(self, *tags: str) -> Element | None:
        return next(self.all(*tags), None)

    def child_text(self, tag: str) -> str:
        if tag == "text":
            return self.written
        found = self.first(tag)
        return found.text if found is not None else ""

    def walk(self, without: str = "") -> Iterator[Element]:
        """Return this element and all within it, in the order of the file; `without` what is in those of a tag."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element.tag != without:
                waiting += reversed(element.children)


_NO_ATTRIBUTES: dict[str, str] = {}
_NO_CHILDREN: list[Element] = []


class Document:
    """A file as read: the root element and the prefixes of its namespaces."""

    __slots__ = ("prefixes", "root")

    def __init__(self, root: Element, prefixes: dict[str, str]) -> None:
        self.root = root
        self.prefixes = prefixes


class _Builder:
    """Receives expat's events; an element of another namespace is skipped with all that it holds."""

    def __init__(self, file: str, limits: Limits, namespaces: Container[str], advice: str) -> None:
        self.file = file
        self.namespaces = namespaces
        self.advice = advice  # about a root element of another namespace
        self.limits = limits
        self.stack: list[Element] = []
        self.root: Element | None = None
        self.skipping = 0
        self.count = 0
        self.depth = 0
        self.prefixes: dict[str, str] = {}
        self.is_camunda = False  # attributes of Camunda may come
        self.texts: list[str] = []  # what expat hands in, by its own `append`
        self.kept = 0  # how many of them are not of an element that is skipped
        self.tick = current().tick

    def fail(self, reason: str) -> ModelError:
        element = next((element.id for element in reversed(self.stack) if element.id), "")
        return ModelError(self.file, element, reason)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.tick()
        self.count += 1
        self.depth += 1
        if self.count > self.limits.elements or self.depth > self.limits.element_nesting:
            most, deepest = self.limits.elements, self.limits.element_nesting
            raise self.fail(f"the file has more than {most} elements, or is nested deeper than {deepest}")
        if self.skipping:
            self.skipping += 1
            return
        namespace, _, tag = name.rpartition(_SEPARATOR)
        if namespace not in self.namespaces:
            if self.root is None:
                kind, _, advice = self.advice.partition("; ")
                raise self.fail(f"{kind}: its root element is '{tag}' of namespace '{namespace}'; {advice}")
            self.skipping, self.kept = 1, len(self.texts)
            return
        if self.is_camunda:
            attributes = {_name_of(key): value for key, value in attributes.items()}
        element = Element(tag, attributes)
        if self.root is None:
            self.root = element
        elif tag != "text":
            parent = self.stack[-1]
            if parent.children is _NO_CHILDREN:
                parent.children = []
            parent.children.append(element)
        self.stack.append(element)
        self.texts.clear()

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.skipping:
            self.skipping -= 1
            if not self.skipping:
                del self.texts[self.kept :]
            return
        element = self.stack.pop()
        if element.tag == "text" and self.stack:
            self.stack[-1].written = "".join(self.texts)
        elif not element.children:
            element.text = "".join(self.texts)
        self.texts.clear()

    def prefix(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes[prefix or ""] = uri or ""
        self.is_camunda |= uri == CAMUNDA_NAMESPACE

    def refuse(self, *_: object) -> int:
        raise self.fail("a DTD or an entity is refused; remove the part that starts with <!DOCTYPE")


def _name_of(attribute: str) -> str:
    """Return an attribute's name without the namespace of Camunda, whose dialect reads it; with any other."""
    return attribute.replace(_CAMUNDA, "camunda:", 1) if attribute.startswith(_CAMUNDA) else attribute


def read_document(xml: str | bytes, file: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a DMN file; ModelError says that it is no XML, no DMN, has a DTD, or is beyond the limits."""
    advice = "this is no DMN file; save it from the modeler as DMN 1.1 to 1.6"
    document = read_xml(xml, file, NAMESPACES, advice, limits)
    if document.root.tag != "definitions":
        raise ModelError(file, "", "the root element is not 'definitions'")
    return document


def read_xml(
    xml: str | bytes, file: str, namespaces: Container[str], advice: str, limits: Limits = DEFAULT_LIMITS
) -> Document:
    """Read the elements of some namespaces; `advice` is what to do where the root is of another. Raises ModelError."""
    if len(xml) > limits.file_bytes:
        raise ModelError(file, "", f"the file is larger than {limits.file_bytes} bytes")
    builder = _Builder(file, limits, namespaces, advice)
    # a str was decoded already, whatever its declaration says
    parser = expat.ParserCreate("utf-8" if isinstance(xml, str) else None, _SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.texts.append
    parser.StartNamespaceDeclHandler = builder.prefix
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.ExternalEntityRefHandler = builder.refuse
    try:
        parser.Parse(xml.encode("utf-8") if isinstance(xml, str) else xml, True)  # noqa: FBT003 - it has no name
    except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        remedy = "restore the last version that opened in the modeler, or mend the XML there"
        raise ModelError(file, "", f"the file is not well-formed XML: {error}; {remedy}") from None
    if builder.root is None:
        raise ModelError(file, "", "the file has no element")
    return Document(builder.root, builder.prefixes)
