"""Whether some tables keep the law, as ``stories/decisions/loi.feature`` tells it and a lawyer signs it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from local.decision_tools.scenarios.books import Models, looked_at
from local.stories.law import LawExample, owed_in_words
from local.stories.reading import read_law
from restoration.domain.look import COVERAGE, PROTECTION


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


def _judge(example: LawExample, models: Models) -> list[str]:
    decided: dict[str, Any] = {}
    for decision, outcome in looked_at(models, example.facts, example.given):
        if outcome.error:
            return [f"la table {decision} ne décide rien : {outcome.error}"]
        decided[decision] = outcome.value
    protection, coverage = decided[PROTECTION], decided[COVERAGE]
    # What protects nobody leaves the ground to the debt.
    ground = coverage["reason"] if protection["reason"] == "NO_PROTECTION" else protection["reason"]
    found = owed_in_words(coverage["outcome"], ground, coverage["floorKva"], protection["until"], coverage["reviewOn"])
    return [f"{name} : attendu {it}, obtenu {found[name]}" for name, it in example.owed.items() if it != found[name]]
