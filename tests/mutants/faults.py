"""Small faults of a module: mutmut's, and four more that PIT or cosmic-ray plant.

Of mutmut's, None in place of an argument or of a value is left out: mypy notices it. What only a type checker, a
developer or a log reads is left alone: annotations, protocols, docstrings, decorators, lines of a log, the text of a
raised error, and wording of three words or more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import libcst as cst
from libcst import matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_assignment

from tests.mutants.rooms import ROOT

_WORDING = 3
"""As many words are wording, which tests leave to those who write it."""
_UNREAD = m.OneOf(
    m.Annotation(), m.Decorator(), m.TypeParameters(), m.TypeAlias(), m.Import(), m.ImportFrom(), m.Raise(),
    m.ConcatenatedString(), m.Expr(m.SimpleString()), m.Expr(m.Call(m.Attribute(m.Name("logger")))),
    m.Assign([m.AssignTarget(m.Name("__all__"))]), m.If(m.Name("TYPE_CHECKING")),
    m.ClassDef(bases=[m.ZeroOrMore(), m.Arg(m.Name("Protocol"))]),
    m.Arg(keyword=m.Name("strict")),  # zip's own check, which no input of ours fails
    m.SimpleString(m.MatchIfTrue(lambda text: len(text.split()) >= _WORDING)),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Fault:
    """One change of one node, by its number in its module.

    Parameters
    ----------
    around
        The lines of its statement: a constant on a line of its own runs with the others.
    """

    path: str
    number: int
    line: int
    around: range
    module: cst.Module
    node: cst.CSTNode
    instead: cst.CSTNode

    @cached_property
    def source(self) -> str:
        return cst.ensure_type(self.module.deep_replace(self.node, self.instead), cst.Module).code

    @cached_property
    def change(self) -> tuple[str, str]:
        """The first line that differs, as it was and as it is."""
        lines = zip(self.module.code.splitlines(), self.source.splitlines(), strict=False)
        was, now = next(pair for pair in lines if pair[0] != pair[1])
        return was.strip(), now.strip()

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line}: {' → '.join(self.change)}"


@cache
def faults(path: str) -> list[Fault]:
    wrapper = MetadataWrapper(cst.parse_module((ROOT / path).read_bytes()), unsafe_skip_copy=True)
    wrapper.visit(finder := _Finder(path, wrapper.module))
    return finder.found


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, module: cst.Module) -> None:
        super().__init__()
        self.found: list[Fault] = []
        self._path, self._module = path, module
        self._around = range(0)
        self._bases: set[cst.CSTNode] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if node in self._bases or m.matches(node, _UNREAD):
            return False
        if isinstance(node, cst.ClassDef):
            self._bases.update(node.bases, node.keywords)
        line, body = self._position(node).start.line, getattr(node, "body", None)
        if isinstance(body, cst.BaseSuite):
            self._around = range(line, max(self._position(body.body[0]).start.line, line + 1))
        elif isinstance(node, cst.SimpleStatementLine):
            self._around = range(line, self._position(node).end.line + 1)
        for kind, operator in OPERATORS:
            for instead in operator(node) if isinstance(node, kind) else ():
                self.found.append(Fault(self._path, len(self.found), line, self._around, self._module, node, instead))
        return True

    def _position(self, node: cst.CSTNode) -> CodeRange:
        return cst.ensure_type(self.get_metadata(PositionProvider, node), CodeRange)


def _not_called(node: cst.Expr) -> Iterator[cst.CSTNode]:
    if isinstance(node.value, cst.Call):
        yield cst.Pass()


def _not_caught(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    if node.type:
        yield node.with_changes(type=cst.Tuple([]))


def _never_runs(node: cst.For) -> Iterator[cst.CSTNode]:
    yield node.with_changes(iter=cst.Tuple([]))


def _turned_round(node: cst.If | cst.IfExp | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    """A condition that is a plain value; mutmut changes the operator of the others."""
    if isinstance(node.test, cst.Name | cst.Attribute | cst.Call | cst.NamedExpr | cst.Subscript):
        value = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), value))


OPERATORS = [each for each in mutation_operators if each[1] not in {operator_arg_removal, operator_assignment}]
OPERATORS += [(cst.Expr, _not_called), (cst.ExceptHandler, _not_caught), (cst.For, _never_runs)]
OPERATORS += [(kind, _turned_round) for kind in (cst.If, cst.IfExp, cst.While, cst.CompIf)]
