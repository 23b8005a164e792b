"""Whether some tables keep the law, as ``stories/decisions/loi.feature`` tells it and a lawyer signs it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.decision_tools.replays.replaying import decide_what_it_reads
from local.decision_tools.scenarios.books import Models
from local.stories.law import LawExample, Owed
from local.stories.reading import read_law
from restoration.domain.look import COVERAGE, LOOK, PROTECTION, inputs_of


@dataclass(frozen=True, slots=True)
class Breach:
    """An example of the law that does not end as it says: what is expected and what is obtained, in French."""

    example: LawExample
    says: tuple[str, ...]

    def __str__(self) -> str:
        about = self.example
        head = f"loi.feature, ligne {about.line} : « {about.title} » ({about.rule})"
        return "\n    ".join((head, *self.says))


def check_law(models: Models, examples: Iterable[LawExample] | None = None) -> list[Breach]:
    """What breaks the law under some tables; nothing where all is kept.

    Parameters
    ----------
    models
        Those of a day (:meth:`~local.decision_tools.scenarios.Tables.on`), or with a draft among them
        (:func:`~local.decision_tools.scenarios.with_draft`).
    examples
        None: those of ``loi.feature``.

    Raises
    ------
    UnreadableStory
        ``loi.feature`` can't be read.
    """
    judged = ((it, _judge(it, models)) for it in (read_law() if examples is None else examples))
    return [Breach(example, tuple(says)) for example, says in judged if says]


def examples_by_rule() -> Counter[str]:
    """How many examples each rule of the law has, in their order."""
    return Counter(example.rule for example in read_law())


def _judge(example: LawExample, models: Models) -> list[str]:
    decided: dict[str, Any] = {}
    for decision in LOOK:
        inputs = inputs_of(decision, example.known.facts, decided, example.known.given)
        outcome = decide_what_it_reads(models[decision], decision, inputs)
        if outcome.error:
            return [f"la table {decision} ne décide rien : {outcome.error}"]
        decided[decision] = outcome.value
    return example.owed.differences(_owed(decided[PROTECTION], decided[COVERAGE]))


def _owed(protection: dict[str, Any], coverage: dict[str, Any]) -> Owed:
    """What was decided, as far as the law speaks of it. What protects nobody leaves the ground to the debt."""
    floor = coverage["floorKva"]
    return Owed(
        coverage["outcome"],
        coverage["reason"] if protection["reason"] == "NO_PROTECTION" else protection["reason"],
        None if floor is None else Decimal(str(floor)),
        protection["until"],
        coverage["reviewOn"],
    )
