"""The cases of a way: those that took it and ended in the range, and those that are open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import htpy as h

from record.domain.record import EndedCase, OpenCase
from record.formats import day_and_time, number
from record.words import Words
from supervision.figures.branches import taken_by
from supervision.kit.html import Node, link, note, table
from supervision.kit.sheet import timed
from supervision.process import process
from supervision.screens.branches.look import Look
from supervision.screens.reading import LATEST
from supervision.sources import Sources
from supervision.words import OUTCOMES

MOST = 50
HOUR = timedelta(hours=1)
HEADS = ("case", "outcome", "ended_at", "took")


def cases_of(look: Look, way: str, sources: Sources) -> Node:
    """The cases of a way, the latest end first, then the oldest that are open; ``way`` is as a filter has it."""
    say, question = look.say, look.question
    pairs = [(before, after) for each in way.split("|") for before, _, after in [each.partition(">")]]
    # The hours that are counted: those that begin in the range.
    since, until = (_next_hour(each) for each in (question.range.since, question.range.until))
    latest = sources.record.ended_cases(since, until, LATEST)
    ended = taken_by([each for each in latest if question.filter.takes_ended(each)], pairs)
    running = taken_by(look.open_cases, pairs)
    times = sum(look.flow.ways.get(pair, 0) for pair in pairs)
    filtered = str(question.filter.replacing("way", *map(">".join, pairs)))
    return [
        [h.h2[_title(look, pair), _when(look, pair)] for pair in pairs],
        h.p[
            say("way_cases", times=number(times), cases=number(len(ended)), running=number(len(running))),
            " ",
            link(say("way_durations"), question, screen="durations", filter=filtered, way="", section=""),
        ],
        note(say("way_latest", count=number(LATEST))) if len(latest) >= LATEST else None,
        table([say(each) for each in HEADS], _rows(look, ended, running), (3,), say("case"))
        if ended or running
        else h.p(".quiet")[say("way_nobody")],
        h.p(".small.quiet")[say("way_more", count=number(MOST))] if len(ended) + len(running) > MOST else None,
    ]


def _next_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR


def _status(look: Look, case: OpenCase) -> Node:
    return look.say("runs") if case.runs else h.span(".broken")["▲ ", case.error or case.status]


def _title(look: Look, pair: tuple[str, str]) -> str:
    return " → ".join(look.title(state) for state in pair)


def _when(look: Look, pair: tuple[str, str]) -> Node:
    edge = process().edges.get(pair)
    when = edge.when[look.language] if edge else ""
    return h.span(".quiet")[f" ({when})"] if when else None


def _rows(look: Look, ended: Sequence[EndedCase], running: Sequence[OpenCase]) -> list[list[Node]]:
    question, language, names = look.question, look.language, Words(look.language, OUTCOMES)

    def case(limitation: str) -> Node:
        return link(
            h.span(".whole")[limitation], question, popup=True, screen="case", key=limitation, way="", section=""
        )

    rows: list[list[Node]] = [
        [case(each.limitation_id), _status(look, each), "", timed(question.now - each.started_at, language)]
        for each in running
    ]
    rows += [
        [
            case(each.limitation_id),
            names.either(each.outcome, each.outcome),
            day_and_time(each.ended_at, language),
            timed(each.took, language),
        ]
        for each in ended
    ]
    return rows[:MOST]
