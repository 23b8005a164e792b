"""Compares two versions of a model: which decisions, inputs, columns and rules are new, gone or changed."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmn.model.loaded import Model
    from dmn.model.views import DecisionTable, TableRule


class Change(NamedTuple):
    """A difference between two versions of a model.

    Attributes
    ----------
    kind : str
        `added`, `removed`, `changed` or `moved`.
    what : str
        decision, function, service, input, table, policy, column or rule.
    owner : str
        Id of the decision, function or service that it is in.
    name : str
        What it is called: a name, a column's heading, a rule's number.
    before, after : str
        How it was and how it is written; empty where it was or is not.
    """

    kind: str
    what: str
    owner: str
    name: str
    before: str
    after: str


def compare(old: Model, new: Model) -> tuple[Change, ...]:
    """Compare two versions of a model.

    Rules are the same where their ids are, else where their cells are; columns where they look at the same expression
    or give the same output.

    Example
    -------
    >>> new = dmn.loads(pathlib.Path("discount.dmn").read_text().replace("&gt;= 100", "&gt;= 90"))
    >>> [(change.kind, change.what, change.name) for change in dmn.compare(model, new)]
    [('changed', 'rule', '1, amount')]
    """
    return tuple(_compare(old, new))


def _compare(old: Model, new: Model) -> Iterator[Change]:
    pairs: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any]], ...] = (
        ("decision", old.decisions, new.decisions),
        ("function", old.functions, new.functions),
        ("service", old.services, new.services),
    )
    tabled = {table.owner for model in (old, new) for table in model.tables}
    for what, first, second in pairs:
        before, after = ({info.id: info for info in side.values()} for side in (first, second))
        yield from _compare_named(what, *({key: info.name for key, info in side.items()} for side in (before, after)))
        for key in before:
            if key in after:
                yield from _compare_inputs(key, before[key], after[key])
                yield from _compare_texts(what, key, before[key], after[key], tabled)
    before_tables, after_tables = _by_place(old), _by_place(new)
    for place in {**before_tables, **after_tables}:
        was, now = before_tables.get(place), after_tables.get(place)
        if was is not None and now is not None:
            yield from _compare_tables(was, now)
        else:
            yield from _compare_named("table", *({place[0]: side.title} if side else {} for side in (was, now)))


def _by_place(model: Model) -> dict[tuple[str, int], DecisionTable]:
    """Return tables by owner, and by their number within it."""
    found: dict[tuple[str, int], DecisionTable] = {}
    for table in model.tables:
        found[table.owner, sum(owner == table.owner for owner, _ in found)] = table
    return found


def _compare_named(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for key in {**before, **after}:
        was, now = before.get(key, ""), after.get(key, "")
        if was != now:
            kind = "changed" if was and now else "added" if now else "removed"
            yield Change(kind, what, key, now or was, was, now)


def _compare_inputs(owner: str, before: Any, after: Any) -> Iterator[Change]:
    first, second = (getattr(info, "inputs", None) or getattr(info, "parameters", {}) for info in (before, after))
    for change in _compare_named("input", first, second):
        yield change._replace(owner=owner, name=change.owner)


def _compare_texts(what: str, key: str, before: Any, after: Any, tabled: set[str]) -> Iterator[Change]:
    """Compare logic that is no table by its texts."""
    first, second = (getattr(info, "texts", ()) for info in (before, after))
    if first != second and key not in tabled:
        yield Change("changed", what, key, after.name, "\n".join(first), "\n".join(second))


def _compare_tables(old: DecisionTable, new: DecisionTable) -> Iterator[Change]:
    for before, after in ((old.policy, new.policy), (old.aggregation, new.aggregation)):
        if before != after:
            yield Change("changed", "policy", new.owner, new.title, before, after)
    columns = _columns(old), _columns(new)
    for change in _compare_named("column", *columns):
        yield change._replace(owner=new.owner, name=change.owner)
    pairs = _pairs(old, new)
    for was, now in pairs:
        yield from _compare_rules(old, new, was, now)
    yield from _find_moved(new, [(was, now) for was, now in pairs if was is not None and now is not None])


def _columns(table: DecisionTable) -> dict[str, str]:
    inputs = {column.expression: f"{column.type} {column.allowed}".strip() for column in table.inputs}
    return inputs | {
        f"→ {output.name or table.title}": f"{output.type} {output.allowed} {output.default}".strip()
        for output in table.outputs
    }


def _pairs(old: DecisionTable, new: DecisionTable) -> list[tuple[TableRule | None, TableRule | None]]:
    """Pair the rules of two versions: by id, then by their cells in the order of the rows."""
    by_id = {rule.id: rule for rule in old.rules if rule.id}
    known = [(by_id[rule.id], rule) for rule in new.rules if rule.id in by_id]
    paired = {id(rule) for pair in known for rule in pair}
    left = [rule for rule in old.rules if id(rule) not in paired]
    right = [rule for rule in new.rules if id(rule) not in paired]
    pairs: list[tuple[TableRule | None, TableRule | None]] = list(known)
    before, after = ([(rule.tests, rule.outputs) for rule in side] for side in (left, right))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(left[a:b], right[c:d], strict=True)
        else:
            pairs += [(rule, None) for rule in left[a:b]]
            pairs += [(None, rule) for rule in right[c:d]]
    return sorted(pairs, key=lambda pair: next(rule.number for rule in pair[::-1] if rule is not None))


def _find_moved(table: DecisionTable, pairs: list[tuple[TableRule, TableRule]]) -> Iterator[Change]:
    """Find rules that stand in another order among those that both versions have: the fewest that explain it."""
    rows = [before.number for before, _ in pairs]
    kept: list[list[int]] = []  # by position in `rows`, the longest rising run of rows that ends there
    for at, row in enumerate(rows):
        runs = [kept[other] for other in range(at) if rows[other] < row]
        longest: list[int] = max((len(run), run) for run in runs)[1] if runs else []
        kept.append([*longest, row])
    unmoved: set[int] = set(max((len(run), run) for run in kept)[1]) if kept else set()
    for before, after in pairs:
        if before.number not in unmoved:
            yield Change("moved", "rule", table.owner, str(after.number), str(before.number), str(after.number))


def _compare_rules(
    old: DecisionTable, new: DecisionTable, before: TableRule | None, after: TableRule | None
) -> Iterator[Change]:
    if before is None and after is not None:
        yield Change("added", "rule", new.owner, str(after.number), "", _written(after))
    elif after is None and before is not None:
        yield Change("removed", "rule", new.owner, str(before.number), _written(before), "")
    elif before is not None and after is not None:
        first, second = _named_cells(old, before), _named_cells(new, after)
        for heading, was in first.items():
            now = second.get(heading, was)  # a column that is new or gone is told by itself
            if was != now:
                yield Change("changed", "rule", new.owner, f"{after.number}, {heading}", was, now)


def _named_cells(table: DecisionTable, rule: TableRule) -> dict[str, str]:
    inputs = [column.expression for column in table.inputs]
    outputs = [f"→ {output.name or table.title}" for output in table.outputs]
    return dict(zip([*inputs, *outputs], [*rule.tests, *rule.outputs], strict=False))


def _written(rule: TableRule) -> str:
    return f"{' | '.join(rule.tests)} → {' | '.join(rule.outputs)}"
