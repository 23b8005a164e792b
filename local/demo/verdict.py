"""Compares what became of the stories with how they were to end."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from embedded_cloud import Execution
from local.demo.report import PASSIVE, PAYING, Case, failure_of, is_incident, measure
from local.stage import Stage, outcome_of
from local.stage.watch import SUCCEEDED
from local.stories.modes import HARMLESS
from local.stories.story_run import StoryRun
from local.stories.values import OTHER_OUTCOMES, OUTCOMES, in_french


class Judge:
    """Makes cases of plays, and finds what differs from their stories."""

    def __init__(self, stage: Stage, *, in_shadow: bool) -> None:
        self._stage = stage
        self._in_shadow = in_shadow

    def cases(self, story_run: StoryRun) -> list[Case]:
        """A play's cases as they stand."""
        found = []
        for index, (customer, limited) in enumerate(story_run.cases):
            told = [it for it in story_run.events if index in it.put.customers]
            paid = [it.at for it in told if it.put.detail_type in PAYING and not it.put.repeats]
            case = self.case(customer.limitation_id, customer.point_id, paid, [it.at for it in told])
            runs, orders, story = case.runs, case.orders, story_run.story
            problems = [story_run.gave_up] if story_run.gave_up else []
            if self._in_shadow:
                problems += shadow_problems(runs, may_fail=limited.point is None)
            else:
                problems += outcome_problems(limited.outcomes, runs)
            if orders != limited.orders:
                problems.append(f"ordres acceptés par Enedis : attendu {_list(limited.orders)}, obtenu {_list(orders)}")
            named = replace(case, story=story.name, title=story.title, english=story.english)
            found.append(replace(named, problems=tuple(problems)))
        return found

    def case(self, limitation_id: str, point_id: str, paid: Sequence[datetime], told: Sequence[datetime]) -> Case:
        """A limitation's case as it stands, with our orders that Enedis accepted, as intent letter and ordinal."""
        runs = tuple(replace(it, entries=[*it.entries]) for it in self._stage.watch.of(limitation_id).executions)
        references = (it.reference or "" for it in self._stage.enedis.network.journal.orders(point_id))
        mine = f"{limitation_id}/"
        orders = tuple(it.removeprefix(mine) for it in references if it.startswith(mine))
        case = Case(limitation_id, "", "", runs, orders=orders)
        seconds, was_paid = measure(case.decisive, paid, told)
        return replace(case, seconds=seconds, was_paid=was_paid)

    def duplicates_absorbed(self) -> int:
        """How many repeated events met the execution that they had started before, by the functions' logs."""
        return sum([*its.values()].count("ABSORBED") for its in met(self._stage).values())


_INTAKE = ("ReceivePaymentsFunction", "RegisterLimitationsFunction", "ResumeRestorationFunction")


def outcome_problems(expected: Sequence[str], runs: Sequence[Execution]) -> list[str]:
    """What differs from the outcomes expected, in any order: in French, as the stories are."""
    happened = list(map(outcome_of, runs))
    problems = []
    if sorted(happened) != sorted(expected):
        problems.append(f"attendu : {_endings(expected)} ; obtenu : {_endings(happened)}{_failures(runs)}")
    ended = [run for run in runs if run.status == SUCCEEDED and run.path]
    problems += [
        f"{in_french(outcome_of(it), OUTCOMES | OTHER_OUTCOMES)} : l'image du processus montre {it.state}"
        for it in ended
        if it.state != ending_of(outcome_of(it))
    ]
    return problems


def _endings(outcomes: Iterable[str]) -> str:
    return ", puis ".join(f"« {in_french(it, OUTCOMES | OTHER_OUTCOMES)} »" for it in outcomes) or "rien"


def ending_of(outcome: str) -> str:
    """The state in which an execution ends with an outcome: the console shows them apart."""
    if outcome in PASSIVE:
        return "NothingToDo"
    return _ENDINGS.get(outcome, outcome.title().replace("_", ""))


_ENDINGS = {"SHADOW": "Shadowed", "CONTRACT_ENDED": "NothingToOrder", "NO_ORDER": "NothingToOrder"}


def shadow_problems(runs: Sequence[Execution], *, may_fail: bool) -> list[str]:
    """What is no ending of a run in shadow."""
    allowed = HARMLESS | ({"FAILED"} if may_fail else set())
    wrong = [outcome for run in runs if (outcome := outcome_of(run)) not in allowed]
    if wrong or not runs:
        return [f"was to end in shadow, and ended as {_list(wrong)}{_failures(runs)}"]
    return []


def _failures(runs: Iterable[Execution]) -> str:
    return "".join(f"; failed: {failure_of(run)}" for run in runs if is_incident(run))


def _list(words: Iterable[str]) -> str:
    return ", ".join(words) or "nothing"


def dead_letters(stage: Stage) -> dict[str, tuple[str, str]]:
    """Every event that was put aside, by its event id: the queue's logical id, and the reason that it carries."""
    found: dict[str, tuple[str, str]] = {}
    for queue in ("PaymentsDeadLetters", "LimitationsDeadLetters", "ResumptionsDeadLetters", "UnrecognisedEventsQueue"):
        for letter in stage.dead_letters(queue):
            reason = letter.get("MessageAttributes", {}).get("ErrorReason", {}).get("StringValue", "")
            found[_event_id(letter["Body"])] = (queue, reason)
    return found


def met(stage: Stage) -> dict[str, dict[str, str]]:
    """What became of each event at each limitation that it met, by event id, from the functions' logs."""
    found: dict[str, dict[str, str]] = {}
    for line in (line for name in _INTAKE for line in stage.cloud.logs(name)):
        if "event" in line and "outcome" in line:
            # A record that SQS showed again says so at the end; what it did at first counts.
            found.setdefault(line["event"], {}).setdefault(line["correlation_id"], line["outcome"])
    return found


def _event_id(body: str) -> str:
    try:
        return str(json.loads(body)["id"])
    except (ValueError, KeyError, TypeError):
        return body
