"""Cases that are made, not kept: known ones with some inputs moved to where the tables' cells change their minds.

They show what a changed rule does where no kept case reaches it: near each bound that differs between two versions, and
between the two, the other inputs being those of a known case. A made case is consistent only as far as its base is: it
may be one that no customer will ever be in, and a command that shows it says that it is made.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import dmn
from local.decision_tools.replays.replaying import Case, Outcome, decide
from local.decision_tools.tables.written import texts

_NUMBER = re.compile(r'(?<![\w."])\d+(?:\.\d+)?(?![\w."])')
_TEXT = re.compile(r'"([^"]*)"')
_STRANGER = "AUTRE"
_STEPS = (Decimal(-1), Decimal("-0.01"), Decimal(0), Decimal("0.01"), Decimal(1))
_DAYS = (-31, -1, 0, 1, 31)
MADE = 3000
"""Cases that are made at most, to reach rules that no kept case reaches."""
_NEAR = 0.5
"""How often a number is moved to a bound that changed, where one did."""
_AT_ONCE = (1, 1, 1, 2, 2, 3)
"""How many inputs of a known case are moved."""

type Inputs = Mapping[str, Any]


class CaseMaker:
    """Makes cases of a decision, the same ones each time.

    Parameters
    ----------
    models
        The table before a change and after it: the cells of both say where to look.
    """

    def __init__(self, models: tuple[dmn.Model, dmn.Model], decision: str) -> None:
        self._models, self._decision = models, decision
        self._chance = random.Random(1)  # noqa: S311 - no secret
        self._schemas: dict[str, Any] = {}
        for model in models:
            properties: Any = model.input_schema(decision)["properties"]
            self._schemas |= properties
        self._constants = _constants(models)
        self._bounds = _bounds(models)

    def differing(
        self, bases: Sequence[Inputs], plain: Sequence[Inputs], rule: str = ""
    ) -> Iterator[tuple[Inputs, Case]]:
        """Return made cases that the two tables decide otherwise, with their inputs, as near to a plain one as can be.

        A made case that matches rules which none before it matched is known from then on, so that others are made from
        it: step by step they come to rules that are far from all known cases.

        Parameters
        ----------
        bases
            The inputs from which others are made: some.
        rule
            One that each case has to match; empty where any case will do.
        """
        known, seen = [dict(it) for it in bases], frozenset[str]()
        for _ in range(MADE):
            inputs = self.move(known)
            before, after = self._decided(inputs)
            matched = before.matched | after.matched
            if not matched <= seen:
                seen |= matched
                known.append(inputs)
            if (not rule or rule in matched) and not (before.same_as(after) or (before.error and after.error)):
                yield self._plainest(inputs, plain, rule)

    def _decided(self, inputs: Inputs) -> tuple[Outcome, Outcome]:
        before, after = (decide(model, self._decision, inputs) for model in self._models)
        return before, after

    def _plainest(self, inputs: Inputs, bases: Sequence[Inputs], rule: str) -> tuple[Inputs, Case]:
        """A made case with as few inputs moved as still tell the tables apart, by the rule that it is made for."""
        base = min(bases, key=lambda it: sum(value != it.get(name) for name, value in inputs.items()))
        plain = dict(inputs)
        before, after = self._decided(plain)
        for name in inputs:
            tried = {**plain, name: base.get(name)}
            one, other = self._decided(tried)
            reached = not rule or rule in one.matched | other.matched
            if tried not in (plain, base) and reached and not one.same_as(other) and not one.error:
                plain, before, after = tried, one, other
        moved = {name: value for name, value in plain.items() if value != base.get(name)}
        return plain, Case(", ".join(f"{name} = {_short(value)}" for name, value in moved.items()), before, after)

    def move(self, known: Sequence[Inputs]) -> dict[str, Any]:
        """Return one of the known cases with some inputs moved."""
        case = dict(self._chance.choice(known))
        at_once = min(self._chance.choice(_AT_ONCE), len(self._schemas))
        for name in self._chance.sample(sorted(self._schemas), at_once):
            near = self._near(self._schemas[name], case)
            if near and self._chance.random() < _NEAR:
                case[name] = self._chance.choice(near)
            else:
                case[name] = self._moved(name, self._schemas[name], case)
        return case

    def _near(self, schema: Mapping[str, Any], case: Inputs) -> list[Decimal]:
        """Numbers at the bounds that changed, and so far from another number of the case."""
        if "number" not in schema.get("type", []) or "enum" in schema:
            return []
        others = sorted({Decimal(str(other)) for other in case.values() if _is_number(other)} | {Decimal(0)})
        low, high = Decimal(schema.get("minimum", 0)), Decimal(schema.get("maximum", 10**9))
        points = (other + sign * bound for other in others for bound in self._bounds for sign in (1, -1))
        return [it for it in points if low <= it <= high]

    def _moved(self, name: str, schema: Mapping[str, Any], case: Inputs) -> Any:
        if "array" in schema.get("type", []):
            return self._moved_items(schema.get("items", {}), case.get(name) or [])
        choices = self._choices(name, schema, case)
        return self._chance.choice(choices) if choices else case.get(name)

    def _moved_items(self, schema: Mapping[str, Any], items: Sequence[Any]) -> list[Any]:
        """A list with one item moved, left out or doubled."""
        properties = schema.get("properties", {})
        changed = [dict(item) for item in items if isinstance(item, Mapping)]
        if not changed or not properties:
            return list(items)
        at = self._chance.randrange(len(changed))
        fate = self._chance.random()
        if fate < 0.1:  # noqa: PLR2004 - one in ten
            del changed[at]
        elif fate < 0.2:  # noqa: PLR2004 - one in ten
            changed.append(dict(changed[at]))
        else:
            name = self._chance.choice(sorted(properties))
            changed[at][name] = self._moved(name, properties[name], changed[at])
        return changed

    def _choices(self, name: str, schema: Mapping[str, Any], case: Inputs) -> list[Any]:
        kinds, cells = schema.get("type", []), self._constants.get(name, ())
        if "enum" in schema:
            return list(schema["enum"])
        if "boolean" in kinds:
            return [True, False, None]
        if "number" in kinds:
            points = {Decimal(text) for cell in cells for text in _NUMBER.findall(cell)} | {Decimal(0)}
            points |= {Decimal(str(other)) for other in case.values() if _is_number(other)}
            low = Decimal(schema.get("minimum", -1))
            high = Decimal(schema.get("maximum", 10**9))
            whole = name.lower().endswith(("kva", "12m", "ordinal", "refusals", "hour"))
            steps = [step for step in _STEPS if not whole or step == int(step)]
            return [*sorted({point + step for point in points for step in steps if low <= point + step <= high}), None]
        if schema.get("format") == "date":
            days = [day for other in case.values() if (day := _as_date(other))] or [date(2026, 5, 4)]
            return [*sorted({str(day + timedelta(days=step)) for day in days for step in _DAYS}), None]
        return [*sorted({text for cell in cells for text in _TEXT.findall(cell)}), _STRANGER, None]


def _bounds(models: Sequence[dmn.Model]) -> list[Decimal]:
    """The numbers that one version has and another has not, with a cent on each side, and what lies between.

    Where the texts have shares (1 %), also the numbers of which these are a share.
    """
    counts = [Counter(_NUMBER.findall(" ; ".join(texts(model)))) for model in models]
    moved = sorted({Decimal(text) for one in counts for other in counts for text in one - other})
    shares = {it for text in counts[0] if 0 < (it := Decimal(text)) < 1} if moved else set()
    moved = sorted({*moved, *(bound / share for bound in moved for share in shares)})
    between = [(one + other) / 2 for one, other in pairwise(moved)]
    return [bound + step for bound in (*moved, *between) for step in _STEPS[1:4]]


def _constants(models: Sequence[dmn.Model]) -> dict[str, list[str]]:
    """The cells of each input, by the last name of the expression that its columns look at."""
    cells: dict[str, list[str]] = {}
    for model in models:
        for table in model.tables:
            for index, column in enumerate(table.inputs):
                name = column.expression.rpartition(".")[2]
                cells.setdefault(name, []).extend(rule.tests[index] for rule in table.rules)
    return cells


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _as_date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _short(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 60 else f"{text[:57]}…"  # noqa: PLR2004 - a line's half
