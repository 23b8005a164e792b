"""UpdateItem without what moto does again for each call: most of what is written is written by it.

moto parses an expression twice for each call and walks through its tree in ten passes. It copies the item, writes it
down as JSON before and after, and with each attribute that is set it adds up the size of all others.

Most updates only set, add or remove whole attributes. Whether such an expression is valid depends on its text, the
table, the kinds of its values, and names that stand for keys. So moto's passes are run once for these, and from then on
the attributes are written. Every other update goes through the same passes as before, over a tree that is parsed once.
"""

from __future__ import annotations

import copy
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from moto.dynamodb import models, responses
from moto.dynamodb.comparisons import create_condition_expression_parser
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    IncorrectDataType,
    ItemSizeTooLarge,
    ItemSizeToUpdateTooLarge,
    ProvidedKeyDoesNotExist,
)
from moto.dynamodb.models import dynamo_type
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.parsing import ast_nodes, expressions

from local.cloud.patching import added, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

EXPRESSIONS_KEPT = 1024
LARGEST_ITEM = 405_000
"""Bytes: moto's limit, which lies between DynamoDB's documented and its measured one."""
AS_ASKED = ("NONE", "ALL_NEW")
"""What can be returned without a look at the item as it was."""
# Both modules are marked as not to be looked into by mypy.
_NODES: Any = ast_nodes
_PARSERS: Any = expressions

_is_node: Callable[[Any], bool] = cache(lambda kind: issubclass(kind, _NODES.Node))
_has_clauses: Callable[[Any], bool] = cache(
    lambda kind: issubclass(kind, (_NODES.Expression, _NODES.UpdateExpressionFunction))
)


@contextmanager
def patched() -> Iterator[None]:
    """Write whole attributes without detours, and read each text of an expression once."""
    with ExitStack() as stack:
        enter = stack.enter_context
        # A validator works on a copy, and nothing else changes a tree. An expression that is wrong is not kept.
        parse = lru_cache(EXPRESSIONS_KEPT)(_PARSERS.UpdateExpressionParser.make)
        enter(replaced(_PARSERS.UpdateExpressionParser, "make", staticmethod(parse)))
        enter(added(_NODES.Node, "__deepcopy__", _copy))
        enter(replaced(_NODES.Node, "find_clauses", _find))
        enter(replaced(_NODES.DepthFirstTraverser, "traverse_node_recursively", _traverse))
        enter(replaced(dynamo_type.LimitedSizeDict, "__setitem__", dict.__setitem__))
        enter(replaced(dynamo_type.Item, "__init__", _of_limited_size(dynamo_type.Item.__init__)))
        writer = _Writer(models.DynamoDBBackend.update_item, responses.DynamoHandler.update_item)
        enter(replaced(models.DynamoDBBackend, "update_item", writer.as_backend()))
        enter(replaced(responses.DynamoHandler, "update_item", writer.as_handler()))
        yield


# ── Updates of whole attributes ──


class Action(NamedTuple):
    """What is done with an attribute: `SET`, `ADD` or `REMOVE`. Its name, and that of the value, are from a call."""

    verb: str
    attribute: str
    value: str = ""


type Plan = tuple[Action, ...] | None
"""What an expression does; None where it does more than write whole attributes."""


