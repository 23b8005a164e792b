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
from supervision.kit.page import NARROW
from supervision.kit.sheet import timed
from supervision.kit.trend import Moment
from supervision.kit.trend import trend as trend_chart
from supervision.question import Question
from supervision.screens.reading import Read, read_ended, read_slices, says_searched, uncounted
from supervision.screens.slowest import draw_slowest
from supervision.sources import Sources

OTHERS = (Population.OTHER, Population.ADVISED, Population.STOPPED)
COLOURS = {Population.RESTORED: "bar", Population.EARLY: "grey"}


def draw(question: Question, sources: Sources) -> Node:
    read = read_slices(question, sources.record)
    found = durations(read.slices)
    if not found.outcomes:
        return [says_searched(question, read), note(question.say("empty"))]
    since_certain = question.option("from") == "certain" and found.certain.number > 0
    return [
        says_searched(question, read),
        choice(
            question,
            "from",
            {"": question.say("from_start"), "certain": question.say("from_certain")},
            "certain" if since_certain else "",
        )
        if found.certain.number
        else None,
        _distributions(question, found, sources.targets.remote, since_certain=since_certain),
        h.p(".small.quiet")[question.say("scale")],
        _sentences(question, found, sources.targets.remote),
        _trend(question, read, sources, since_certain=since_certain),
        draw_slowest(question, read_ended(question, sources.record, read)),
        h.h2[question.say("by_outcome")],
        _outcomes(question, found),
        [h.h2(title=question.say("state_title"))[question.say("by_state")], _states(question, found)]
        if not uncounted(question).conditions
        else note(question.say("untold")),
        h.p(".small.quiet")[question.say("thin", p90=NEEDED[0.9], p95=NEEDED[0.95], p99=NEEDED[0.99])],
    ]


def _distributions(question: Question, found: Durations, sla: timedelta, *, since_certain: bool) -> Node:
    say = question.say
    counts = {each: found.populations[each] for each in (Population.RESTORED, Population.EARLY)}
    if since_certain:
        counts[Population.RESTORED] = found.certain
    titles = {each: say(f"{each}_title") for each in counts}
    if since_certain:
        titles[Population.RESTORED] = say("certain_title")
    shown = [each for each, count in counts.items() if count.buckets]
    medians = (f"{say(each)}: {say('median')} {duration(counts[each].percentile(0.5), say.language)}" for each in shown)
    bound = (sla / timedelta(milliseconds=1), say("bound", sla=lasting(sla, say.language))) if since_certain else None
    drawn = [
        Distribution(
            say(each),
            say.counted(
                "about",
                counts[each].times,
                number(counts[each].times),
                title=f", {titles[each]}" if question.width >= NARROW else "",
            ),
            counts[each],
            COLOURS[each],
        )
        for each in shown
    ]
    return [
        distributions(question, drawn, f"{say('chart')}. {'; '.join(medians)}", bound) if drawn else None,
        [h.p(".quiet")[say("none", name=say(each))] for each in counts if each not in shown],
    ]


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


def _outcomes(question: Question, found: Durations) -> Node:
    rows: list[tuple[Node, Count]] = []
    for outcome, count in found.outcomes:
        rows.append((question.outcome(outcome), count))
        if found.certain.number and population_of(outcome) is Population.RESTORED:
            rows.append((h.div(".inner.quiet")[question.say("certain")], found.certain))
    return _times_table(question, (question.say("outcome"), question.say("cases")), rows, question.say("by_outcome"))


def _states(question: Question, found: Durations) -> Node:
    rows = [(h.span(title=state)[question.state(state)], count) for state, count in found.states]
    return _times_table(question, (question.say("state"), question.say("cases")), rows, question.say("by_state"))


def _times_table(
    question: Question, heads: tuple[str, str], rows: Sequence[tuple[Node, Count]], caption: str
) -> h.Fragment:
    """Names with their percentiles; the less important of them only where there is room."""
    is_wide = question.width >= NARROW

    parts = (0.5, 0.9, 0.95, 0.99, 1) if is_wide else (0.5, 0.95, 0.99)
    cells = (
        [name, number(count.times), *(timed(count.percentile(each), question.language) for each in parts)]
        for name, count in rows
    )
    columns = ["p90", "p95", "p99", question.say("longest").capitalize()] if is_wide else ["p95", "p99"]
    all_heads = [*heads, question.say("median").capitalize(), *columns]
    return table(all_heads, cells, range(1, len(all_heads)), caption)


def _trend(question: Question, read: Read, sources: Sources, *, since_certain: bool) -> Node:
    say = question.say
    population = Population.EARLY if question.option("of") == "early" else Population.RESTORED
    by = say("by_hour" if question.range.is_by_hour else "by_day")
    certain = since_certain and population is Population.RESTORED
    points = trend(read.slices, population, question.range.step, certain=certain)
    pages = {"": say("restored"), "early": say("early")}
    deployed = _deployments(question, sources.record.versions())
    return [
        h.h2[say("trend"), ", ", by],
        choice(question, "of", pages, "early" if population is Population.EARLY else ""),
        [
            trend_chart(
                question,
                [_moment(question, *each) for each in points],
                f"{say('trend')}: {say(population)}, {by}",
                events=deployed,
                heads=[say("moment_at"), say("cases"), f"{say('median')} (ms)", "p95 (ms)", f"{say('longest')} (ms)"],
            ),
            h.p(".small.quiet")[say("hollow", count=NEEDED[0.95])]
            if any(_is_thin(each) for _, each in points)
            else None,
        ]
        if points
        else note(say("none", name=say(population.value))),
    ]


def _is_thin(count: Count) -> bool:
    return count.percentile(0.95) is None


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
    return Moment(start + step / 2, low, high, _is_thin(count), title, row)


def _deployments(question: Question, versions: Sequence[datetime]) -> Sequence[tuple[datetime, str]]:
    say = question.say
    inside = [each for each in versions if question.range.since <= each < question.range.until]
    return [(each, say("deployed", time=moment_text(each, question.range.step, question.language))) for each in inside]
