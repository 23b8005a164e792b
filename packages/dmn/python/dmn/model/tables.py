"""Decision tables (DMN 1.5, chapter 8): decided by their hit policy, once compiled."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import InputError, InvalidError
from dmn.feel import border, values
from dmn.feel.audit import RuleTrace
from dmn.feel.library.aggregates import count, max_, min_, sum_
from dmn.feel.values import Value
from dmn.model.rows import LARGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dmn.model.reader import Element
    from dmn.model.rows import Column, Rows, Rule
    from dmn.runtime import Env, Source


AGGREGATES: dict[str, Callable[[list[Value]], Value]] = {"SUM": sum_, "MIN": min_, "MAX": max_, "COUNT": count}
LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})


_DECIDED_BEFORE_INDEXED = 8  # an index pays where a table is decided often, and a cold start should not wait for it


class Table:
    """A compiled decision table."""

    __slots__ = ("_decided", "_index", "_rows", "aggregation", "inputs", "outputs", "policy", "rules", "source")

    def __init__(self, hit_policy: tuple[str, str], rows: Rows, elements: list[Element], source: Source) -> None:
        self.policy, self.aggregation = hit_policy
        self.inputs = rows.inputs
        self.outputs = rows.outputs
        self.rules = rows.compile(elements)
        self.source = source
        self._decided = 0
        self._rows = rows
        self._index = rows.index(self.rules) if len(self.rules) >= LARGE else None

    def decide(self, env: Env) -> Value:
        """Find the rules that match, and join their outputs by the hit policy (8.2.10, 8.2.11)."""
        run = env[0]
        run.tick()
        given: list[Value] = []
        for column in self.inputs:
            value = column.value(env)
            # most values are of the column's own kind, and most columns allow all of it
            given.append(value if type(value) in column.kinds else self._read(column, value, env))
        found = self._index.find(given) if self._index is not None else None
        matches = self._matching(found, given, env)
        if run.tracing:
            run.trace += self._trace(given, matches, env)
        if not matches:
            return self._default(given, env)
        return self._join(matches, env)

    def _matching(self, found: int | None, given: list[Value], env: Env) -> list[Rule]:
        """Return the rules whose tests all hold, of FIRST only the first one; of an index only the rest is asked."""
        index = self._index
        if found is None:
            self._decided += 1
            if self._decided == _DECIDED_BEFORE_INDEXED:
                self._index = index or self._rows.index(self.rules)
        matches: list[Rule] = []
        for rule in self.rules if found is None else self._of_bits(found):
            for column, test in rule.tests if found is None or index is None else index.rest.get(rule.index, ()):
                if test(given[column], env) is not True:
                    break
            else:
                matches.append(rule)
                if self.policy == "FIRST":
                    break
        return matches

    def _of_bits(self, found: int) -> Iterator[Rule]:
        number = -1
        bits = "1".rjust(found.bit_length()) if found & (found - 1) == 0 < found else bin(found)[:1:-1]
        while (number := bits.find("1", number + 1)) >= 0:
            yield self.rules[number]

    def _trace(self, given: list[Value], matches: list[Rule], env: Env) -> Iterator[RuleTrace]:
        """Return what became of each rule, and of one that failed the first cell that did."""
        known, matched = len(env[0].warnings), {rule.index for rule in matches}
        for rule in self.rules:
            name, number = rule.element.id, rule.index
            if number in matched:
                yield RuleTrace(name, number, "matched")
            elif self.policy == "FIRST" and matches and number > matches[0].index:
                yield RuleTrace(name, number, "not reached")
            else:
                column = next(at for at, test in rule.tests if test(given[at], env) is not True)
                value = border.hand_out(given[column], env[0])
                yield RuleTrace(name, number, "failed", self.inputs[column].text, rule.texts[column], value)
        del env[0].warnings[known:]  # the tests have warned already when they were run

    def _read(self, column: Column, value: Value, env: Env) -> Value:
        try:
            value = column.type.convert(value)
        except InvalidError as error:
            env[0].warn(error.kind, f"input '{column.text}': {error.message}", 0, column.source)
            return None
        if column.allowed is not None and value is not None and column.allowed(value, env) is not True:
            if column.of_input:
                raise InputError(column.text, border.to_python(value), f"one of {column.allowed_text}", column.of_input)
            text = values.brief(value)
            env[0].warn("allowed-values", f"input '{column.text}' is {text}, not allowed", 0, column.source)
        return value

    def _default(self, given: list[Value], env: Env) -> Value:
        if any(output.default is not None for output in self.outputs):
            row = [output.default(env) if output.default is not None else None for output in self.outputs]
            return self._shape(row)
        if self.policy in LISTS:
            if self.aggregation == "COUNT":
                return Decimal(0)
            if not self.aggregation:
                return []
        pairs = zip(self.inputs, given, strict=True)
        inputs = ", ".join(f"{column.text} = {values.brief(value, 60)}" for column, value in pairs)
        env[0].warn("no-match", f"no rule matches {inputs}", 0, self.source)
        return None

    def _shape(self, row: Sequence[Value]) -> Value:
        if len(self.outputs) == 1:
            return row[0]
        return {output.name: value for output, value in zip(self.outputs, row, strict=True)}

    def _row(self, rule: Rule, env: Env) -> list[Value]:
        row: list[Value] = []
        for output, cell in zip(self.outputs, rule.outputs, strict=True):
            value = cell(env)
            try:
                value = output.type.convert(value)
                if output.allowed is not None and value is not None and output.allowed(value, env) is not True:
                    raise InvalidError(f"{values.brief(value)} is not allowed", "allowed-values")  # noqa: TRY301
            except InvalidError as error:
                message = f"output '{output.name}' of rule {rule.index}: {error.message}"
                env[0].warn(error.kind, message, 0, output.source)
                value = None
            row.append(value)
        return row

    def _join(self, matches: list[Rule], env: Env) -> Value:
        run, policy = env[0], self.policy
        run.matched += [rule.matched for rule in matches]
        rows = [self._row(rule, env) for rule in matches]
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            rows = self._by_priority(rows, env)
        results = [self._shape(row) for row in rows]
        if policy in LISTS:
            return self._aggregate(results, env) if self.aggregation else results
        if policy == "UNIQUE" and len(matches) > 1:
            numbers = ", ".join(str(rule.index) for rule in matches)
            run.warn("hit-policy", f"rules {numbers} all match, where at most one may", 0, self.source)
            return None
        if policy == "ANY" and not all(values.equals(results[0], other) is True for other in results[1:]):
            numbers = ", ".join(str(rule.index) for rule in matches)
            run.warn("hit-policy", f"rules {numbers} all match, but their outputs differ", 0, self.source)
            return None
        return results[0]

    def _by_priority(self, rows: list[list[Value]], env: Env) -> list[list[Value]]:
        """Order rows by the place of each output in its list of output values, the first output first (8.2.11)."""
        return sorted(
            rows, key=lambda row: [output.place(value, env) for output, value in zip(self.outputs, row, strict=True)]
        )

    def _aggregate(self, results: list[Value], env: Env) -> Value:
        try:
            return AGGREGATES[self.aggregation](results)
        except (InvalidError, ArithmeticError) as error:
            return env[0].refuse(error, 0, self.source)