class _Writer:
    """moto's UpdateItem, with what was found out about expressions."""

    def __init__(self, in_backend: Callable[..., Any], in_handler: Callable[..., Any]) -> None:
        self._in_backend = in_backend
        self._in_handler = in_handler
        self._plans: dict[object, Plan] = {}
        self._used: set[object] = set()

    def as_handler(self) -> Callable[..., Any]:
        """Give the method of the handler: from a request to a response."""

        def update_item(handler: Any) -> Any:
            body = handler.body
            expression = (body.get("UpdateExpression") or "").strip()
            returned = body.get("ReturnValues", "NONE")
            if not expression or "AttributeUpdates" in body or "Expected" in body or returned not in AS_ASKED:
                return self._in_handler(handler)
            names, values = body.get("ExpressionAttributeNames", {}), handler._get_expr_attr_values()  # noqa: SLF001
            condition = body.get("ConditionExpression")
            table = handler.dynamodb_backend.get_table(body["TableName"])
            if any(name not in table.attribute_keys for name in body["Key"]):
                raise ProvidedKeyDoesNotExist
            used = expression, condition, tuple(names.items()), tuple(values)
            if used not in self._used:
                self._require_use(expression, condition, names, values)
                self._used.add(used)
            item = handler.dynamodb_backend.update_item(
                body["TableName"],
                body["Key"],
                update_expression=expression,
                expression_attribute_names=names,
                expression_attribute_values=values,
                condition_expression=condition,
                return_values_on_condition_check_failure=body.get("ReturnValuesOnConditionCheckFailure"),
            )
            shown = item.to_json() if returned == "ALL_NEW" else {}
            consumed = {"TableName": body["TableName"], "CapacityUnits": 0.5}
            return responses.DynamoResult({**shown, "ConsumedCapacity": consumed})

        return update_item

    @staticmethod
    def _require_use(expression: str, condition: str | None, names: Any, values: Any) -> None:
        tree = _PARSERS.UpdateExpressionParser.make(expression)
        parser: Any = create_condition_expression_parser(condition, names, values)
        parser.parse()
        used = [each.get_attribute_name_placeholder() for each in tree.find_clauses([_NODES.ExpressionAttributeName])]
        responses.validate_attributes_used(names, used + parser.expr_attr_names_found)
        used = [each.get_value_name() for each in tree.find_clauses([_NODES.ExpressionAttributeValue])]
        responses.validate_attributes_used(values, used + parser.expr_attr_values_found, "Values")

    def as_backend(self) -> Callable[..., Any]:
        """Give the method of the backend."""

        def update_item(  # noqa: PLR0913, PLR0917 - moto's signature
            backend: Any,
            table_name: str,
            key: Any,
            update_expression: str,
            expression_attribute_names: Any,
            expression_attribute_values: Any,
            attribute_updates: Any = None,
            expected: Any = None,
            condition_expression: str | None = None,
            return_values_on_condition_check_failure: str | None = None,
        ) -> Any:
            table = backend.get_table(table_name)
            names, values = expression_attribute_names or {}, expression_attribute_values or {}
            asked = _asked(table, update_expression, names, values)
            plan = self._plans.get(asked) or ()
            actions = [each._replace(attribute=names.get(each.attribute, each.attribute)) for each in plan]
            overlap = len({each.attribute for each in actions}) < len(actions)
            if actions and not (overlap or attribute_updates or expected or table.stream_shard):
                op = _condition(condition_expression, names, values)
                return _written(table, key, actions, values, op, return_values_on_condition_check_failure)
            before = _item(table, key)[1]
            present = copy.deepcopy(before).attrs if before is not None else _attributes(key)
            item = self._in_backend(
                backend,
                table_name,
                key,
                update_expression,
                expression_attribute_names,
                expression_attribute_values,
                attribute_updates,
                expected,
                condition_expression,
                return_values_on_condition_check_failure,
            )
            _require_size(item, present)
            if update_expression and asked not in self._plans:
                self._plans[asked] = _plan(update_expression)
            return item

        return update_item


def _asked(table: Any, expression: str, names: Mapping[str, str], values: Mapping[str, Any]) -> object:
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
            return None
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
        return
    for child in node.children or ():
        if _is_node(type(child)):
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
        if not _is_node(type(node)) or len(node.children or ()) != 1:
            return None
        [node] = node.children
    return str(node.get_value_name())


def _condition(expression: str | None, names: Any, values: Any) -> Any:
    return create_condition_expression_parser(expression, names, values).parse() if expression else None


def _attributes(key: Mapping[str, Any]) -> dict[str, DynamoType]:
    return {name: DynamoType(value) for name, value in key.items()}


