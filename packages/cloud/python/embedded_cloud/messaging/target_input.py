"""What a rule's target receives of an event."""

from __future__ import annotations

import json
import re
from typing import Any

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")
PATH_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\['([^']+)'\]")


def input_of(target: dict[str, Any], event: dict[str, Any], rule_arn: str, rule_name: str) -> str:
    """Give what a target receives of an event, as text.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(_at_path(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    values = {name: _at_path(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_name,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }
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
    for name, index, quoted in PATH_STEP.findall(path.removeprefix("$")):
        key = name or quoted
        if key:
            value = value.get(key) if isinstance(value, dict) else None
        else:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
    return value
