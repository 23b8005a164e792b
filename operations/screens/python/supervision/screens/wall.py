"""The wall of "Suivi global": few figures, read from five metres, the range before beside each; each opens its list."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched

import htpy as h

from record.domain.record import Slice, Stage
from record.formats import NOTHING, number, share
from supervision.figures.customers import Now, came, customers_of, in_time_of, waited_at
from supervision.figures.durations import Population, populations
from supervision.kit.html import Node, button, link
from supervision.kit.sheet import named, timed, with_sheet
from supervision.question import Question, Range
from supervision.screens.listed import WAYS
from supervision.screens.reading import DAY, HOUR, LATEST, counted_slices, name_of_before, says_capped
from supervision.sources import Sources

type Figure = tuple[str, Node, Mapping[str, str]]
"""The name of a figure, its value, and what its list asks for."""


def draw_wall(question: Question, sources: Sources) -> Node:
    """Draw it: who waits and is held now, how many came back in time, and how long it took."""
    say, language = question.say, question.language
    every, day = sources.record.open_cases(), Range(question.now - DAY, question.now)
    found = Now(every, question.now, sources.terms)
    since = sources.record.ended_cases(day.since, day.until, LATEST)
    waited = number(customers_of(waited_at(day.since, since, every))) if len(since) < LATEST else NOTHING
    spans = [counted_slices(question, sources.record, each) for each in (question.range, question.range.before)]
    reached, held = list(map(came, spans)), customers_of(found.stopped)
    ways, beyond = {"screen": "branches", "way": WAYS[Stage.RESTORED]}, f"took>{sources.terms.remote / HOUR:g}h"
    lists = {"screen": "running", "only": "paid"}
    waits: list[Figure] = [
        ("", number(found.paid), lists),
        *([(say("the_oldest"), timed(question.now - found.oldest, language), lists)] if found.oldest else []),
        (
            say("same_time"),
            waited,
            {"screen": "running", "only": "waited", "range": str(day)},
        ),
    ]
    failed = (number(each["failed"]) for each in reached)
    stands: list[Figure] = [
        ("", number(held), {"screen": "running", "only": "stopped"}),
        *_both(question, say("were_stopped"), failed, {"screen": "incidents"}),
    ]
    shares = (share(*in_time_of(each), language) for each in spans)
    came_back = [
        *_both(question, "", shares, {**ways, "filter": beyond}),
        *_both(question, say("restored_now"), (number(each["restored"]) for each in reached), ways),
    ]
    times = {each.value: _times(question, each, spans) for each in (Population.RESTORED, Population.EARLY)}
    defined = "\n".join([say("in_time_title"), say("defined_restored"), say("beyond", took=beyond)])
    tiles = h.div(".wall")[
        _tile(question, say("paid_and_wait"), say("waiting_title"), waits, "person" if found.paid else ""),
        _tile(question, say("held"), say("held_title"), stands, "broken" if held else ""),
        _tile(question, say("in_time"), defined, came_back),
        (
            h.div(".pair", title=say("durations_title"))[
                h.h2[say(each)], (h.div[_below(question, *pair)] for pair in batched(its, 2, strict=True))
            ]
            for each, its in times.items()
        ),
        h.div(".no-print")[button(say("leave"), question, wall="")],
    ]
    told = {"paid_and_wait": waits, "held": stands, "in_time": came_back, **times}
    rows = [
        row
        for word, its in told.items()
        for name, value, _ in its
        for row in named(f"{say(word)}, {name}".removesuffix(", "), value)
    ]
    return [says_capped(question, len(every)), with_sheet(tiles, say("paid_and_wait"), rows)]


def _tile(question: Question, title: str, about: str, figures: Sequence[Figure], kind: str = "") -> h.Element:
    return h.div(title=about)[h.h2[title], _below(question, *figures, kind=kind)]


def _below(question: Question, first: Figure, *others: Figure, kind: str = "") -> Node:
    """A large figure, and those that belong to it below."""
    say, (name, *_) = question.say, first
    return [
        h.div(class_=f"figure {kind}")[_value(question, first)],
        name and h.p[name],
        (h.p[say("told", name=each[0].removeprefix(f"{name}, ")), _value(question, each)] for each in others),
    ]


def _value(question: Question, figure: Figure) -> Node:
    _, value, opens = figure
    # A list of another time than the dashboard's opens in a popup, so that one comes back to now.
    return link(value, question, popup="range" in opens, **opens)


def _times(question: Question, population: Population, spans: Sequence[Sequence[Slice]]) -> Sequence[Figure]:
    """Median and mean of a population, each with that of the range before: never one of both populations."""
    counts = [populations(each)[population] for each in spans]
    opens = {"screen": "durations", "of": "early" if population is Population.EARLY else ""}
    medians = (timed(each.percentile(0.5), question.language) for each in counts)
    means = (timed(each.mean, question.language) for each in counts)
    return [
        *_both(question, question.say("median"), medians, opens),
        *_both(question, question.say("mean"), means, opens),
    ]


def _both(question: Question, name: str, values: Iterable[Node], opens: Mapping[str, str]) -> Sequence[Figure]:
    (now, before), earlier = values, name_of_before(question)
    back = {**opens, "range": str(question.range.before)}
    return [(name, now, opens), (f"{name}, {earlier}" if name else earlier, before, back)]
