"""Context functions (DMN 1.5, 10.3.4.10)."""

from __future__ import annotations

from dmn.errors import InvalidError
from dmn.feel.library.registry import builtin
from dmn.feel.values import Value


@builtin("get value", "m: context, key: string")
def get_value(m: dict[str, Value], key: str) -> Value:
    if key not in m:
        raise InvalidError(f"the context has no entry '{key:.60}'", "unknown-name")
    return m[key]


@builtin("get entries", "m: context")
def get_entries(m: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context(entries: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str):
            raise InvalidError("an entry is a context with a key and a value", "argument")
        if entry["key"] in result:
            raise InvalidError(f"the key '{entry['key']:.60}' is given twice", "argument")
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any", "context: context, keys: list, value: any")
def context_put(target: dict[str, Value], path: str | list[Value], value: Value) -> dict[str, Value]:
    """Put a value under a key or a path of keys; contexts that miss on the way are made."""
    keys = [path] if isinstance(path, str) else path
    if not keys or not all(isinstance(key, str) for key in keys):
        raise InvalidError("keys are a list of strings", "argument")
    first, *rest = keys
    if not rest:
        return {**target, first: value}
    inner = target.get(first)
    if inner is not None and not isinstance(inner, dict):
        raise InvalidError(f"the entry '{first:.60}' is no context", "argument")
    return {**target, first: context_put(inner or {}, rest, value)}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for item in contexts:
        if not isinstance(item, dict):
            raise InvalidError("only contexts can be merged", "argument")
        result |= item
    return result
