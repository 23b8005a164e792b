"""The cases of a way: those that took it and ended in the range, and those that are open."""

from collections.abc import Iterator, Sequence
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
HOUR, MILLISECOND = timedelta(hours=1), timedelta(milliseconds=1)
HEADS = ("case", "outcome", "ended_at", "took")
OWN = ("way", "section", "state", "measure", "against", "rows")
"""What another screen need not be told."""
type Row = tuple[OpenCase | EndedCase, str, str, timedelta]
"""A case, its status or outcome, when it ended, and how long it took."""


def away(question: Question) -> Question:
    """The question without what only this screen understands."""
    return replace(question, options={name: value for name, value in question.options.items() if name not in OWN})


def status(case: OpenCase, language: Language) -> Node:
    """Whether a case runs, or what stopped it."""
    words = _status(case, language)
    return words if case.runs else h.span(".broken", title=case.error)["▲ ", words]


def _status(case: OpenCase, language: Language) -> str:
    return Words(language, TEXTS)("runs") if case.runs else said_of(case.error or case.status, language)


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
    shown, heads = rows[: MORE if question.option("rows") == "more" else SHOWN], [say(each) for each in HEADS]
    sheet = [[case.limitation_id, words, at, f"{took / MILLISECOND:.0f}"] for case, words, at, took in rows]
    return [
        None if question.option("popup") else button(say("back"), question, way=""),
        [h.h2[names.either(each, each), _when(look, each)] for each in way.split("|")],
        h.p[
            say("way_cases", times=number(times), cases=number(len(ended)), running=number(len(running))),
            " ",
            link(say("way_durations"), away(question), screen="durations", filter=str(wanted)),
        ],
        note(say("way_latest", count=number(LATEST))) if len(latest) >= LATEST else None,
        table(heads, _drawn(look, shown), (3,), say("case"), [[*heads[:-1], f"{heads[-1]} (ms)"], *sheet])
        if rows
        else h.p(".quiet")[say("way_nobody")],
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


def _rows(look: Look, ended: Sequence[EndedCase], running: Sequence[OpenCase]) -> Sequence[Row]:
    now, language, names = look.question.now, look.language, Words(look.language, OUTCOMES)
    return [
        *((it, _status(it, language), "", now - it.started_at) for it in running),
        *((it, names.either(it.outcome, it.outcome), day_and_time(it.ended_at, language), it.took) for it in ended),
    ]


def _drawn(look: Look, rows: Sequence[Row]) -> Iterator[Sequence[Node]]:
    question, language = away(look.question), look.language
    for case, words, at, took in rows:
        name = h.span(".whole")[case.limitation_id]
        yield [
            link(name, question, popup=True, screen="case", key=case.limitation_id),
            status(case, language) if isinstance(case, OpenCase) else words,
            at,
            timed(took, language),
        ]
