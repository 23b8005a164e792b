"""What a replay is worth: the rules that a new table changes, the cases that reach each, and made ones."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import dmn
from local.decision_tools.replays.made_cases import CaseMaker
from local.decision_tools.replays.replaying import Case, Comparison, Outcome, compare_cases, decide

MADE = 3000
"""Cases that are made at most, to reach rules that no kept case reaches."""
_ENOUGH = 5
"""Made cases of a rule that are shown."""
_HOWS = {"changed": "modifiée", "added": "ajoutée", "removed": "supprimée", "moved": "déplacée"}


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """A rule that a new table changes.

    Parameters
    ----------
    table
        Its table's title.
    number
        Its row in the new table, from 1; in the old one where it is gone.
    how
        ``modifiée``, ``ajoutée``, ``supprimée`` or ``déplacée``.
    reached_by
        How many replayed cases match it, before or after the change.
    """

    id: str
    table: str
    number: int
    how: str
    reached_by: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The changed rules with their cases; ``made`` compares made cases, of which ``tried`` were decided."""

    rules: tuple[ChangedRule, ...]
    others: tuple[dmn.Change, ...]
    made: Comparison | None
    tried: int = 0

    @property
    def unreached(self) -> tuple[ChangedRule, ...]:
        """Changed rules that no replayed case reaches."""
        return tuple(rule for rule in self.rules if not rule.reached_by)


def weigh(
    current: dmn.Model,
    changed: dmn.Model,
    decision: str,
    comparison: Comparison | None,
    bases: Sequence[Mapping[str, Any]],
) -> Evidence:
    """Weigh a replay: which rules changed, and whether its cases say anything about them.

    Where a changed rule is reached by no case, or no case ends otherwise although something changed, cases are made.

    Parameters
    ----------
    comparison
        The replay; None where there is no case to replay.
    bases
        The inputs of the replayed cases, from which others are made.
    """
    cases = comparison.cases if comparison else ()
    rules = _changed_rules(current, changed, cases)
    others = tuple(it for it in dmn.compare(current, changed) if it.what != "rule")
    silent = not cases or (comparison is not None and not comparison.changed)
    unreached = [rule.id for rule in rules if not rule.reached_by]
    if not unreached and not (silent and (rules or others)):
        return Evidence(rules, others, None)
    wanted = unreached or [rule.id for rule in rules]
    made = _made_for(wanted, (current, changed), decision, bases)
    return Evidence(rules, others, compare_cases(decision, made), MADE)


def _moves(
    models: tuple[dmn.Model, dmn.Model], decision: str, bases: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Outcome, Outcome]]:
    """Make cases, and decide each by two models.

    A made case that matches rules which none before it matched is known from then on, so that others are made from it:
    step by step they come to rules that are far from all known cases.
    """
    maker = CaseMaker(models, decision)
    known = [dict(it) for it in bases] or [maker.first()]
    seen: set[str] = set()
    for _ in range(MADE):
        inputs = maker.move(known)
        before, after = (decide(model, decision, inputs) for model in models)
        matched = _matched(before) | _matched(after)
        if not matched <= seen:
            seen |= matched
            known.append(inputs)
        yield inputs, before, after


def _made_for(
    wanted: Sequence[str],
    models: tuple[dmn.Model, dmn.Model],
    decision: str,
    bases: Sequence[Mapping[str, Any]],
) -> list[Case]:
    """Make cases that end otherwise by the wanted rules, some of each."""
    plain = bases or [CaseMaker(models, decision).first()]
    made: dict[str, Case] = {}
    shown: Counter[str] = Counter()
    for inputs, before, after in _moves(models, decision, bases):
        matched = _matched(before) | _matched(after)
        hit = next((rule for rule in wanted if rule in matched), "")
        differ = not (before.error or after.error or before.same_as(after))
        if (hit or not wanted) and differ and shown[hit] < _ENOUGH:
            _, case = _plainest(inputs, plain, models, decision, hit)
            shown[hit] += case.name not in made
            made.setdefault(case.name, case)
    return list(made.values())


def _plainest(
    inputs: Mapping[str, Any],
    bases: Sequence[Mapping[str, Any]],
    models: tuple[dmn.Model, dmn.Model],
    decision: str,
    hit: str,
) -> tuple[Mapping[str, Any], Case]:
    """A made case with as few inputs moved as still tell the models apart, by the rule that it is made for."""
    base = min(bases, key=lambda it: sum(value != it.get(name) for name, value in inputs.items()))
    plain = dict(inputs)
    before, after = (decide(model, decision, plain) for model in models)
    for name in inputs:
        tried = {**plain, name: base.get(name)}
        one, other = (decide(model, decision, tried) for model in models)
        reached = not hit or hit in _matched(one) | _matched(other)
        if tried not in (plain, base) and reached and not one.same_as(other) and not one.error:
            plain, before, after = tried, one, other
    moved = {name: value for name, value in plain.items() if value != base.get(name)}
    return plain, Case(", ".join(f"{name} = {_short(value)}" for name, value in moved.items()), before, after)


def made_difference(
    models: tuple[dmn.Model, dmn.Model],
    decision: str,
    bases: Sequence[Mapping[str, Any]],
    plain: Sequence[Mapping[str, Any]],
) -> tuple[Mapping[str, Any], Case] | None:
    """Return the first made case that two models decide otherwise, with its inputs, as near to a plain one as can be.

    Parameters
    ----------
    bases
        The inputs from which others are made.
    """
    for inputs, before, after in _moves(models, decision, bases):
        if not (before.same_as(after) or (before.error and after.error)):
            return _plainest(inputs, plain, models, decision, "")
    return None


def _changed_rules(current: dmn.Model, changed: dmn.Model, cases: Sequence[Case]) -> tuple[ChangedRule, ...]:
    counts = Counter(rule for case in cases for rule in _matched(case.before) | _matched(case.after))
    found: dict[str, ChangedRule] = {}
    for change in dmn.compare(current, changed):
        if change.what == "rule":
            side = current if change.kind == "removed" else changed
            table = next(it for it in side.tables if it.owner == change.owner)
            number = int(change.name.partition(",")[0])
            key = table.rules[number - 1].id
            if key not in found or change.kind == "changed":
                found[key] = ChangedRule(key, table.title, number, _HOWS[change.kind], counts[key])
    return tuple(found.values())


def _matched(outcome: Outcome) -> set[str]:
    return {rule for rules in outcome.rules.values() for rule in rules}


def _short(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 60 else f"{text[:57]}…"  # noqa: PLR2004 - a line's half
