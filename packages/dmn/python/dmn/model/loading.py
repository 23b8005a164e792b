"""Loads a model from its file and from those that it imports."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from dmn.errors import LimitError, ModelError
from dmn.model import reader
from dmn.model.compile import compile_file
from dmn.model.dialects import DIALECTS, DMN
from dmn.model.loaded import Model
from dmn.model.requirements import FileInfo
from dmn.model.resolve import Definitions
from dmn.runtime import DEFAULT_LIMITS, Limits, Run

try:
    from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore] # as the standard library's random does: hashlib loads OpenSSL, a tenth of the import
except ImportError:
    from hashlib import sha256

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterator, Mapping

_FOREIGN_IMPORTS = ("http://www.w3.org/", "https://www.w3.org/", "http://www.dmg.org/PMML", "https://www.dmg.org/PMML")


def load(path: pathlib.Path | str, *, strict: bool = True, dialect: str = DMN, limits: Limits | None = None) -> Model:
    """Load a model from a file; files that it imports lie beside it.

    Parameters
    ----------
    path : Path or str
        The `.dmn` file.
    strict : bool
        Unknown names and types, and expressions that cannot be parsed, are errors now; else they are null with a
        warning when they are evaluated, as the conformance kit expects.
    dialect : str
        `dmn`, or `camunda` for files that were written for Camunda 7: names that nothing declares are process
        variables, cells may name their input by `camunda:inputVariable`, a required decision is known by its outputs.
    limits : Limits, optional
        Bounds of the file, and of the evaluations that are given none of their own.

    Raises
    ------
    ModelError
        The model cannot be loaded; says the file, the element's id and the reason.
    """
    from pathlib import Path  # noqa: PLC0415 - a model that is handed in as text needs none

    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(str(path), "", f"the file cannot be read: {error.strerror}") from None
    reading = _Reading(_beside(path), limits or DEFAULT_LIMITS, strict=strict, dialect=dialect)
    return _build(data, path.name, reading)


def loads(
    xml: str | bytes,
    name: str = "<string>",
    *,
    strict: bool = True,
    dialect: str = DMN,
    imports: Mapping[str, str | bytes] | None = None,
    limits: Limits | None = None,
) -> Model:
    """Load a model from its XML; `imports` holds imported models by their namespace.

    Raises
    ------
    ModelError
        The model cannot be loaded.
    """
    others = imports or {}

    def find(namespace: str, _location: str) -> tuple[str, str | bytes] | None:
        return (namespace, others[namespace]) if namespace in others else None

    return _build(xml, name, _Reading(find, limits or DEFAULT_LIMITS, strict=strict, dialect=dialect))


type _Finder = Callable[[str, str], tuple[str, str | bytes] | None]  # namespace, location → name, text


def _beside(path: pathlib.Path) -> _Finder:
    def candidates(location: str) -> Iterator[pathlib.Path]:
        if location and "/" not in location and "\\" not in location:
            yield path.parent / location
        yield from sorted(path.parent.glob("*.dmn"))

    def find(namespace: str, location: str) -> tuple[str, str | bytes] | None:
        for candidate in candidates(location):
            if candidate.is_file() and candidate.stat().st_size <= DEFAULT_LIMITS.file_bytes:
                data = candidate.read_bytes()
                if namespace.encode() in data and _namespace_of(data, candidate.name) == namespace:
                    return candidate.name, data
        return None

    return find


def _namespace_of(data: bytes, name: str) -> str:
    try:
        return reader.read_document(data, name).root.get("namespace")
    except ModelError:
        return ""


def _build(xml: str | bytes, name: str, reading: _Reading) -> Model:
    if reading.dialect not in DIALECTS:
        raise ModelError(name, "", f"there is no dialect '{reading.dialect}'; there are {', '.join(DIALECTS)}")
    try:
        limits = reading.limits._replace(steps=sys.maxsize, seconds=reading.limits.loading_seconds)
        with Run(limits, work="loading"):
            definitions = reading.read(xml, name, ())
    except LimitError as error:
        raise ModelError(name, "", str(error)) from None
    again = functools.partial(loads, xml, name, dialect=reading.dialect, imports=reading.sources, limits=reading.limits)
    return Model(definitions, reading.limits, functools.partial(again, strict=reading.strict))


class _Reading:
    """The reading of one file and of all that it imports, each of which is read once, however often it is imported."""

    def __init__(self, find: _Finder, limits: Limits, *, strict: bool, dialect: str) -> None:
        self._find = find
        self.strict = strict
        self.sources: dict[str, str | bytes] = {}  # of the imports, by their namespaces
        self.dialect = dialect
        self.limits = limits
        self._done: dict[str, Definitions] = {}

    def read(self, xml: str | bytes, name: str, importing: tuple[str, ...]) -> Definitions:
        document = reader.read_document(xml, name, self.limits)
        namespace = document.root.get("namespace")
        imports: list[tuple[str, Definitions]] = []
        missing: list[ModelError] = []
        for element in document.root.all("import"):
            try:
                if self._is_model(element, name):
                    imports.append((element.get("name"), self._import(element, name, (*importing, namespace))))
            except ModelError as error:
                if self.strict:
                    raise
                missing.append(error)
        version = sha256(xml.encode() if isinstance(xml, str) else xml).hexdigest()[:12]
        info = FileInfo(name, version, namespace, strict=self.strict, dialect=self.dialect, limits=self.limits)
        definitions = Definitions(document, info, imports)
        definitions.builder.findings += missing
        compile_file(definitions)
        return definitions

    def _is_model(self, element: reader.Element, name: str) -> bool:
        kind = element.get("importType")
        if kind in reader.NAMESPACES:
            return True
        if self.strict and kind and not kind.startswith(_FOREIGN_IMPORTS):
            known = ", ".join(reader.NAMESPACES)
            raise ModelError(name, element.id, f"the import type '{kind}' is unknown; models are imported as {known}")
        return False  # a schema or a PMML model, which FEEL does not read

    def _import(self, element: reader.Element, name: str, around: tuple[str, ...]) -> Definitions:
        namespace = element.get("namespace")
        if namespace in around[:-1] or len(around) > self.limits.imports:
            raise ModelError(name, element.id, f"models import one another in a circle: {namespace}")
        if namespace not in self._done:
            found = self._find(namespace, element.get("locationURI"))
            if found is None:
                raise ModelError(name, element.id, f"no file beside has the imported namespace '{namespace}'")
            if len(self._done) >= self.limits.imports:
                raise ModelError(name, element.id, f"more than {self.limits.imports} models are imported")
            self.sources[namespace] = found[1]
            self._done[namespace] = self.read(found[1], found[0], around)
        return self._done[namespace]
