"""Durées: how long cases take; early endings and restored cases as the two populations that they are."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import htpy as h

from record.codes import said_of
from record.domain.record import EndedCase
from record.domain.tally import NEEDED, Count
from record.formats import NOTHING, day_and_time, decimal, duration, lasting, number, share
from record.words import Words
from supervision.figures.customers import summed
from supervision.figures.durations import (
    CERTAIN,
    Population,
    beyond,
    outcomes,
    population_of,
    populations,
    states,
    trend,
)
from supervision.figures.outliers import (
    LEAST_ALL,
    LEAST_CASES,
    LEAST_LIFT,
    LEAST_SLOW,
    Common,
    Kind,
    Outliers,
    outliers,
)
from supervision.kit import durations as charts
from supervision.kit.html import Node, choice, link, note, part, table
from supervision.kit.sheet import timed
from supervision.question import Question
from supervision.rule_tables import rule_names
from supervision.screens.listed import case_link
from supervision.screens.reading import Read, read_ended, read_slices, says_searched, uncounted
from supervision.sources import Sources

OTHERS = (Population.OTHER, Population.ADVISED, Population.STOPPED)
COLOURS = {Population.RESTORED: "bar", Population.EARLY: "grey"}
"""The populations that are drawn."""
PARTS = (0.5, 0.9, 0.95, 0.99, 1)
SHOWN, MORE = 10, 100
"""As many of the slowest cases are listed."""


def draw(question: Question, sources: Sources) -> Node:
    read = read_slices(question, sources.record)
    found, certain, ended = populations(read.slices), summed(read.slices, CERTAIN), outcomes(read.slices)
    if not ended:
        return [says_searched(question, read), note(question.say("empty"))]
    rows = [(h.span(title=state)[question.state(state)], count) for state, count in states(read.slices)]
    return [
        says_searched(question, read),
        _distributions(question, found),
        h.p(".small.quiet")[question.say("scale")],
        _sentences(question, found, certain, sources.terms.remote),
        _trend(question, read),
        _slowest(question, read_ended(question, sources.record, read)),
        h.h2[question.say("by_outcome")],
        _outcomes(question, ended, certain),
        [h.h2(title=question.say("state_title"))[question.say("by_state")], _times_table(question, "state", rows)]
        if not uncounted(question).conditions
        else note(question.say("untold")),
        h.p(".small.quiet")[question.say("thin", p90=NEEDED[0.9], p95=NEEDED[0.95], p99=NEEDED[0.99])],
    ]


def _distributions(question: Question, found: Mapping[Population, Count]) -> Node:
    say, drawn, medians, empty = question.say, [], [], []
    for each, colour in COLOURS.items():
        count, name = found[each], say(each)
        if not count.buckets:
            empty.append(h.p(".quiet")[say("none", name=name)])
            continue
        title = "" if question.is_narrow else f", {say(f'{each}_title')}"
        about = say.counted("about", count.times, number(count.times), title=title)
        drawn.append((name, about, count, colour))
        medians.append(f"{name}: {say('median')} {duration(count.percentile(0.5), say.language)}")
    return [charts.distributions(question, drawn, f"{say('chart')}. {'; '.join(medians)}") if drawn else None, empty]


def _sentences(question: Question, found: Mapping[Population, Count], certain: Count, sla: timedelta) -> Node:
    say, language = question.say, question.language
    late, restored = beyond(certain, sla), certain.number
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
            if (its := found[each]).times
        ],
    ]


def _outcomes(question: Question, ended: Sequence[tuple[str, Count]], certain: Count) -> h.Fragment:
    rows: list[tuple[Node, Count]] = []
    for outcome, count in ended:
        rows.append((question.outcome(outcome), count))
        if certain.number and population_of(outcome) is Population.RESTORED:
            rows.append((h.div(".inner.quiet")[question.say("certain")], certain))
    return _times_table(question, "outcome", rows)


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
            charts.trend(question, points, f"{say('trend')}: {say(population)}, {by}"),
            h.p(".small.quiet")[say("hollow", count=NEEDED[0.95])]
            if any(count.percentile(0.95) is None for _, count in points)
            else None,
        ]
        if points
        else note(say("none", name=say(population.value))),
    ]


def _slowest(question: Question, cases: Sequence[EndedCase]) -> Node:
    """The slowest restored cases among the latest, with what they have in common; nothing where none was restored."""
    found = outliers(cases)
    if not found.number:
        return None
    say, language = question.say, question.language
    told = {"all": number(found.number)}
    return [
        h.h2[say("slowest")],
        h.p[say("slow_bound", slow=number(len(found.slow)), bound=lasting(found.bound, language), **told)]
        if found.bound is not None
        else note(say("few", least=LEAST_CASES, **told)),
        _common(question, found) if found.bound is not None else None,
        _list(question, found.slow),
    ]


def _common(question: Question, found: Outliers) -> Node:
    say, language = question.say, question.language
    criterion = say("criterion", slow=LEAST_SLOW, all=LEAST_ALL, lift=decimal(f"{LEAST_LIFT:.1f}", language))
    if not found.common:
        return h.p(".quiet.small")[say("nothing"), " ", criterion]
    heads = (say("trait"), say("of_slow"), say("of_all"), h.span(title=say("lift_title"))[say("lift")])
    rows = (
        [
            _trait(question, each),
            f"{number(each.slow)} · {share(each.slow, len(found.slow), language)}",
            f"{number(each.all)} · {share(each.all, found.number, language)}",
            h.strong["\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}", decimal(f"{each.lift:.1f}", language)],
        ]
        for each in found.common
    )
    return [table(heads, rows, (1, 2, 3), say("common")), h.p(".small.quiet")[criterion]]


def _trait(question: Question, common: Common) -> Node:
    """What is common, in words; a link to the cases that have it, where the filter knows it."""
    say, kind, value = question.say, common.kind, common.value
    if kind is Kind.HOUR:
        return say(kind, value=value, next=str((int(value) + 1) % 24))
    asks = ("redrives", "1..99") if kind is Kind.REDRIVEN else (kind.value, value)
    if kind is Kind.MEANS:
        value = said_of(value, question.language)
    elif kind is Kind.RULE:
        value = Words(question.language, rule_names()).either(value, value)
    return link(say(kind, value=value), question, filter=str(question.filter.replacing(*asks)))


def _list(question: Question, cases: Sequence[EndedCase]) -> Node:
    language = question.language
    shown, more = part(question, cases, SHOWN, MORE, "slowest")
    heads = [question.say(each) for each in ("limitation", "took", "paid_by", "codes", "ended")]
    rows = (
        [
            case_link(question, case.limitation_id),
            timed(case.took, language),
            ", ".join(said_of(each, language) for each in sorted(case.means)) or NOTHING,
            ", ".join(sorted(case.codes)) or NOTHING,
            day_and_time(case.ended_at, language),
        ]
        for case in shown
    )
    spare = (3, 4) if question.is_narrow else ()
    return [table(heads, rows, (1,), question.say("slowest"), spare=spare), h.p(".small")[more] if more else None]
