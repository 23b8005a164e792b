"""What AWS::LanguageExtensions does to a template: its loops are written out, its tables looked up.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOOP = "Fn::ForEach::"
TRANSFORM = "AWS::LanguageExtensions"
SECTIONS = ("Conditions", "Resources", "Outputs")
VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


def written_out(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a template with each `Fn::ForEach` written out, and each look-up in a table with what was found.

    Raises
    ------
    TemplateError
        When a loop is no loop, repeats a name, or the template does not name the transform before SAM's.
    """
    result = dict(document)
    for section in SECTIONS:
        if section in document:
            result[section] = dict(_members(document[section], section, document))
    if LOOP not in str(document):
        return result
    transforms = document.get("Transform") or []
    if not isinstance(transforms, list) or TRANSFORM not in transforms[:1]:
        raise TemplateError(f"Fn::ForEach needs {TRANSFORM} as the first of a list of transforms")
    return result


def _members(section: Mapping[str, Any], where: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, value in section.items():
        found = _loop(key, value) if key.startswith(LOOP) else iter([(key, value)])
        for name, member in found:
            if name in seen:
                raise TemplateError(f"{where}: {name} is there twice")
            seen.add(name)
            yield name, _looked_up(member, document.get("Mappings") or {})


def _loop(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case [str(name), list(collection), dict(repeated)]:
            for item in collection:
                for output, body in _replaced(repeated, name, str(item)).items():
                    yield from _loop(output, body) if output.startswith(LOOP) else [(output, body)]
        case _:
            raise TemplateError(f"{key}: a loop has a name, a list and what is repeated")


def _replaced(value: Any, name: str, item: str) -> Any:
    """Put an item in place of the loop's name: of `${Name}` in a text, and of a reference to it."""
    if isinstance(value, dict):
        if value == {"Ref": name}:
            return item
        return {_replaced(key, name, item): _replaced(member, name, item) for key, member in value.items()}
    if isinstance(value, list):
        return [_replaced(member, name, item) for member in value]
    if isinstance(value, str):
        return value.replace(f"${{{name}}}", item).replace(f"&{{{name}}}", item)
    return value


def _looked_up(value: Any, mappings: Mapping[str, Any]) -> Any:
    """Put what is known in place of the functions that find it: in a table, or in a text without variables."""
    if isinstance(value, list):
        return [_looked_up(member, mappings) for member in value]
    if isinstance(value, dict):
        return _found({key: _looked_up(member, mappings) for key, member in value.items()}, mappings)
    return value


def _found(value: dict[str, Any], mappings: Mapping[str, Any]) -> Any:
    match value:
        case {"Fn::FindInMap": [str(table), str(first), str(second)]}:
            try:
                return mappings[table][first][second]
            except KeyError:
                raise TemplateError(f"there is nothing at {table}, {first}, {second}") from None
        case {"Fn::Sub": [str(text), dict(variables)]}:
            filled = VARIABLE.sub(lambda match: str(_plain(variables, match)), text)
            left = {name: member for name, member in variables.items() if isinstance(member, dict)}
            if left:
                return {"Fn::Sub": [filled, left]}
            return {"Fn::Sub": filled} if "${" in filled else filled
        case {"Fn::Sub": str(text)} if "${" not in text:
            return text
    return value


def _plain(variables: Mapping[str, Any], match: re.Match[str]) -> Any:
    value = variables.get(match.group(1))
    return match.group() if value is None or isinstance(value, dict) else value
