"""What a replay is worth: the edits of a new table, the cases that reach each, and made ones."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import dmn
from local.decision_tools.replays.made_cases import CaseMaker
from local.decision_tools.replays.replaying import Case, Comparison, Outcome, compare_cases, decide
from local.decision_tools.tables.edits import Edit, Edits

MADE = 3000
"""Cases that are made at most, to reach rules that no kept case reaches."""
_ENOUGH = 5
"""Made cases of a rule that are shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The edits, each with how many replayed cases match its row, before or after; ``made`` compares made cases."""

    edits: tuple[tuple[Edit, int], ...]
    made: Comparison | None


def weigh(edits: Edits, decision: str, cases: Sequence[Case], bases: Sequence[Mapping[str, Any]]) -> Evidence:
    """Weigh a replay: what changed, and whether its cases say anything about that.

    Where an edited row is reached by no case, or no case ends otherwise although something changed, cases are made.

    Parameters
    ----------
    bases
        The inputs of the replayed cases, from which others are made.
    """
    counts = Counter(rule for case in cases for rule in case.before.matched | case.after.matched)
    weighed = tuple((edit, counts[edit.rule]) for edit in edits.meant)
    unreached = [edit.rule for edit, reached in weighed if edit.rule and not reached]
    if not weighed or (not unreached and compare_cases(decision, cases).changed):
        return Evidence(weighed, None)
    models = edits.before, edits.after
    plain = bases or [CaseMaker(models, decision).first()]
    made: dict[str, Case] = {}
    for rule in dict.fromkeys(unreached or [edit.rule for edit, _ in weighed]):
        already = len(made)
        for _, case in made_differences(models, decision, bases, plain, rule):
            made.setdefault(case.name, case)
            if len(made) - already == _ENOUGH:
                break
    return Evidence(weighed, compare_cases(decision, list(made.values())))


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
        matched = before.matched | after.matched
        if not matched <= seen:
            seen |= matched
            known.append(inputs)
        yield inputs, before, after


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
        reached = not hit or hit in one.matched | other.matched
        if tried not in (plain, base) and reached and not one.same_as(other) and not one.error:
            plain, before, after = tried, one, other
    moved = {name: value for name, value in plain.items() if value != base.get(name)}
    return plain, Case(", ".join(f"{name} = {_short(value)}" for name, value in moved.items()), before, after)


def made_differences(
    models: tuple[dmn.Model, dmn.Model],
    decision: str,
    bases: Sequence[Mapping[str, Any]],
    plain: Sequence[Mapping[str, Any]],
    rule: str = "",
) -> Iterator[tuple[Mapping[str, Any], Case]]:
    """Return made cases that two models decide otherwise, with their inputs, as near to a plain one as can be.

    Parameters
    ----------
    bases
        The inputs from which others are made.
    rule
        One that each case has to match; empty where any case will do.
    """
    for inputs, before, after in _moves(models, decision, bases):
        if (not rule or rule in before.matched | after.matched) and not (
            before.same_as(after) or (before.error and after.error)
        ):
            yield _plainest(inputs, plain, models, decision, rule)


def _short(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 60 else f"{text[:57]}…"  # noqa: PLR2004 - a line's half
