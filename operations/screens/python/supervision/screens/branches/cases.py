"""The cases of a way: those that took it and ended in the range, and those that are open."""

from datetime import datetime, timedelta

import htpy as h

from record.formats import number
from record.words import Words
from supervision.figures.branches import pair_of
from supervision.kit.html import Node, button, link, note
from supervision.process import way_names
from supervision.screens.branches.look import Look
from supervision.screens.listed import case_list
from supervision.screens.reading import LATEST
from supervision.sources import Sources

HOUR = timedelta(hours=1)


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
    return [
        None if question.option("popup") else button(say("back"), question, way=""),
        [
            h.h2[names.either(each, each), h.span(".quiet")[f" ({when})"] if when else None]
            for each in way.split("|")
            for when in [look.when(pair_of(each))]
        ],
        h.p[
            say("way_cases", times=number(times), cases=number(len(ended)), running=number(len(running))),
            " ",
            link(say("way_durations"), question, screen="durations", filter=str(wanted)),
        ],
        note(say("way_latest", count=number(LATEST))) if len(latest) >= LATEST else None,
        case_list(question, [*running, *ended]) if running or ended else h.p(".quiet")[say("way_nobody")],
    ]


def _next_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR
