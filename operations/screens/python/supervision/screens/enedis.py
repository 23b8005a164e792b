"""Enedis: do they respond, within quota? Calls against the quota, outages, codes by intent, times, the backlog."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import batched

import htpy as h

from record.codes import codes, said_of
from record.domain import remedies
from record.domain.measures import Wanted
from record.domain.record import Slice
from record.domain.tally import Count, total
from record.formats import MINUTE, NOTHING, day_and_time, duration, lasting, number, share
from supervision.figures.enedis import (
    ACCEPTED,
    CALLS,
    HELD_BACK,
    OPENED,
    PERCENTILES,
    UNREACHABLE,
    WITHOUT_RESPONSE,
    Access,
    returned,
    waits,
)
from supervision.kit.columns import columns, period_of
from supervision.kit.html import Node, cards, note, runbook_page, table, tile
from supervision.kit.sheet import timed
from supervision.question import Question
from supervision.screens.reading import DAY, read_slices, says_searched
from supervision.sources import Sources

COLUMN, FINEST = 5, 2100
"""The least width of a column, in pixels; and as many values of outages are read at most: a week by five minutes."""
RECENT = timedelta(minutes=10)
"""A measurement that is older says nothing of now: measure_enedis measures each minute."""
MANY = 0.01
"""The share of calls without a response from which on it is worth a look: single ones are made again."""


def draw(question: Question, sources: Sources) -> Node:
    period = period_of(question.range, question.now, max(24, question.width // COLUMN))
    fine = period_of(question.range, question.now, FINEST)
    found, (down, *queues) = _access(question, sources, period, fine), _recent(question, sources)
    read = read_slices(question, sources.record)
    return [
        _now(question, found, down, sources.runbook),
        _chart(question, found, period, fine),
        note(question.say("no_calls")) if not found.calls else None,
        note(question.say("no_quota")) if not found.quota else None,
        _tiles(question, found, queues, sources),
        note(question.say("filter_calls")) if question.filter.conditions else None,
        h.h2[question.say("codes")],
        says_searched(question, read),
        _returns(question, returned(read.slices)),
        _times(question, read.slices, found),
    ]


def _access(question: Question, sources: Sources, period: timedelta, fine: timedelta) -> Access:
    span = question.range
    wanted = {name: sources.ours(name, period) for name in (*CALLS, WITHOUT_RESPONSE, HELD_BACK, OPENED)}
    wanted[UNREACHABLE] = sources.ours(UNREACHABLE, fine, "Maximum")
    wanted |= {part: sources.ours("EnedisCallDuration", _whole(span.length), part) for part in PERCENTILES}
    return Access(sources.measured(wanted, span), sources.enedis_calls_per_second * period.total_seconds())


def _recent(question: Question, sources: Sources) -> Sequence[float | None]:
    """For how many seconds Enedis has been out of reach; then of each queue how many wait, and the oldest's age.

    None where nobody measured it.
    """
    minute = timedelta(minutes=1)
    recent = [
        sources.ours(UNREACHABLE, minute, "Maximum"),
        *(
            Wanted("AWS/SQS", name, {"QueueName": queue}, "Maximum", minute)
            for queue in sources.order_queues
            for name in ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
        ),
    ]
    found = sources.measures.several(recent, question.now - RECENT, question.now + minute)
    return [values[-1][1] if values else None for values in found]


def _now(question: Question, found: Access, down: float | None, runbook: str) -> Node:
    say, language = question.say, question.language
    if down is None:
        return note(say("no_watch"), "person")
    if down > 0:
        time = lasting(timedelta(seconds=down), language)
        page = runbook_page(runbook, remedies.UNREACHABLE, language)
        return note([h.strong["▲ ", say("down", time=time)], h.br, say("down_next"), page], "broken")
    busiest = found.busiest
    return h.div[
        h.span(".big")[say("up")],
        " ",
        say("busiest", share=share(busiest[1], 1, language), time=day_and_time(busiest[0], language))
        if busiest
        else None,
    ]


def _chart(question: Question, found: Access, period: timedelta, fine: timedelta) -> Node:
    say, language = question.say, question.language
    step, outages = lasting(period, language), found.outages(question.range, fine)
    down_for = sum((each.length for each in outages), timedelta())
    shades = [
        (each, say("outage", since=day_and_time(each.since, language), until=day_and_time(each.until, language)))
        for each in outages
    ]
    return [
        h.h2[say("chart", period=step)],
        columns(
            question,
            found.calls,
            period,
            say("chart", period=step),
            limit=(found.quota, say("quota", number=number(found.quota))) if found.quota else None,
            shades=shades,
        ),
        h.p(".small")[
            say("outages", count=len(shades), time=lasting(down_for, language), period=lasting(fine, language))
        ]
        if shades
        else None,
    ]


def _tiles(question: Question, found: Access, queues: Sequence[float | None], sources: Sources) -> Node:
    say, language = question.say, question.language
    calls, lost, opened = found.number(*CALLS), found.number(WITHOUT_RESPONSE), found.number(OPENED)
    return cards(
        say("enedis"),
        tile(number(calls), say("calls"), say("calls_title")),
        tile(
            number(lost),
            f"{say('without_response')} · {share(lost, calls, language)}",
            say("without_response_title"),
            "broken" if lost > MANY * calls else "",
        ),
        tile(number(found.number(HELD_BACK)), say("held_back"), say("held_back_title")),
        tile(number(opened), say("opened"), say("opened_title"), "broken" if opened else ""),
        *_waiting(question, queues, sources),
    )


def _waiting(question: Question, queues: Sequence[float | None], sources: Sources) -> Iterator[Node]:
    """The orders of each class that wait, and in how long the last of them is placed: under the quota alone."""
    say, language = question.say, question.language
    turns = 0.0
    for name, (orders, age) in zip(("urgent", "waiting"), batched(queues, 2, strict=True), strict=True):
        turns += orders or 0
        drains = ""
        if orders and sources.enedis_calls_per_second:
            drains = say("drains", time=lasting(timedelta(seconds=turns / sources.enedis_calls_per_second), language))
        yield tile(
            number(orders) if orders is not None else NOTHING,
            say(name) + drains,
            say("waiting_title", time=duration(age * 1000, language) if age is not None else NOTHING),
        )


def _returns(question: Question, found: Mapping[str, Count]) -> Node:
    """The codes by intent; or those of single cases, which don't say for which of their orders one was returned."""
    say, language = question.say, question.language
    if not found:
        return note(say("no_codes"))
    accepted = ((its.sums.get(ACCEPTED, 0), its.number) for its in found.values())
    shares = [f"{number(some)} · {share(some, orders, language)}" for some, orders in accepted]
    rows: list[list[Node]] = [[h.strong[say("accepted")], "", *(h.strong[each] for each in shares)]]
    every = total(found.values()).sums
    # The most frequent first; of two alike, the first by name, whatever the order in which they were counted.
    for code in sorted(every.keys() - {ACCEPTED}, key=lambda it: (-every[it], it)):
        times = (its.sums.get(code, 0) for its in found.values())
        meaning = said_of(code, language) if code in codes() else ""
        rows.append([code, meaning, *(number(each) if each else NOTHING for each in times)])
    return [
        table(
            [say("code"), say("meaning"), *(say.either(intent, intent) for intent in found)],
            rows,
            numbers=range(2, 2 + len(found)),
            caption=say("codes"),
        ),
        h.p(".small.quiet")[say("ended_only")],
    ]


def _times(question: Question, slices: Sequence[Slice], found: Access) -> Node:
    say, language = question.say, question.language
    one_call: Node = say("one_call")
    median, p95 = map(found.longest, PERCENTILES)
    if question.range.length > DAY:
        one_call = [one_call, h.span(".small.quiet")[" ", say("slowest_day")]]
    measured = [
        (one_call, found.number(*CALLS), median, p95),
        *(
            (h.span(title=say("times_title"))[say(state)], its.times, its.percentile(0.5), its.percentile(0.95))
            for state, its in waits(slices).items()
        ),
    ]
    rows = ([name, number(times), *(timed(each, language) for each in both)] for name, times, *both in measured)
    heads = [say("step"), say("visits"), say("median").capitalize(), say("p95")]
    return [h.h2[say("times")], table(heads, rows, numbers=[1, 2, 3], caption=say("times"))]


def _whole(length: timedelta) -> timedelta:
    """One period for a whole range, in whole minutes; a day at most."""
    minutes = max(1, -(-round(length.total_seconds() * 1000) // MINUTE))
    return min(DAY, timedelta(minutes=minutes))
