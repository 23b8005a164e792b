"""UpdateItem without what moto does again for each call: most of what is written is written by it.

Most updates only set, add or remove whole attributes. moto walks through the tree of such an expression in ten passes,
and copies the item. Whether it is valid depends on its text, the table, the kinds of its values, and names that stand
for keys. So moto's passes are run once, and from then on the attributes are written. All other updates are moto's.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from moto.dynamodb import models
from moto.dynamodb.comparisons import create_condition_expression_parser
from moto.dynamodb.exceptions import ConditionalCheckFailed, IncorrectDataType, ItemSizeToUpdateTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.parsing import ast_nodes, expressions

from embedded_cloud.patching import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LARGEST_ITEM = 405_000
"""Bytes: moto's limit, which lies between DynamoDB's documented and its measured one."""
# Both modules are marked as not to be looked into by mypy.
_NODES: Any = ast_nodes
_PARSERS: Any = expressions


class Action(NamedTuple):
    """What is done with an attribute: `SET`, `ADD` or `REMOVE`. Its name, and that of the value, are from a call."""

    verb: str
    attribute: str
    value: str = ""


type Plan = tuple[Action, ...]
"""What an expression does; empty where it does more than write whole attributes."""


@contextmanager
def patched() -> Iterator[None]:
    """Write whole attributes without detours."""
    with replaced(models.DynamoDBBackend, "update_item", _planned(models.DynamoDBBackend.update_item)):
        yield


def _planned(original: Callable[..., Any]) -> Callable[..., Any]:
    plans: dict[object, Plan] = {}

    def update_item(backend: Any, table_name: str, key: Any, **asked: Any) -> Any:
        table, expression = backend.get_table(table_name), asked["update_expression"]
        names = asked["expression_attribute_names"] or {}
        values = asked["expression_attribute_values"] or {}
        known_as = _known_as(table, expression, names, values)
        plan = plans.get(known_as, ())
        actions = [each._replace(attribute=names.get(each.attribute, each.attribute)) for each in plan]
        overlap = len({each.attribute for each in actions}) < len(actions)
        is_keyed = len(key) == len(table.attribute_keys)
        if actions and is_keyed and not overlap and not table.stream_shard:
            return _written(table, key, actions, asked)
        item = original(backend, table_name, key, **asked)
        if expression and known_as not in plans:
            plans[known_as] = _plan(expression)
        return item

    return update_item


def _known_as(table: Any, expression: str, names: Mapping[str, str], values: Mapping[str, Any]) -> object:
    """All that the passes look at, but for two names that are one attribute; of names those of keys and indexes."""
    typed = {each["AttributeName"]: each["AttributeType"] for each in table.attr}
    known = typed.keys() | table.attribute_keys
    kinds = tuple((name, *_kind(value)) for name, value in values.items())
    special = tuple((name, attribute) for name, attribute in names.items() if attribute in known)
    return expression, tuple(names), special, kinds, tuple(typed.items()), tuple(table.attribute_keys)


def _kind(value: Mapping[str, Any]) -> tuple[str, bool]:
    """What the passes look at in a value: its type, and whether it is empty."""
    [(kind, content)] = value.items()
    return kind, content in ("", [])


def _plan(expression: str) -> Plan:
    actions = []
    for node in _actions(_PARSERS.UpdateExpressionParser.make(expression)):
        verb = _VERBS.get(type(node))
        attribute = _attribute(node.children[0])
        value = _value(node.children[1]) if len(node.children) > 1 else ""
        if verb is None or attribute is None or value is None:
            return ()
        actions.append(Action(verb, attribute, value))
    return tuple(actions)


_VERBS = {
    _NODES.UpdateExpressionSetAction: "SET",
    _NODES.UpdateExpressionAddAction: "ADD",
    _NODES.UpdateExpressionRemoveAction: "REMOVE",
}


def _actions(node: Any) -> Iterator[Any]:
    if isinstance(node, (_NODES.UpdateExpressionSetAction, _NODES.UpdateExpressionAction)):
        yield node
    elif isinstance(node, _NODES.Node):
        for child in node.children or ():
            yield from _actions(child)


def _attribute(path: Any) -> str | None:
    """The attribute that a path names, or the name that stands for it; None where the path goes into one."""
    if len(path.children) != 1:
        return None
    [part] = path.children
    if isinstance(part, _NODES.ExpressionAttributeName):
        return str(part.get_attribute_name_placeholder())
    return str(part.get_attribute_name()) if isinstance(part, _NODES.ExpressionAttribute) else None


def _value(node: Any) -> str | None:
    """The name of a value that stands alone; None for a function, a sum or a path."""
    while not isinstance(node, _NODES.ExpressionAttributeValue):
        if not isinstance(node, _NODES.Node) or len(node.children or ()) != 1:
            return None
        [node] = node.children
    return str(node.get_value_name())


def _written(table: Any, key: Mapping[str, Any], actions: list[Action], asked: Mapping[str, Any]) -> Any:
    hash_key = DynamoType(key[table.hash_key_attr])
    range_key = DynamoType(key[table.range_key_attr]) if table.range_key_attr else None
    item = table.get_item(hash_key, range_key)
    values = asked["expression_attribute_values"]
    if condition := asked.get("condition_expression"):
        holds = create_condition_expression_parser(condition, asked["expression_attribute_names"], values).parse()
        if not holds.expr(item):
            shown = asked.get("return_values_on_condition_check_failure") == "ALL_OLD" and item is not None
            raise ConditionalCheckFailed(item=item.to_json()["Attributes"]) if shown else ConditionalCheckFailed
    if item is None:
        table.put_item(dict(key))
        item = table.get_item(hash_key, range_key)
    before = dict(item.attrs)
    changed = _changed(before, actions, values)
    item.attrs.clear()
    item.attrs.update(changed)
    if item.size() > LARGEST_ITEM:
        item.attrs.clear()
        item.attrs.update(before)
        raise ItemSizeToUpdateTooLarge
    return item


def _changed(attributes: Mapping[str, DynamoType], actions: list[Action], values: Any) -> dict[str, DynamoType]:
    """The attributes after an update; an action that is refused leaves all as they are."""
    changed = dict(attributes)
    for action in actions:
        if action.verb == "REMOVE":
            changed.pop(action.attribute, None)
        elif action.verb == "SET":
            changed[action.attribute] = DynamoType(values[action.value])
        else:
            changed[action.attribute] = _sum(changed.get(action.attribute), DynamoType(values[action.value]))
    return changed


def _sum(present: DynamoType | None, added: DynamoType) -> DynamoType:
    """The sum of two numbers, or of two sets; what was present stays as it is, for those that hold it."""
    if present is None:
        return added
    if present.type != added.type:
        raise IncorrectDataType
    if added.is_set():
        return DynamoType({added.type: [*present.value, *(each for each in added.value if each not in present.value)]})
    return present + added
