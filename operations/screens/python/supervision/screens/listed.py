"""A list of cases, open or ended, each of which opens its own: the same wherever a figure opens one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import htpy as h

from record.codes import said_of
from record.domain.record import EndedCase, OpenCase
from record.formats import day_and_time, number
from record.words import Language, Texts, Words
from supervision.kit.html import Node, link, table
from supervision.kit.sheet import timed
from supervision.question import Question
from supervision.words import OUTCOMES

SHOWN, MORE = 50, 500
MILLISECOND = timedelta(milliseconds=1)
TEXTS: Texts = {
    "case": ("Dossier", "Case"),
    "outcome": ("Issue", "Outcome"),
    "ended_at": ("Terminé", "Ended"),
    "took": ("Durée", "Took"),
    "runs": ("en cours", "running"),
    "more": ("En montrer {count}", "Show {count}"),
}


def case_list(question: Question, cases: Sequence[OpenCase | EndedCase]) -> Node:
    """The first of the cases, or more of them (``rows``); the CSV has all."""
    say = Words(question.language, TEXTS)
    shown = cases[: MORE if question.option("rows") == "more" else SHOWN]
    heads = [say(each) for each in ("case", "outcome", "ended_at", "took")]
    sheet = [
        [case.limitation_id, _status(case, say.language), _ended(case, say.language), f"{took / MILLISECOND:.0f}"]
        for case in cases
        for took in [_took(case, question)]
    ]
    return [
        table(heads, _rows(question, shown), (3,), say("case"), [[*heads[:-1], f"{heads[-1]} (ms)"], *sheet]),
        link(say("more", count=number(MORE)), question, popup=True, rows="more") if len(shown) < len(cases) else None,
    ]


def case_link(question: Question, limitation: str) -> Node:
    """A link to a case, in a popup."""
    return link(h.span(".whole")[limitation], question, popup=True, screen="case", key=limitation)


def status(case: OpenCase | EndedCase, language: Language) -> Node:
    """How a case ended, whether it runs, or what stopped it."""
    words = _status(case, language)
    is_broken = isinstance(case, OpenCase) and not case.runs
    return h.span(".broken", title=case.error)["▲ ", words] if is_broken else words


def _status(case: OpenCase | EndedCase, language: Language) -> str:
    if isinstance(case, EndedCase):
        return Words(language, OUTCOMES).either(case.outcome, case.outcome)
    return Words(language, TEXTS)("runs") if case.runs else said_of(case.error or case.status, language)


def _ended(case: OpenCase | EndedCase, language: Language) -> str:
    return day_and_time(case.ended_at, language) if isinstance(case, EndedCase) else ""


def _took(case: OpenCase | EndedCase, question: Question) -> timedelta:
    return case.took if isinstance(case, EndedCase) else question.now - case.started_at


def _rows(question: Question, cases: Sequence[OpenCase | EndedCase]) -> Iterator[Sequence[Node]]:
    language = question.language
    for case in cases:
        yield [
            case_link(question, case.limitation_id),
            status(case, language),
            _ended(case, language),
            timed(_took(case, question), language),
        ]
