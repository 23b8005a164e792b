"""The cases of a way: those that took it and ended in the range, and those that are open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import htpy as h

from record.codes import said_of
from record.domain.record import EndedCase, OpenCase
from record.formats import day_and_time, number
from record.words import Language, Words
from supervision.figures.branches import pair_of
from supervision.kit.html import Node, button, link, note, table
from supervision.kit.sheet import timed
from supervision.process import process, way_names
from supervision.question import Question
from supervision.screens.branches.look import Look
from supervision.screens.branches.texts import TEXTS
from supervision.screens.reading import LATEST
from supervision.sources import Sources
from supervision.words import OUTCOMES

SHOWN, MORE = 50, 500
HOUR = timedelta(hours=1)
HEADS = ("case", "outcome", "ended_at", "took")
OWN = ("way", "section", "state", "measure", "against", "rows")
"""What another screen need not be told."""


def away(question: Question) -> Question:
    """The question without what only this screen understands."""
    return replace(question, options={name: value for name, value in question.options.items() if name not in OWN})


def status(case: OpenCase, language: Language) -> Node:
    """Whether a case runs, or what stopped it."""
    words = Words(language, TEXTS)("runs")
    return (
        words if case.runs else h.span(".broken", title=case.error)["▲ ", said_of(case.error or case.status, language)]
    )


def cases_of(look: Look, way: str, sources: Sources) -> Node:
    """The cases of a way: those that are open, then the latest that ended; ``way`` is as a filter has it."""
    say, question = look.say, look.question
    wanted, names = question.filter.replacing("way", *way.split("|")), Words(look.language, way_names())
    # The hours that are counted: those that begin in the range.
    since, until = (_next_hour(each) for each in (question.range.since, question.range.until))
    latest = sources.record.ended_cases(since, until, LATEST)
    ended = [each for each in latest if wanted.takes_ended(each)]
    running = [each for each in look.open_cases if wanted.takes_open(each)]
    times = sum(look.flow.ways.get(pair_of(each), 0) for each in way.split("|"))
    rows = _rows(look, ended, running)
    shown = rows[: MORE if question.option("rows") == "more" else SHOWN]
    return [
        None if question.option("popup") else button(say("back"), question, way=""),
        [h.h2[names.either(each, each), _when(look, each)] for each in way.split("|")],
        h.p[
            say("way_cases", times=number(times), cases=number(len(ended)), running=number(len(running))),
            " ",
            link(say("way_durations"), away(question), screen="durations", filter=str(wanted)),
        ],
        note(say("way_latest", count=number(LATEST))) if len(latest) >= LATEST else None,
        table([say(each) for each in HEADS], shown, (3,), say("case")) if rows else h.p(".quiet")[say("way_nobody")],
        link(say("way_more", count=number(MORE)), question, popup=True, rows="more")
        if len(shown) < len(rows)
        else None,
    ]


def _next_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR


def _when(look: Look, way: str) -> Node:
    edge = process().edges.get(pair_of(way))
    when = edge.when[look.language] if edge else ""
    return h.span(".quiet")[f" ({when})"] if when else None


def _rows(look: Look, ended: Sequence[EndedCase], running: Sequence[OpenCase]) -> list[list[Node]]:
    question, language, names = away(look.question), look.language, Words(look.language, OUTCOMES)

    def row(limitation: str, *told: Node) -> list[Node]:
        return [link(h.span(".whole")[limitation], question, popup=True, screen="case", key=limitation), *told]

    return [
        *(
            row(it.limitation_id, status(it, language), "", timed(question.now - it.started_at, language))
            for it in running
        ),
        *(
            row(
                it.limitation_id,
                names.either(it.outcome, it.outcome),
                day_and_time(it.ended_at, language),
                timed(it.took, language),
            )
            for it in ended
        ),
    ]
