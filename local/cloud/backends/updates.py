"""UpdateItem without what moto does again for each call: most of what is written is written by it.

moto parses an expression twice for each call, copies the parsed tree as it copies any object, and asks at each node,
for each of ten passes, which kinds of nodes the pass is about. The same passes run here over the same tree.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from moto.dynamodb.parsing import ast_nodes, expressions

from local.cloud.patching import added, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXPRESSIONS_KEPT = 1024
# Both modules are marked as not to be looked into by mypy.
_NODES: Any = ast_nodes
_PARSERS: Any = expressions

_is_node: Callable[[Any], bool] = cache(lambda kind: issubclass(kind, _NODES.Node))
_has_clauses: Callable[[Any], bool] = cache(
    lambda kind: issubclass(kind, (_NODES.Expression, _NODES.UpdateExpressionFunction))
)


@contextmanager
def patched() -> Iterator[None]:
    """Read each text of an expression once, and walk through its tree without detours."""
    with ExitStack() as stack:
        enter = stack.enter_context
        # A validator works on a copy, and nothing else changes a tree. An expression that is wrong is not kept.
        parse = lru_cache(EXPRESSIONS_KEPT)(_PARSERS.UpdateExpressionParser.make)
        enter(replaced(_PARSERS.UpdateExpressionParser, "make", staticmethod(parse)))
        enter(added(_NODES.Node, "__deepcopy__", _copy))
        enter(replaced(_NODES.Node, "find_clauses", _find))
        enter(replaced(_NODES.DepthFirstTraverser, "traverse_node_recursively", _traverse))
        yield


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
