"""A list of cases, open or ended, each of which opens its own: the same wherever a figure opens one."""

from collections.abc import Sequence
from datetime import timedelta

import htpy as h

from record.codes import said_of
from record.domain.record import EndedCase, OpenCase
from record.formats import day_and_time
from record.words import Language, Texts, Words
from supervision.kit.html import Node, link, part, table
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
}


def case_list(question: Question, cases: Sequence[OpenCase | EndedCase]) -> Node:
    """The first of the cases, or more of them (``rows``); the CSV has all."""
    say, language = Words(question.language, TEXTS), question.language
    heads = [say(each) for each in ("case", "outcome", "ended_at", "took")]
    rows = [
        (each, _said(each, language), day_and_time(each.ended_at, language), each.took)
        if isinstance(each, EndedCase)
        else (each, _said(each, language), "", question.now - each.started_at)
        for each in cases
    ]
    sheet = [[case.limitation_id, said, at, f"{took / MILLISECOND:.0f}"] for case, said, at, took in rows]
    shown, more = part(question, rows, SHOWN, MORE)
    drawn = (
        [case_link(question, case.limitation_id), status(case, language), at, timed(took, language)]
        for case, _, at, took in shown
    )
    return [table(heads, drawn, (3,), say("case"), [[*heads[:-1], f"{heads[-1]} (ms)"], *sheet]), more]


def case_link(question: Question, limitation: str) -> Node:
    """A link to a case, in a popup."""
    return link(h.span(".whole")[limitation], question, popup=True, screen="case", key=limitation)


def status(case: OpenCase | EndedCase, language: Language) -> Node:
    """How a case ended, whether it runs, or what stopped it."""
    words = _said(case, language)
    is_broken = isinstance(case, OpenCase) and not case.runs
    return h.span(".broken", title=case.error)["▲ ", words] if is_broken else words


def _said(case: OpenCase | EndedCase, language: Language) -> str:
    if isinstance(case, EndedCase):
        return Words(language, OUTCOMES).either(case.outcome, case.outcome)
    return Words(language, TEXTS)("runs") if case.runs else said_of(case.error or case.status, language)
