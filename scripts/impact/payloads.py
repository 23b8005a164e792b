"""What changed in an event's schema, and whether its other side has to follow."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_DESCRIBES = {"description", "title", "default", "properties", "required", "items", "type", "enum"}


class Difference(NamedTuple):
    """One difference, in French."""

    text: str
    is_breaking: bool


class _Field(NamedTuple):
    is_required: bool
    kinds: frozenset[str]
    values: frozenset[str]
    bounds: frozenset[str]


def differences(before: bytes, after: bytes, *, incoming: bool) -> list[Difference]:
    """Compare two schemas of an event, each as JSON, empty where there is none.

    Parameters
    ----------
    incoming
        Whether the event comes to us: then its sender has to follow what we demand, else its readers what we send.
        Readers ignore fields that they do not know (events/asyncapi.yaml), so that our own events may get one more.
    """
    if not before or not after:
        return [Difference("événement retiré" if before else "événement nouveau", is_breaking=bool(before))]
    was, now = (dict(_fields(json.loads(text))) for text in (before, after))
    found = [Difference(f"champ {name} retiré", is_breaking=True) for name in was if name not in now]
    for name, field in now.items():
        if name in was:
            found += _differences(f"champ {name}", was[name], field, incoming=incoming)
        else:
            kind = "obligatoire" if field.is_required else "facultatif"
            found.append(Difference(f"champ {kind} {name} ajouté", incoming and field.is_required))
    return found


def _differences(name: str, was: _Field, now: _Field, *, incoming: bool) -> Iterator[Difference]:
    if was.is_required != now.is_required:
        kind = "obligatoire" if now.is_required else "facultatif"
        yield Difference(f"{name} devenu {kind}", now.is_required == incoming)
    for lost in sorted(was.kinds - now.kinds):
        yield Difference(f"{name} : n'est plus de type {lost}", is_breaking=True)
    for gained in sorted(now.kinds - was.kinds):
        yield Difference(f"{name} : aussi de type {gained}", not incoming)
    for lost in sorted(was.values - now.values if now.values else ()):
        yield Difference(f"{name} : valeur {lost} retirée", is_breaking=True)
    for gained in sorted(now.values - was.values if was.values else ()):
        yield Difference(f"{name} : valeur {gained} ajoutée", not incoming)
    if bool(was.values) != bool(now.values):
        told = "fermée" if now.values else "ouverte"
        yield Difference(f"{name} : liste de valeurs {told}", bool(now.values) == incoming)
    if was.bounds != now.bounds:
        told = ", ".join(sorted(was.bounds ^ now.bounds))
        yield Difference(f"{name} : contrainte changée ({told})", incoming)


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, _Field]]:
    """Each field by its path, references followed; alternatives are one field of several types."""

    def forms(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        alternatives = node.get("anyOf") or node.get("oneOf")
        for each in alternatives or ():
            yield from forms(each)
        if not alternatives:
            yield node

    def walk(node: Mapping[str, Any], path: str, *, is_required: bool) -> Iterator[tuple[str, _Field]]:
        for form in (found := list(forms(node))):
            for name, inner in form.get("properties", {}).items():
                yield from walk(inner, f"{path}.{name}".strip("."), is_required=name in form.get("required", ()))
            if "items" in form:
                yield from walk(form["items"], f"{path}[]", is_required=True)
        if path:
            kinds = frozenset(str(form.get("type", "libre")) for form in found)
            values = frozenset(str(value) for form in found for value in form.get("enum", ()))
            bounds = {f"{key} {value}" for form in found for key, value in form.items() if key not in _DESCRIBES}
            yield path, _Field(is_required, kinds, values, frozenset(bounds))

    yield from walk({key: it for key, it in schema.items() if key != "$id"}, "", is_required=True)
