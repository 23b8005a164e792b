"""Durées: how long cases take; early endings and restored cases as the two populations that they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import htpy as h

from record.domain.tally import NEEDED, Count
from record.formats import day_and_time, duration, lasting, number, share
from supervision.figures.durations import (
    Durations,
    Population,
    beyond,
    durations,
    high_of,
    population_of,
    trend,
)
from supervision.kit.distributions import Distribution, distributions
from supervision.kit.html import Node, choice, note, table
from supervision.kit.moments import moment_text
from supervision.kit.sheet import timed
from supervision.kit.trend import Moment
from supervision.kit.trend import trend as trend_chart
from supervision.question import Question
from supervision.screens.reading import Read, read_ended, read_slices, says_searched, uncounted
from supervision.screens.slowest import draw_slowest
from supervision.sources import Sources

OTHERS = (Population.OTHER, Population.ADVISED, Population.STOPPED)
COLOURS = {Population.RESTORED: "bar", Population.EARLY: "grey"}
"""The populations that are drawn."""
PARTS = (0.5, 0.9, 0.95, 0.99, 1)


def draw(question: Question, sources: Sources) -> Node:
    read = read_slices(question, sources.record)
    found = durations(read.slices)
    if not found.outcomes:
        return [says_searched(question, read), note(question.say("empty"))]
    return [
        says_searched(question, read),
        _distributions(question, found),
        h.p(".small.quiet")[question.say("scale")],
        _sentences(question, found, sources.terms.remote),
        _trend(question, read),
        draw_slowest(question, read_ended(question, sources.record, read)),
        h.h2[question.say("by_outcome")],
        _outcomes(question, found),
        [h.h2(title=question.say("state_title"))[question.say("by_state")], _states(question, found)]
        if not uncounted(question).conditions
        else note(question.say("untold")),
        h.p(".small.quiet")[question.say("thin", p90=NEEDED[0.9], p95=NEEDED[0.95], p99=NEEDED[0.99])],
    ]


def _distributions(question: Question, found: Durations) -> Node:
    say, drawn, medians, empty = question.say, [], [], []
    for each, colour in COLOURS.items():
        count, name = found.populations[each], say(each)
        if not count.buckets:
            empty.append(h.p(".quiet")[say("none", name=name)])
            continue
        title = "" if question.is_narrow else f", {say(f'{each}_title')}"
        about = say.counted("about", count.times, number(count.times), title=title)
        drawn.append(Distribution(name, about, count, colour))
        medians.append(f"{name}: {say('median')} {duration(count.percentile(0.5), say.language)}")
    return [distributions(question, drawn, f"{say('chart')}. {'; '.join(medians)}") if drawn else None, empty]


def _sentences(question: Question, found: Durations, sla: timedelta) -> Node:
    say, language = question.say, question.language
    late, restored = beyond(found.certain, sla), found.certain.number
    told = {"sla": lasting(sla, language), "all": number(restored)}
    return [
        h.p[
            h.strong(".person")[say("late", count=number(late), share=share(late, restored, language), **told)]
            if late
            else say("in_time", **told)
        ]
        if restored
        else None,
        [
            h.p(".small.quiet")[say(each, count=number(its.times), median=duration(its.percentile(0.5), language))]
            for each in OTHERS
            if (its := found.populations[each]).times
        ],
    ]


def _outcomes(question: Question, found: Durations) -> h.Fragment:
    rows: list[tuple[Node, Count]] = []
    for outcome, count in found.outcomes:
        rows.append((question.outcome(outcome), count))
        if found.certain.number and population_of(outcome) is Population.RESTORED:
            rows.append((h.div(".inner.quiet")[question.say("certain")], found.certain))
    return _times_table(question, "outcome", rows)


def _states(question: Question, found: Durations) -> h.Fragment:
    rows = [(h.span(title=state)[question.state(state)], count) for state, count in found.states]
    return _times_table(question, "state", rows)


def _times_table(question: Question, what: str, rows: Sequence[tuple[Node, Count]]) -> h.Fragment:
    """Outcomes or states with their percentiles; the less important of them only where there is room."""
    heads, longest = [question.say(each) for each in (what, "cases")], question.say("longest").capitalize()
    cells = (
        [name, number(count.times), *(timed(count.percentile(each), question.language) for each in PARTS)]
        for name, count in rows
    )
    spare = (3, 6) if question.is_narrow else ()
    heads += [question.say("median").capitalize(), "p90", "p95", "p99", longest]
    return table(heads, cells, range(1, 7), question.say(f"by_{what}"), spare=spare)


def _trend(question: Question, read: Read) -> Node:
    say = question.say
    population = Population.EARLY if question.option("of") == "early" else Population.RESTORED
    by = say("by_hour" if question.range.is_by_hour else "by_day")
    points = trend(read.slices, population, question.range.step)
    pages = {"": say("restored"), "early": say("early")}
    return [
        h.h2[say("trend"), ", ", by],
        choice(question, "of", pages, "early" if population is Population.EARLY else ""),
        [
            trend_chart(
                question,
                [_moment(question, *each) for each in points],
                f"{say('trend')}: {say(population)}, {by}",
                [say("moment_at"), say("cases"), f"{say('median')} (ms)", "p95 (ms)", f"{say('longest')} (ms)"],
            ),
            h.p(".small.quiet")[say("hollow", count=NEEDED[0.95])]
            if any(count.percentile(0.95) is None for _, count in points)
            else None,
        ]
        if points
        else note(say("none", name=say(population.value))),
    ]


def _moment(question: Question, start: datetime, count: Count) -> Moment:
    say, step = question.say, question.range.step
    low, high = count.percentile(0.5) or 0.0, high_of(count) or 0.0
    title = say(
        "moment",
        time=moment_text(start, step, say.language),
        cases=say.counted("about", count.times, number(count.times), title=""),
        median=duration(low, say.language),
        high=duration(high, say.language),
    )
    exact = ("" if each is None else f"{each:.0f}" for each in map(count.percentile, (0.5, 0.95, 1)))
    row = [day_and_time(start, say.language), str(count.times), *exact]
    return Moment(start + step / 2, low, high, count.percentile(0.95) is None, title, row)
