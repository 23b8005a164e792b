"""What a rule's target receives of an event."""

from __future__ import annotations

import json
import re
from typing import Any

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")
PATH_STEP = re.compile(r"\.([^.\[]+)|\['([^']+)'\]")


def input_of(target: dict[str, Any], event: dict[str, Any]) -> str:
    """Give what a target receives of an event, as text.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    if target.get("Input") is not None:
        return str(target["Input"])
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    values = {name: _at_path(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    return _fill_in(transformer["InputTemplate"], values)


def _fill_in(template: str, values: dict[str, Any]) -> str:
    """Put values in place of `<name>`: as they are inside a text, as JSON elsewhere."""
    parts, position = [], 0
    for match in PLACEHOLDER.finditer(template):
        if match.group(1) not in values:
            continue
        before = template[position : match.start()]
        parts.append(before)
        value = values[match.group(1)]
        quotes = len(re.findall(r'(?<!\\)"', template[: match.start()]))
        if quotes % 2 and isinstance(value, str):
            parts.append(json.dumps(value)[1:-1])
        elif quotes % 2:
            parts.append(json.dumps(json.dumps(value))[1:-1])
        else:
            parts.append(json.dumps(value))
        position = match.end()
    return "".join([*parts, template[position:]])


def _at_path(event: Any, path: str) -> Any:
    value = event
    for name, quoted in PATH_STEP.findall(path.removeprefix("$")):
        value = value.get(name or quoted) if isinstance(value, dict) else None
    return value
