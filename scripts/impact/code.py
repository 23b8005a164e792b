"""The code of a state by its parts: functions, methods, classes, constants, and which others each of them leads to."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

_MODULE = re.compile(r"(?:(?:layers|operations|packages)/\w+/python/(.+)|((?:operations/)?functions/\w+/app))\.py")
type Bound = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """A piece of a module: its key is ``module:name``, the name that of a method with its class."""

    key: str
    path: str
    nodes: tuple[ast.AST, ...]

    @property
    def module(self) -> str:
        return self.key.partition(":")[0]

    @property
    def name(self) -> str:
        return self.key.partition(":")[2] or self.module

    @cached_property
    def all_nodes(self) -> tuple[ast.AST, ...]:
        return tuple(it for node in self.nodes for it in ast.walk(node))

    @cached_property
    def said(self) -> tuple[str, ...]:
        """Its name and what it says, without comments and docstrings, in whichever module it is."""
        return (self.name, *map(ast.dump, self.nodes))

    @property
    def calls_itself(self) -> bool:
        """Whether its class calls it: a dunder, or what is decorated, such as a validator or a property."""
        return self.name.endswith("__") or any(getattr(node, "decorator_list", ()) for node in self.nodes)

    @cached_property
    def texts(self) -> frozenset[str]:
        return frozenset(str(it.value) for it in self.all_nodes if isinstance(it, ast.Constant))

    @cached_property
    def attributes(self) -> frozenset[str]:
        return frozenset(it.attr for it in self.all_nodes if isinstance(it, ast.Attribute))


def closure(starts: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """All that is found along edges, with where it starts."""
    found, waiting = set[str](), list(starts)
    while waiting:
        if (key := waiting.pop()) not in found:
            found.add(key)
            waiting += edges.get(key, ())
    return found


def inverted(edges: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The same edges, the other way round."""
    found: dict[str, set[str]] = {}
    for source, targets in edges.items():
        for target in targets:
            found.setdefault(target, set()).add(source)
    return found


class Code:
    """All parts of a state's code."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.parts: dict[str, Part] = {}
        self.modules: dict[str, list[str]] = {}
        self.methods: dict[str, list[str]] = {}
        self.imports: dict[str, Bound] = {}
        """What each module binds to names when it is imported."""
        for path in files:
            if found := _MODULE.fullmatch(path):
                module = found[2] or found[1].replace("/", ".").removesuffix(".__init__")
                self.imports[module], parts = _read(module, path, files[path])
                self.modules[module] = [part.key for part in parts]
                self.parts |= {part.key: part for part in parts}
        for key in self.parts:
            self.methods.setdefault(key.rpartition(".")[0], []).append(key)

    @cached_property
    def used(self) -> dict[str, set[str]]:
        """What each part names."""
        return {key: set(self._names(part)) & self.parts.keys() for key, part in self.parts.items()}

    @cache  # noqa: B019 - two states are compared, and then the process ends
    def reach(self, module: str) -> dict[str, set[str]]:
        """The parts that a module's parts lead to, each with those that it uses.

        Of a method that is called on a value, each class that is reached and has a method of that name counts: coarse,
        but it misses no call (rapid type analysis).
        """
        found, edges = set(self.modules[module]), dict[str, set[str]]()
        while found != edges.keys():
            methods = [method for owner in found for method in self.methods.get(owner, ())]
            named = inverted({it: {it.rpartition(".")[2]} for it in methods})
            edges = {
                it: self.used[it].union(*(named.get(name, ()) for name in self.parts[it].attributes)) for it in found
            }
            for method in (it for it in methods if self.parts[it].calls_itself):
                edges[method.rpartition(".")[0]].add(method)
            found = closure(found, edges)
        return edges

    def leading_to(self, module: str, part: str) -> set[str]:
        """What leads to a part of what a module reaches, with it."""
        return closure([part], inverted(self.reach(module)))

    def around(self, module: str, part: str) -> set[str]:
        """What leads to a part of what a module reaches, what that leads to, and what its users call beside it."""
        edges = self.reach(module)
        beside = (used for used in edges.values() if part in used)
        return self.leading_to(module, part) | closure([part], edges).union(*beside)

    def _names(self, part: Part) -> Iterator[str]:
        bound, owner = self.imports[part.module] | bound_by(part.all_nodes), part.key.rpartition(".")[0]
        yield from (f"{owner}.{name}" for name in part.attributes)
        for node in part.all_nodes:
            if isinstance(node, ast.Name):
                yield self._named(part.module, node.id, bound)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = self._named(part.module, node.value.id, bound)
                yield self._named(module, node.attr, self.imports.get(module, {}))

    def _named(self, module: str, name: str, bound: Bound) -> str:
        """What a module calls by a name: the key of a part, or a module; empty for what is not ours."""
        if f"{module}:{name}" in self.parts:
            return f"{module}:{name}"
        source, member = bound.get(name, ("", ""))
        if (whole := f"{source}.{member}".strip(".")) in self.modules:
            return whole
        return self._named(source, member, self.imports[source]) if source in self.modules else ""


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Leave out what only type checkers see."""
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def bound_by(nodes: Iterable[ast.AST]) -> Bound:
    """What imports among some nodes bind to names: the module and the member of it."""
    found: Bound = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    return found


@cache
def _read(module: str, path: str, content: bytes) -> tuple[Bound, tuple[Part, ...]]:
    """What a module imports, and its parts: the same ones for two states that have the same module."""
    body = _WithoutDocstrings().visit(ast.parse(content, path)).body
    named: dict[str, list[ast.AST]] = {}
    for owner, node in _pieces(body):
        named.setdefault(owner, []).append(node)
    parts = (Part(f"{module}:{name}", path, tuple(nodes)) for name, nodes in named.items())
    outside = (node for node in body if not isinstance(node, ast.ClassDef | ast.FunctionDef))
    return bound_by(it for node in outside for it in ast.walk(node)), tuple(parts)


def _pieces(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            methods = [it for it in node.body if isinstance(it, ast.FunctionDef)]
            node.body = [it for it in node.body if it not in methods]
            yield from ((f"{node.name}.{it.name}", it) for it in methods)
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name, node
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            stored = (it for it in ast.walk(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store))
            yield from ((name, node) for name in {it.id for it in stored} or {""})
