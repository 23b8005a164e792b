"""Suivi global: who has paid and sits without power now, and how far the payments of the range came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import htpy as h

from record.domain.promises import Promise
from record.domain.record import OpenCase, Slice, Stage
from record.domain.tally import Count, total
from record.formats import duration, lasting, number, share
from supervision.figures.customers import (
    Now,
    came,
    customers_of,
    promises,
    restored_by_time,
    summed,
    without_advisor,
)
from supervision.filters import COUNTED
from supervision.kit.charts import Bar, bars
from supervision.kit.columns import columns
from supervision.kit.html import Node, button, cards, link, note, table, tile
from supervision.kit.sheet import timed, with_sheet
from supervision.question import Question
from supervision.screens.listed import WAYS
from supervision.screens.reading import counted_slices, name_of_before, says_capped, uncounted
from supervision.screens.wall import draw_wall
from supervision.sources import Sources

MINUTE, RECENT = timedelta(minutes=1), timedelta(minutes=5)
"""A range that ended so long ago at most reaches to now: a page that is shown for a while does not ask again."""
ASKED = ("branches", "incidents", "durations", "case")
"""The screens whose questions stand on this one."""
RESULTS = ("kept", "broken", "open")
"""What may come of a promise."""


def draw(question: Question, sources: Sources) -> Node:
    if question.option("wall"):
        return draw_wall(question, sources)
    every = sources.record.open_cases()
    now, before = (counted_slices(question, sources.record, each) for each in (question.range, question.range.before))
    # Cases that run now belong to a range that reaches to now, and to no filter on how or when a case ended.
    asks_of_ends = any(each.field in COUNTED for each in question.filter.conditions)
    is_of_now = question.now - question.range.until <= RECENT
    running = every if is_of_now and not asks_of_ends else ()
    # A metric's periods end with the minute: the one that runs is counted as well, as are the cases that run.
    received = replace(question.range, until=question.range.until + is_of_now * MINUTE)
    figures, stand, left_out = came(now, running), Now(every, question.now, sources.terms), uncounted(question)
    return [
        says_capped(question, len(every)),
        with_sheet(_waiting(question, stand), question.say("overview")),
        h.p(".row.no-print")[
            button(question.say("wall"), question, wall="1"),
            (link(question.say(f"ask_{screen}"), question, screen=screen) for screen in ASKED),
        ],
        h.h2[question.say("funnel")],
        note(question.say("left_out", text=str(left_out))) if left_out.conditions else None,
        with_sheet(
            _apart(question, sources.sums({"": sources.received()}, received).get(""), figures["checked"]),
            question.say("defined_received"),
        ),
        _funnel(question, figures, came(before) if before else None),
        h.p(".row.small.no-print")[
            question.say("their_cases"),
            (
                link(question.say(f"word_{stage}"), question, popup=True, screen="branches", way=way)
                for stage, way in WAYS.items()
            ),
        ],
        h.p(".small.quiet")[
            question.say("mark"),
            " ",
            link(name_of_before(question), question, popup=True, range=str(question.range.before)),
        ]
        if before
        else None,
        note(question.say("empty")) if not figures["concerned"] else None,
        cards(
            question.say("cases"),
            _tile(question, "balance_due", figures["balance_due"]),
            _tile(question, "advised", customers_of(stand.advised), "person"),
            _tile(question, "left", figures["left"], "person"),
            _tile(question, "failed", figures["failed"], "broken"),
            _tile(question, "without_advisor", share(*without_advisor(now), question.language)),
            _billing_lag(question, summed(now, "paid#billing")),
        ),
        _promises(question, now, _promised_singly(question, sources, running)),
        _by_time(question, now, before),
    ]


def _tile(question: Question, word: str, value: int | str, kind: str = "") -> Node:
    return tile(
        value if isinstance(value, str) else number(value),
        question.say(f"word_{word}"),
        question.say(f"defined_{word}"),
        kind if value else "",
    )


def _billing_lag(question: Question, count: Count) -> Node:
    """How long billing took; nothing where it does not say when customers paid."""
    if not count.number:
        return None
    say, median, high = question.say, count.percentile(0.5), count.percentile(0.95)
    told = f" · p95 {duration(high, question.language)}" if high is not None else ""
    return tile(timed(median, question.language), say("word_billing_lag") + told, say("defined_billing_lag"))


def _promised_singly(question: Question, sources: Sources, running: Sequence[OpenCase]) -> Sequence[Promise]:
    """What is promised in cases that run, and in the channels, which no filter knows."""
    of_cases = [promise for case in running for promise in case.promises]
    if question.filter.conditions:
        return of_cases
    asked = sources.promised(question.range.since, question.range.until)
    return [*of_cases, *(each for each in asked if each.ended or question.now - question.range.until <= RECENT)]


def _promises(question: Question, slices: Sequence[Slice], others: Sequence[Promise]) -> Node:
    """What was promised, and what came of it; nothing where nothing was promised."""
    say = question.say
    found = promises(slices, others, question.now)
    if not found:
        return None
    named = [*((say(what), count) for what, count in found.items()), (say("all"), total(found.values()))]
    heads = [h.span(title=say(f"defined_{word}"))[say(word)] for word in ("promised", *RESULTS)]
    rows = ([name, number(count.number), *(_result(word, count) for word in RESULTS)] for name, count in named)
    return [h.h2[say("promises")], table([say("what"), *heads], rows, numbers=range(1, 5), caption=say("promises"))]


def _result(word: str, count: Count) -> Node:
    value = count.sums.get(word, 0)
    return h.span(".broken")["▲ ", number(value)] if value and word == "broken" else number(value)


def _apart(question: Question, received: int | None, checked: int) -> Node:
    """What is no customer who paid: the payments themselves, where they were measured, and checks."""
    say = question.say
    if received is None:
        return note(say("unmeasured"))
    return h.p[
        h.span(title=say("defined_received"))[say.counted("received", received, number(received))],
        [" · ", h.span(".quiet", title=say("defined_checked"))[say.counted("checked", checked, number(checked))]]
        if checked
        else None,
    ]


def _by_time(question: Question, now: Sequence[Slice], before: Sequence[Slice]) -> Node:
    """How many were restored in each hour or day, with the range before as marks."""
    if not now:
        return None
    back = question.range.since - question.range.before.since
    earlier = {start + back: float(count) for start, count in restored_by_time(before, question.range.step).items()}
    title = question.say("by_hour" if question.range.is_by_hour else "by_day")
    return [
        h.h2(title=question.say("defined_restored"))[title],
        columns(
            question,
            [*restored_by_time(now, question.range.step).items()],
            question.range.step,
            title,
            before=(earlier, name_of_before(question)),
        ),
    ]


def _waiting(question: Question, those: Now) -> Node:
    """The customers who have paid and are without power; nobody is said to wait while a case is held."""
    language = question.language
    say = question.say
    if not those.paid and not those.stopped:
        return h.div[h.span(".big")["0"], " ", say("nobody")]
    waiting, stopped, oldest = customers_of(those.waiting), len(those.stopped), those.oldest
    asked, unchecked = (customers_of(each for each in those.unchecked if each.runs is runs) for runs in (True, False))
    return h.div[
        h.span(class_="big person" if those.paid else "big")[number(those.paid)],
        " ",
        say.counted("paid", those.paid, number(those.paid)) if those.paid else say("not_known"),
        h.p[
            [
                say.counted("waiting", waiting, number(waiting)),
                [" + ", say("asked", count=number(asked))] if asked else None,
                [" + ", h.span(".broken")["▲ ", say("unchecked", count=number(unchecked))]] if unchecked else None,
                ". ",
            ]
            if asked or unchecked
            else None,
            say("oldest", time=lasting(question.now - oldest, language)) if oldest else None,
            h.span(".broken")[" ▲ ", say.counted("stopped", stopped, number(stopped)), "."] if stopped else None,
            " ",
            link(say("list"), question, screen="running"),
        ],
    ]


def _funnel(question: Question, now: Counter[str], before: Counter[str] | None) -> Node:
    say = question.say
    found = []
    for name in WAYS:
        value, earlier = now[name], None if before is None else before[name]
        is_part = name is not Stage.CONCERNED and value <= now[Stage.CONCERNED]
        part = f" · {share(value, now[Stage.CONCERNED], question.language)}" if is_part else ""
        found.append(Bar(say(f"word_{name}"), value, number(value) + part, earlier, say(f"defined_{name}")))
    return bars(found, question.room, say("funnel"), name_of_before(question))
