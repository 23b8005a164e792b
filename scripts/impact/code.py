"""The code of a state by its parts (functions, methods, classes, constants), and which of them a function reaches.

A part reaches what it names. Of a method that is called on a value, each class that is reached and has a method of that
name counts: coarse, but it misses no call (rapid type analysis).
"""

import ast
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from scripts.impact.trees import Tree

_MODULE = re.compile(r"(?:(?:layers|operations|packages)/\w+/python/(.+)|((?:operations/)?functions/\w+/app))\.py")
type _Bound = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """A piece of a module: its key is ``module:name``, the name that of a method with its class."""

    key: str
    path: str
    nodes: tuple[ast.AST, ...]
    methods: tuple[str, ...] = ()

    @cached_property
    def all_nodes(self) -> tuple[ast.AST, ...]:
        return tuple(it for node in self.nodes for it in ast.walk(node))

    @cached_property
    def said(self) -> tuple[str, ...]:
        """Its name and what it says, without comments and docstrings, in whichever module it is."""
        return (self.key.partition(":")[2], *map(ast.dump, self.nodes))

    @cached_property
    def texts(self) -> frozenset[str]:
        return frozenset(
            it.value for it in self.all_nodes if isinstance(it, ast.Constant) and isinstance(it.value, str)
        )

    @cached_property
    def attributes(self) -> frozenset[str]:
        return frozenset(it.attr for it in self.all_nodes if isinstance(it, ast.Attribute))

    @property
    def is_called_by_its_class(self) -> bool:
        """Whether it is a dunder, or decorated, such as a validator or a property."""
        return self.key.endswith("__") or any(getattr(node, "decorator_list", ()) for node in self.nodes)


@dataclass
class Reach:
    """What a function reaches: each part with those that use it."""

    users: dict[str, set[str]] = field(default_factory=dict)

    @cached_property
    def _used(self) -> dict[str, set[str]]:
        turned = defaultdict[str, set[str]](set)
        for used, users in self.users.items():
            for user in users:
                turned[user].add(used)
        return turned

    def leading_to(self, part: str) -> set[str]:
        return closure([part], self.users)

    def around(self, part: str) -> set[str]:
        """What leads to a part, what it leads to, and what its users call beside it."""
        beside = {other for user in self.users[part] for other in self._used[user]}
        return self.leading_to(part) | closure([part], self._used) | beside


def closure(starts: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    """All that is found along edges, with where it starts."""
    found = set(starts)
    waiting = deque(found)
    while waiting:
        new = edges.get(waiting.popleft(), set()) - found
        found |= new
        waiting.extend(new)
    return found


class Code:
    """All parts of a state's code."""

    def __init__(self, tree: Tree) -> None:
        self.parts: dict[str, Part] = {}
        self.modules: dict[str, list[str]] = {}
        self._imports: dict[str, _Bound] = {}
        self._used: dict[str, frozenset[str]] = {}
        for path in tree.files:
            if found := _MODULE.fullmatch(path):
                module = found[2] or found[1].replace("/", ".").removesuffix(".__init__")
                self._imports[module], parts = _read(module, path, tree.read(path))
                self.modules[module] = [part.key for part in parts]
                self.parts |= {part.key: part for part in parts}

    def reach(self, module: str) -> Reach:
        """All that the parts of a module reach."""
        reach = Reach({entry: set() for entry in self.modules[module]})
        waiting, wanted, offered = deque(reach.users), defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)

        def link(user: str, used: str) -> None:
            if used not in reach.users:
                reach.users[used] = set()
                waiting.append(used)
            reach.users[used].add(user)

        while waiting:
            part = self.parts[waiting.popleft()]
            for used in self.used(part):
                link(part.key, used)
            for name in part.attributes:
                wanted[name].add(part.key)
                for method in offered[name]:
                    link(part.key, method)
            for name in part.methods:
                method = f"{part.key}.{name}"
                offered[name].add(method)
                for user in wanted[name] | ({part.key} if self.parts[method].is_called_by_its_class else set()):
                    link(user, method)
        return reach

    def used(self, part: Part) -> frozenset[str]:
        """The parts that a part names."""
        if part.key not in self._used:
            module = part.key.partition(":")[0]
            bound, found = self._imports[module] | _bound(part.nodes), set()
            for node in part.all_nodes:
                if isinstance(node, ast.Name):
                    found.add(self._named(module, node.id, bound))
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    owner = self._named(module, node.value.id, bound)
                    if owner in self.modules:
                        found.add(self._named(owner, node.attr, self._imports[owner]))
            self._used[part.key] = frozenset(found & self.parts.keys())
        return self._used[part.key]

    def _named(self, module: str, name: str, bound: _Bound) -> str:
        """What a module calls by a name: the key of a part, or a module; empty for what is not ours."""
        if f"{module}:{name}" in self.parts:
            return f"{module}:{name}"
        source, member = bound.get(name, ("", ""))
        if (whole := f"{source}.{member}".strip(".")) in self.modules:
            return whole
        return self._named(source, member, self._imports[source]) if source in self.modules else ""


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Leave out what only type checkers see."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        return self.generic_visit(node)


def _bound(nodes: Iterable[ast.AST]) -> _Bound:
    """What imports bind to names: the module and the member of it."""
    found: _Bound = {}
    for node in (it for top in nodes for it in ast.walk(top)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    return found


@cache
def _read(module: str, path: str, content: bytes) -> tuple[_Bound, tuple[Part, ...]]:
    """What a module imports, and its parts: the same ones for two states that have the same module."""
    body = _WithoutDocstrings().visit(ast.parse(content, path)).body
    return _bound(body), tuple(_parts(module, path, body))


def _parts(module: str, path: str, body: Iterable[ast.stmt]) -> Iterator[Part]:
    named = defaultdict[str, list[ast.AST]](list)
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named[node.name].append(node)
        elif isinstance(node, ast.ClassDef):
            methods = [it for it in node.body if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)]
            node.body = [it for it in node.body if it not in methods]
            yield Part(f"{module}:{node.name}", path, (node,), tuple(dict.fromkeys(it.name for it in methods)))
            for method in methods:
                named[f"{node.name}.{method.name}"].append(method)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            stored = (it for it in ast.walk(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store))
            for name in {it.id for it in stored} or {""}:
                named[name].append(node)
    for name, nodes in named.items():
        yield Part(f"{module}:{name}", path, tuple(nodes))
