"""What a changed table would change: past cases are decided again, and grouped by the rules that differ."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import dmn
from local.decision_tools.sheets.inputs_csv import Row
from local.decision_tools.tables.finding_words import fault_in_words, reason_in_words
from record.cases.failures import NothingFound
from record.cases.kept_decisions import KeptDecision
from restoration.domain.decision import WHOLE_KEPT_FOR

_DECIDED: dict[tuple[str, str, str], "Outcome"] = {}  # by the model's version, the decision and the inputs
_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided: the value, and the matched rules by the decision (or business knowledge model) they are of.

    ``error`` is why the table can't decide the case at all; ``warnings`` are of values that no rule was written for.
    """

    value: Any
    rules: Mapping[str, tuple[str, ...]]
    error: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def matched(self) -> frozenset[str]:
        """The ids of all matched rules."""
        return frozenset(rule for rules in self.rules.values() for rule in rules)

    def same_as(self, other: "Outcome") -> bool:
        """Whether both say the same, by whatever rule."""
        return not self.error and not other.error and bool(self.value == other.value)


@dataclass(frozen=True, slots=True)
class Case:
    """A case with its outcome before and after; ``name`` is the limitation and the moment, or the line of the CSV."""

    name: str
    before: Outcome
    after: Outcome


type RuleChange = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Owner of the table, ids of the rules that matched before, and after."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All replayed cases of one decision.

    Parameters
    ----------
    differing
        Cases that would end differently, by the rules that changed.
    undecided
        Cases that one of the two tables can't decide, by the errors before and after (empty where it can).
    by_another_rule
        How many cases would end the same, by other rules.
    forgotten
        How many kept decisions can't be replayed, since their inputs are not kept any more.
    assumed_null
        Inputs that only the changed table reads: no kept case has them, so each was decided with null.
    """

    decision: str
    cases: Sequence[Case]
    differing: Mapping[tuple[RuleChange, ...], list[Case]] = field(default_factory=dict)
    undecided: Mapping[tuple[str, str], list[Case]] = field(default_factory=dict)
    by_another_rule: int = 0
    forgotten: int = 0
    assumed_null: Sequence[str] = ()

    @property
    def total(self) -> int:
        """How many cases were decided twice."""
        return len(self.cases)

    @property
    def changed(self) -> int:
        """How many cases would end differently, with those that only one of the tables can decide."""
        groups = [*self.differing.values(), *self.undecided.values()]
        return sum(len(cases) for cases in groups)


def replay_kept(kept: Iterable[KeptDecision], decision: str, changed: dmn.Model) -> Comparison:
    """Decide kept cases again with a changed model.

    Raises
    ------
    NothingFound
        No kept decision is of this name, the inputs of all of them are forgotten, or the changed model lacks it.
    """
    kept = list(kept)
    mine = [it for it in kept if it.decision == decision]
    if not mine:
        there = ", ".join(sorted({it.decision for it in kept})) or "aucune"
        raise NothingFound(f"aucune décision « {decision} » n'est gardée ; on trouve : {there}")
    require(changed, decision)
    replayable = [(it, it.inputs, it.audit) for it in mine if it.inputs is not None and it.audit is not None]
    known = {name for _, inputs, _ in replayable for name in inputs}
    reads: Any = changed.input_schema(decision)["properties"]
    new = [name for name in reads if name not in known]
    cases = [
        Case(
            f"{it.limitation_id} {it.order.partition('#')[0]}",
            _told(audit),
            decide(changed, decision, {**dict.fromkeys(new), **inputs}),
        )
        for it, inputs, audit in replayable
    ]
    if not cases:
        raise NothingFound(
            f"les données des {len(mine)} décisions « {decision} » ont expiré ({WHOLE_KEPT_FOR.days} jours) : "
            "rejouer un tableau de données avec CSV="
        )
    return replace(compare_cases(decision, cases), forgotten=len(mine) - len(cases), assumed_null=new)


def replay_rows(rows: Iterable[Row], decision: str, current: dmn.Model, changed: dmn.Model) -> Comparison:
    """Decide the rows of a CSV with the current model and with a changed one, which both have the decision."""
    cases = [Case(name, *(decide(model, decision, it) for model in (current, changed))) for name, it in rows]
    return compare_cases(decision, cases)


def require(model: dmn.Model, decision: str) -> None:
    """Make sure that a model has a decision.

    Raises
    ------
    NothingFound
        It lacks the decision; says which it has.
    """
    if decision not in model.decisions:
        there = ", ".join(sorted(info.id for info in model.decisions.values()))
        raise NothingFound(f"{model.name} n'a pas de décision « {decision} » ; on y trouve : {there}")


def decide(model: dmn.Model, decision: str, inputs: Mapping[str, Any]) -> Outcome:
    """Decide inputs with a model; an error of the model is an outcome, too.

    What was decided is kept: a publication asks the same up to six times, of models that it has loaded again.
    """
    asked = (model.version, decision, repr(sorted(inputs.items())))
    if asked not in _DECIDED:
        if len(_DECIDED) == _MOST_KEPT:
            _DECIDED.clear()
        _DECIDED[asked] = _decided(model, decision, inputs)
    return _DECIDED[asked]


def decide_what_it_reads(model: dmn.Model, decision: str, inputs: Mapping[str, Any]) -> Outcome:
    """Decide the inputs that a decision reads; one that is not among them is an error, and so is a warning."""
    reads = model.decisions[decision].inputs
    if missing := [f"« {model.labels.get(name, name)} » ({name})" for name in reads if name not in inputs]:
        return Outcome(None, {}, f"la table lit aussi {', '.join(missing)}, que rien ne donne ici")
    outcome = decide(model, decision, {name: inputs[name] for name in reads})
    return replace(outcome, error=outcome.error or "; ".join(outcome.warnings))


def _decided(model: dmn.Model, decision: str, inputs: Mapping[str, Any]) -> Outcome:
    try:
        found = model.evaluate(decision, inputs)
        # Without the audit: what each decision was given takes half of the time to write, and nobody compares it.
        told = dmn.Evaluation(found.value, found.warnings, (), found.limits).to_json()
    except dmn.DmnError as error:
        return Outcome(None, {}, fault_in_words(error))
    matched = ((it.id, [rule.id for rule in it.matched_rules]) for it in found.decisions)
    return _outcome(json.loads(json.dumps(told), parse_float=Decimal), matched)


def _told(audit: Mapping[str, Any]) -> Outcome:
    """The outcome of a kept audit."""
    return _outcome(audit, ((it["id"], [rule["id"] for rule in it["matchedRules"]]) for it in audit["decisions"]))


def _outcome(told: Mapping[str, Any], matched: Iterable[tuple[str, Sequence[str]]]) -> Outcome:
    rules: dict[str, tuple[str, ...]] = {}
    for owner, ids in matched:
        rules[owner] = (*rules.get(owner, ()), *ids)
    warnings = (f"{it['elementId']} : {reason_in_words(it['message'])}" for it in told.get("warnings", ()))
    return Outcome(told["value"], rules, warnings=tuple(warnings))


def compare_cases(decision: str, cases: Sequence[Case]) -> Comparison:
    """Group cases by what differs before and after."""
    differing: defaultdict[tuple[RuleChange, ...], list[Case]] = defaultdict(list)
    undecided: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    by_another_rule = 0
    for case in cases:
        if case.after.error or case.before.error:
            if case.after.error != case.before.error:
                undecided[case.before.error, case.after.error].append(case)
        elif case.before.same_as(case.after):
            by_another_rule += case.before.rules != case.after.rules
        else:
            differing[_rule_changes(decision, case)].append(case)
    return Comparison(decision, tuple(cases), dict(differing), dict(undecided), by_another_rule)


def _rule_changes(decision: str, case: Case) -> tuple[RuleChange, ...]:
    """Tables that matched other rules, the decision's own first; its own rules where none did (a cell changed)."""
    before, after = case.before.rules, case.after.rules
    owners = sorted({*before, *after}, key=lambda owner: (owner != decision, owner))
    changes = [(owner, before.get(owner, ()), after.get(owner, ())) for owner in owners]
    changed = tuple(change for change in changes if change[1] != change[2])
    return changed or tuple(change for change in changes if change[0] == decision)