def _item(table: Any, key: Mapping[str, Any]) -> tuple[tuple[Any, Any], Any]:
    """The two parts of a key, and the item that has it, if any."""
    hash_key = DynamoType(key[table.hash_key_attr] if table.hash_key_attr in key else dict(key))
    range_key = DynamoType(key[table.range_key_attr]) if table.range_key_attr in key else None
    return (hash_key, range_key), table.get_item(hash_key, range_key)


def _written(
    table: Any, key: Mapping[str, Any], plan: list[Action], values: Any, condition: Any, on_failure: str | None
) -> Any:
    keys, item = _item(table, key)
    if condition is not None and not condition.expr(item):
        shown = on_failure == "ALL_OLD" and item is not None
        raise ConditionalCheckFailed(item=item.to_json()["Attributes"]) if shown else ConditionalCheckFailed
    if item is None:
        table.put_item(dict(key))
        item = table.get_item(*keys)
    before = dict(item.attrs)
    changed = _changed(before, plan, values)
    item.attrs.clear()
    item.attrs.update(changed)
    _require_size(item, before)
    return item


def _changed(attributes: Mapping[str, DynamoType], plan: list[Action], values: Any) -> dict[str, DynamoType]:
    """The attributes after an update; an action that is refused leaves all as they are."""
    changed = dict(attributes)
    for action in plan:
        if action.verb == "REMOVE":
            changed.pop(action.attribute, None)
        elif action.verb == "SET":
            changed[action.attribute] = DynamoType(values[action.value])
        else:
            changed[action.attribute] = _sum(changed.get(action.attribute), DynamoType(values[action.value]))
    return changed


def _sum(present: DynamoType | None, added_: DynamoType) -> DynamoType:
    """The sum of two numbers, or of two sets; what was present stays as it is, for those that hold it."""
    if present is None:
        return added_
    if present.type != added_.type:
        raise IncorrectDataType
    if added_.is_set():
        return DynamoType(
            {added_.type: [*present.value, *(each for each in added_.value if each not in present.value)]}
        )
    return present + added_


def _require_size(item: Any, before: Mapping[str, Any]) -> None:
    """Refuse an item that has grown too large, and leave it as it was."""
    if item.size() > LARGEST_ITEM:
        item.attrs.clear()
        item.attrs.update(before)
        raise ItemSizeToUpdateTooLarge


def _of_limited_size(original: Callable[..., None]) -> Callable[..., None]:
    def init(item: Any, *arguments: Any, **named: Any) -> None:
        original(item, *arguments, **named)
        if item.size() > LARGEST_ITEM:
            raise ItemSizeTooLarge

    return init


# ── All other updates: the same passes over the same tree ──


def _copy(root: Any, _memo: dict[int, Any]) -> Any:
    return _copied(root, None)


def _copied(node: Any, parent: Any) -> Any:
    """Copy a tree as it was parsed: nodes, with texts and numbers as their leaves."""
    new = object.__new__(type(node))
    vars(new).update(vars(node), parent=parent)
    if node.children is not None:
        new.children = [_copied(child, new) if _is_node(type(child)) else child for child in node.children]
    return new


def _traverse(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """Process a tree from its leaves upwards, each node as the traverser has it for its kind."""
    kind = type(node)
    if not _is_node(kind):
        return node
    parent = node.parent
    for place, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, place)
        _traverse(traverser, child, place)
    if _is_about(traverser, kind):
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


def _find(node: Any, kinds: Any) -> list[Any]:
    """Find the nodes of some kinds below a node, in their order; not those within one that was found."""
    found: list[Any] = []
    for child in node.children or ():
        if type(child) in kinds:
            found.append(child)
        elif _has_clauses(type(child)):
            found += _find(child, kinds)
    return found


_ABOUT: dict[tuple[type, type], bool] = {}
"""Whether a traverser's class processes a kind of node: isinstance asks it slowly, for those kinds are abstract."""


def _is_about(traverser: Any, kind: type) -> bool:
    pair = (type(traverser), kind)
    if pair not in _ABOUT:
        _ABOUT[pair] = issubclass(kind, traverser.nodes_to_be_processed())
    return _ABOUT[pair]
