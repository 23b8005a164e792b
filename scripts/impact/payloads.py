"""What changed in an event's schema, and whether its other side has to follow."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_DESCRIBES = {"description", "title", "default", "properties", "required", "items", "type", "enum"}
_BREAKS = {
    "champ": (True, True, False, False),
    "obligatoire": (False, True, True, False),
    "type": (True, True, False, True),
    "liste de valeurs": (False, True, True, False),
    "valeur": (True, True, False, True),
    "contrainte": (True, False, True, False),
}
"""Whether it breaks that something is taken away, of an event that comes in and of ours; and that it is added.

A sender has to follow what we demand, a reader what we send. Readers ignore fields that they do not know
(events/asyncapi.yaml), so that our own events may get one more.
"""


class Difference(NamedTuple):
    """One difference, in French."""

    text: str
    is_breaking: bool


def differences(before: bytes, after: bytes, *, incoming: bool) -> list[Difference]:
    """Compare two schemas of an event, each as JSON, empty where there is none; ``incoming`` where it comes to us."""
    if not before or not after:
        return [Difference("événement retiré" if before else "événement nouveau", is_breaking=bool(before))]
    was, now = (set(_facts(json.loads(text))) for text in (before, after))
    found = []
    for field, kind, value in sorted(was ^ now):
        # Of a field or a list that is new or gone, nothing more is told.
        whole = (field, "liste de valeurs" if kind == "valeur" else "champ", "")
        is_added = (field, kind, value) in now
        if kind == "champ" or whole in was & now or (is_added and kind == "obligatoire"):
            told = f"{kind} {field}" if kind == "champ" else f"{field} : {kind} {value}".rstrip()
            breaks = _BREAKS[kind][2 * is_added + (not incoming)]
            found.append(Difference(f"{told} {'ajouté' if is_added else 'retiré'}", breaks))
    return found


def _facts(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What a schema says of each field, by its path, references followed; alternatives are one field."""

    def walk(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        alternatives = node.get("anyOf") or node.get("oneOf")
        for each in alternatives or ():
            yield from walk(each, path)
        for name, inner in node.get("properties", {}).items():
            yield from walk(inner, f"{path}.{name}")
        yield from ((f"{path}.{name}"[1:], "obligatoire", "") for name in node.get("required", ()))
        if "items" in node:
            yield from walk(node["items"], f"{path}[]")
        if path and not alternatives:
            facts = [
                ("champ", ""),
                ("type", node.get("type", "libre")),
                *(("valeur", it) for it in node.get("enum", ())),
            ]
            facts += [("contrainte", f"{key} {it}") for key, it in node.items() if key not in _DESCRIBES]
            facts += [("liste de valeurs", "")] if "enum" in node else []
            yield from ((path[1:], kind, str(value)) for kind, value in facts)

    yield from walk({key: it for key, it in schema.items() if key != "$id"}, "")
