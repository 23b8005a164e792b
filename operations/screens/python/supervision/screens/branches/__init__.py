"""Parcours: which ways cases take through the process, and where they stand now."""

from datetime import timedelta

import htpy as h

from record.domain.states import STEPS
from record.formats import day_and_time, duration, number
from supervision.figures.changes import Measure, scale_of
from supervision.kit.html import Node, choice, note
from supervision.kit.sheet import with_sheet
from supervision.process import ALL, WHOLE, step_name
from supervision.question import Question
from supervision.screens.branches.look import DAY_BEFORE, Look, look
from supervision.screens.branches.opened import cases_of, detail
from supervision.screens.branches.picture import picture, strip
from supervision.screens.branches.tables import boxes, branches, outside
from supervision.screens.reading import name_of_before, says_capped, uncounted
from supervision.sources import Sources

NARROW = 700
"""Narrower, in pixels, the process is a list."""
YOUNG = timedelta(days=2)
LONG_AGO = timedelta(days=30)


def draw(question: Question, sources: Sources) -> Node:
    """Draw the eight steps, a step or all states; or one state, or the cases of a way, where the question names it."""
    found = look(question, sources)
    if state := question.option("state"):
        return detail(found, state, sources.runbook)
    if way := question.option("way"):
        return cases_of(found, way, sources)
    chosen, is_narrow = question.option("section"), question.width < NARROW
    seen = found if chosen == ALL else found.within(chosen if chosen in STEPS else WHOLE)
    return [
        _choices(found),
        _numbers(found),
        _notes(found, sources),
        h.h2[step_name(chosen, question.language)] if chosen in STEPS else None,
        boxes(seen) if is_narrow else [_colour(seen), picture(seen), _told(seen)],
        branches(seen, is_whole=is_narrow),
        outside(found),
    ]


def _choices(found: Look) -> Node:
    say, question = found.say, found.question
    against = {"": say("alone"), DAY_BEFORE: say("with", before=name_of_before(question))}
    for moment in found.deployments:
        against[moment.isoformat()] = say("deployment", time=day_and_time(moment, found.language))
    chosen = question.option("against")
    pictures = {WHOLE: say("steps"), ALL: say("all")}
    return h.div(".row.no-print.small", style="margin:8px 0")[
        h.span(".quiet")[say("picture_of")],
        choice(question, "section", pictures, question.option("section")),
        h.span(".quiet")[say("measure")],
        choice(question, "measure", {each.value: say(each.value) for each in Measure}, found.measure.value),
        h.span(".quiet")[say("against")],
        choice(question, "against", against, chosen if chosen in against else ""),
    ]


def _numbers(found: Look) -> Node:
    say, flow = found.say, found.flow
    running = sum(each.runs for each in found.open_cases)
    failed = len(found.open_cases) - running
    counts = (("nothing", flow.nothing), ("running", running))
    others = (say(name, count=number(count)) for name, count in counts if count or name != "nothing")
    told = " · ".join([say.counted("cases", flow.cases, number(flow.cases)), *others])
    drawn = h.p(title=f"{say('cases_title')}\n{say('source')}")[
        told, h.span(".broken")[" · ▲ ", say("failed", count=number(failed))] if failed else None
    ]
    return with_sheet(drawn, say("cases_title"))


def _notes(found: Look, sources: Sources) -> Node:
    say, ignored = found.say, uncounted(found.question)
    return [
        note(say("not_counted", conditions=str(ignored))) if ignored.conditions else None,
        says_capped(found.question, found.read),
        _compared(found) if found.with_what else None,
        None if found.flow.cases or found.flow.nothing else note(_empty(found, sources)),
    ]


def _compared(found: Look) -> Node:
    say = found.say
    if found.before is None:
        return note(say("no_comparison", with_what=found.with_what))
    is_young = found.version and found.question.range.until - found.version < YOUNG
    return h.p(".small.quiet")[
        say("compared", count=number(found.before.cases), with_what=found.with_what),
        " ",
        say("clear"),
        " ",
        say("young") if is_young else None,
    ]


def _empty(found: Look, sources: Sources) -> str:
    """Why there is nothing: when the last case ended."""
    since = found.question.range.since
    last = sources.record.ended_cases(since - LONG_AGO, since, 1)
    when = found.say("last", time=day_and_time(last[0].ended_at, found.language)) if last else found.say("no_last")
    return f"{found.say('empty')} ; {when}."


def _colour(found: Look) -> Node:
    """What the states' colour means, with the least and the most."""
    say, scale = found.say, scale_of(found.flow, found.drawn.states, found.measure)
    if scale is None:
        return h.p(".small.quiet")[say("colour_none")]
    ends = [
        duration(each, found.language) if found.measure is Measure.DURATION else number(each)
        for each in (scale.least, scale.most)
    ]
    return h.p(".small")[
        say(f"colour_{found.measure.value}"),
        " ",
        h.span(style="white-space:nowrap")[ends[0], " ", strip(found), " ", ends[1]],
    ]


def _told(found: Look) -> Node:
    say = found.say
    return h.p(".small.quiet")[say("lines"), h.br, say("badges"), " ", h.span(".no-print")[say("click")]]
