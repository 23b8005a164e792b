"""A list of cases, open or ended, each of which opens its own: the same wherever a figure opens one."""

from collections.abc import Mapping, Sequence

import htpy as h

from record.codes import said_of
from record.domain.record import EndedCase, OpenCase, Stage
from record.formats import day_and_time
from supervision.kit.html import Node, link, part, table
from supervision.kit.sheet import timed
from supervision.question import Question
from supervision.screens.reading import MILLISECOND

SHOWN, MORE = 50, 500
WAYS: Mapping[Stage, str] = {
    Stage.CONCERNED: "IsItOurs>SuspendReminders|IsItOurs>CheckPayment",
    Stage.CERTAIN: "MayPowerComeBack>ReadPoint|MayPowerComeBack>DecidePriority",
    Stage.ORDERED: "DidEnedisAccept>AnnounceOrder|DidEnedisAccept>WaitForEnedis|DidEnedisAccept>ReadCase",
    Stage.RESTORED: "HowItEnded>Restored",
}
"""The ways that cases take as they come so far: they open the cases behind the figure of a stage."""


def case_list(question: Question, cases: Sequence[OpenCase | EndedCase]) -> Node:
    """The first of the cases, or more of them (``rows``); the CSV has all."""
    heads = [question.say(each) for each in ("a_case", "outcome", "ended", "took")]
    rows = [
        (each, _said(question, each), day_and_time(each.ended_at, question.language), each.took)
        if isinstance(each, EndedCase)
        else (each, _said(question, each), "", question.now - each.started_at)
        for each in cases
    ]
    sheet = [[case.limitation_id, said, at, f"{took / MILLISECOND:.0f}"] for case, said, at, took in rows]
    shown, more = part(question, rows, SHOWN, MORE)
    drawn = (
        [case_link(question, case.limitation_id), status(question, case), at, timed(took, question.language)]
        for case, _, at, took in shown
    )
    return [table(heads, drawn, (3,), question.say("a_case"), [[*heads[:-1], f"{heads[-1]} (ms)"], *sheet]), more]


def case_link(question: Question, limitation: str) -> Node:
    """A link to a case, in a popup."""
    return link(h.span(".whole")[limitation], question, popup=True, screen="case", key=limitation)


def status(question: Question, case: OpenCase | EndedCase) -> Node:
    """How a case ended, whether it runs, or what stopped it."""
    words = _said(question, case)
    is_broken = isinstance(case, OpenCase) and not case.runs
    return h.span(".broken", title=case.error)["▲ ", words] if is_broken else words


def _said(question: Question, case: OpenCase | EndedCase) -> str:
    if isinstance(case, EndedCase):
        return question.outcome(case.outcome)
    return question.say("runs") if case.runs else said_of(case.error or case.status, question.language)
