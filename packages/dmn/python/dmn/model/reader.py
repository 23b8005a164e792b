"""Reads XML into small elements, hardened: no DTD, no entities but XML's five, bounded size and depth.

Knows the namespaces of DMN 1.1 to 1.6; what is of another namespace (diagrams, extensions) is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

from dmn.errors import ModelError
from dmn.model.dialects import CAMUNDA_NAMESPACE
from dmn.runtime import DEFAULT_LIMITS, Limits, current

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # DMN 1.1
    "http://www.omg.org/spec/DMN/20151101/DMN11.xsd",  # DMN 1.1
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",  # DMN 1.1
    "http://www.omg.org/spec/DMN/20151101",  # DMN 1.1
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  # DMN 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  # DMN 1.3
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  # DMN 1.4
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  # DMN 1.5
    "https://www.omg.org/spec/DMN/20240513/MODEL/",  # DMN 1.6
    "http://www.omg.org/spec/DMN1-2Alpha/20160929/MODEL",  # DMN 1.2, as old files of KIE import one another
)
_SEPARATOR = " "
_MANY = 100  # rules of a table of which those that follow are packed at once
_TICKED = 63  # elements between two looks at the limits of loading, as a mask
_CAMUNDA = f"{CAMUNDA_NAMESPACE}{_SEPARATOR}"


class Element:
    """An element of DMN: its local name, attributes without namespace, children, and text."""

    __slots__ = ("_attributes", "_children", "_id", "tag", "text", "written")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self._id = attributes.pop("id", "")  # most have no other attribute, and most no child
        self._attributes = attributes or _NO_ATTRIBUTES
        self._children: Any = _NO_CHILDREN  # or once packed their tags, and as a row their written texts, ids, texts
        self.text = ""
        self.written = ""  # the text of the element `text` within, which is none of the children, as most have one

    @property
    def children(self) -> list[Element]:
        held = self._children  # once, as another thread may pack them
        return held if type(held) is list else list(_unpacked(*held))

    def add(self, child: Element) -> None:
        if self._children is _NO_CHILDREN:
            self._children = []
        self._children.append(child)

    def pack(self, known: dict[tuple[str, ...], tuple[str, ...]]) -> None:
        """Keep the children as texts alone, if they have no more: rules are many; `known` has their rows of tags."""
        held = self._children
        if type(held) is list and held and not any(child._attributes or child._children for child in held):  # noqa: SLF001 - its own class
            tags = tuple([child.tag for child in held])
            texts, ids = [child.written for child in held], [child.get("id") for child in held]
            self._children = known.setdefault(tags, tags), *texts, *ids, *(child.text for child in held)

    @property
    def is_packed(self) -> bool:
        return type(self._children) is tuple

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the children."""
        held = self._children
        return held[0] if type(held) is tuple else tuple([child.tag for child in held])

    @property
    def texts(self) -> Sequence[str]:
        """What is written in the elements `text` of the children."""
        held = self._children
        return held[1 : 1 + len(held[0])] if type(held) is tuple else [child.written for child in held]

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
        found = self.first(tag)
        return found.text if found is not None else ""

    def written_in(self, tag: str) -> str:
        """Return what is written in the element `text` of a child; empty where there is none."""
        found = self.first(tag)
        return found.written.strip() if found is not None else ""

    def walk(self, without: str | None = None) -> Iterator[Element]:
        """Return this element and all within it, in the order of the file; `without` what is in those of a tag."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element.tag != without:
                waiting += reversed(element.children)


def _unpacked(tags: tuple[str, ...], *texts: str) -> Iterator[Element]:
    for at, tag in enumerate(tags):
        child = Element(tag, {"id": texts[at + len(tags)]})
        child.written, child.text = texts[at], texts[at + 2 * len(tags)]
        yield child


_NO_ATTRIBUTES: dict[str, str] = {}
_NO_CHILDREN: list[Element] = []
_TEXT = Element("text", {})  # stands for any, as what is written in it is the parent's


class Document(NamedTuple):
    """A file as read: the root element and the prefixes of its namespaces."""

    root: Element
    prefixes: dict[str, str]


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
        self.left, self.deepest = limits.elements, limits.element_nesting
        self.tags: dict[str, str] = {}  # of expat's names, which have the namespace; empty for one that is skipped
        self.rows: dict[tuple[str, ...], tuple[str, ...]] = {}  # of tags of the children of rules
        self.prefixes: dict[str, str] = {}
        self.is_camunda = False  # attributes of Camunda may come
        self.texts: list[str] = []  # what expat hands in, by its own `append`
        self.kept: int  # how many of them are not of an element that is skipped
        self.tick = current().tick

    def fail(self, reason: str) -> ModelError:
        element = next((element.id for element in reversed(self.stack) if element.id), "")
        return ModelError(self.file, element, reason)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        stack, tag = self.stack, self.tags.get(name)
        if self.left < 0 or len(stack) + self.skipping >= self.deepest:
            most, deepest = self.limits.elements, self.deepest
            raise self.fail(f"the file has more than {most} elements, or is nested deeper than {deepest}")
        if not self.left & _TICKED:
            self.tick(_TICKED)
        if tag is None:
            tag = self.tags[name] = self._tag_of(name)
        if not tag or self.skipping or (stack and stack[-1] is _TEXT):
            self.kept = self.kept if self.skipping else len(self.texts)
            self.skipping += 1
            return
        self.texts.clear()
        if tag == "text" and stack:
            stack.append(_TEXT)
            return
        if self.is_camunda:
            attributes = {key.replace(_CAMUNDA, "camunda:"): value for key, value in attributes.items()}
        element = Element(tag, attributes)
        if stack:
            stack[-1].add(element)
        else:
            self.root = element
        stack.append(element)

    def _tag_of(self, name: str) -> str:
        namespace, _, tag = name.rpartition(_SEPARATOR)
        if namespace in self.namespaces:
            return tag
        if self.root is None:
            kind, _, advice = self.advice.partition("; ")
            raise self.fail(f"{kind}: its root element is '{tag}' of namespace '{namespace}'; {advice}")
        return ""

    def end(self, _name: str) -> None:
        if self.skipping:
            self.skipping -= 1
            if not self.skipping:
                del self.texts[self.kept :]
            return
        element = self.stack.pop()
        if element is _TEXT:
            self.stack[-1].written = "".join(self.texts)
        elif element.tag == "rule" and self.stack and len(self.stack[-1].children) > _MANY:
            element.pack(self.rows)
        elif not (element.written or element.children):
            element.text = "".join(self.texts)

    def prefix(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes[prefix or ""] = uri or ""
        self.is_camunda |= uri == CAMUNDA_NAMESPACE

    def refuse(self, *_: object) -> int:
        raise self.fail("a DTD or an entity is refused; remove the part that starts with <!DOCTYPE")


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
