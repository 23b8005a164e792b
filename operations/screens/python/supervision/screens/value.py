"""Valeur: what a month was worth, on one page that a director reads; each assumption stands beside its figure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import htpy as h

from record.codes import said_of
from record.domain.measures import Decided
from record.domain.paid import PARTS
from record.domain.record import SlowCase
from record.domain.states import Party
from record.domain.tally import Count
from record.formats import MINUS, NOTHING, day_and_time, day_of, decimal, lasting, number, share
from record.words import Language, Words
from restoration.clock import paris_date
from supervision.assumptions import Assumption, assumptions
from supervision.figures.value import Line, Worth, after_paying, worth
from supervision.kit.charts import stacked, swatch
from supervision.kit.html import Node, button, cards, link, note, table, tile
from supervision.kit.sheet import timed, with_sheet
from supervision.periods import Kind, Reported, period_in_words
from supervision.question import Question
from supervision.sources import Sources
from supervision.words import NotUnderstood

HOUR_MS = 3_600_000


def whole_month(question: Question) -> Question:
    """The question of a month of Paris: that which is named, or that in which the range ends.

    Raises
    ------
    NotUnderstood
        When what is named is no month.
    """
    named = question.option("month")
    try:
        last = question.range.until - timedelta(microseconds=1)
        day = date.fromisoformat(f"{named}-01") if named else paris_date(last)
        return replace(question, range=Reported.of(Kind.MONTH, day).range)
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("no_month", text=named) from error


def draw(question: Question, sources: Sources) -> Node:
    say, span, record = question.say, question.range, sources.record
    about = Reported.of(Kind.MONTH, paris_date(span.since))
    slices, reminders = record.slices(span.since, span.until), record.reminders(about.first)
    if not slices and not reminders:
        return [_month(question, about), note(say("empty"))]
    desk = sources.desk(about.first)
    used = assumptions(about.first, desk)
    sums = sources.sums({"messages": sources.ours("MessagesSent"), "payments": sources.received()}, span)
    found, (whole, parts) = worth(slices, reminders, sums, used), after_paying(slices)
    return h.div(".one-page")[
        _month(question, about),
        note(say("running")) if span.until > question.now else None,
        with_sheet(_balance(say, found, used), say("total")),
        cards(
            say("value"),
            tile(number(sum(reminders.values())), say("reminders"), say("reminders_title")),
            tile(number(found.minutes / 60), say("minutes"), say("minutes_title")),
            tile(timed(whole.percentile(0.5), say.language), say("limited"), say("limited_title")),
            tile(timed(whole.percentile(0.95), say.language), say("limited_95"), say("limited_title")),
        ),
        h.h2[say("in_euro")],
        _euros(question, found, used["dollar"]),
        h.h2[say("by_kind")],
        _kinds(question, found),
        _at_desk(question, desk),
        h.h2(title=say("limited_title"))[say("after_paying")],
        _parts(question, whole, parts),
        _slowest(question, record.slowest(about.first)),
    ]


def _month(question: Question, about: Reported) -> Node:
    return h.div(".row")[
        h.strong[_name(about, question.language)],
        h.span(".no-print.row")[
            button(f"← {_name(about.before, question.language)}", question, month=about.before.name),
            button(f"{_name(about.after, question.language)} →", question, month=about.after.name)
            if about.range.until <= question.now
            else None,
        ],
    ]


def _name(about: Reported, language: Language) -> str:
    return period_in_words(about) if language is Language.FRENCH else f"{about.first:%B %Y}"


def _balance(say: Words, found: Worth, used: Mapping[str, Assumption]) -> Node:
    waiting = sum(not each.is_confirmed for each in used.values())
    lines = ", ".join(_said(each.assumed.label, say) for each in found.unpriced)
    return h.div(style="margin-top:10px")[
        h.span(".big")[_euro(abs(found.balance), say)],
        " ",
        say("gain" if found.balance >= 0 else "loss", count=len(used), open=waiting),
        ".",
        h.p(".small.quiet")[say("unpriced", lines=lines)] if lines else None,
    ]


def _rows(question: Question, lines: Sequence[Line], told: Callable[[Decimal], str]) -> list[Sequence[Node]]:
    """The lines that have something to count, each with what is assumed."""
    return [
        [
            _said(each.assumed.label, question.say),
            NOTHING if each.number is None else number(each.number),
            _assumed(question, each.assumed),
            NOTHING if each.worth is None else told(each.worth),
        ]
        for each in lines
        if each.number != 0
    ]


def _euros(question: Question, found: Worth, dollar: Assumption) -> Node:
    say, euro = question.say, partial(_euro, say=question.say, signed=True)
    rate: Sequence[Node] = [_said(dollar.label, say), "", _assumed(question, dollar), ""]
    total: Sequence[Node] = [h.strong[say("total")], "", "", h.strong[euro(found.balance)]]
    heads = [say(each) for each in ("what", "number", "assumed", "euros")]
    return table(heads, [*_rows(question, found.lines, euro), rate, total], (1, 3), say("in_euro"))


def _assumed(question: Question, each: Assumption) -> Node:
    """An assumption with its date, its source, and whether somebody stands for it; on a telephone these open."""
    say = question.say
    dated = f"{_said(each.source, say)} · {day_of(each.since, say.language)}"
    source = h.span(".small.quiet")[say("at_desk", count=each.measured) if each.measured else dated]
    told = say("no_price") if each.value is None else say(each.unit, value=decimal(f"{each.value:f}", say.language))
    value = [told, None if each.is_confirmed else h.span(".small.person")[f" · {say('confirm')}"]]
    if question.is_narrow:
        return h.details[h.summary[value], source]
    return [value, h.span(".small.quiet")[" · "], source]


def _said(both: tuple[str, str], say: Words) -> str:
    return both[say.language is Language.ENGLISH]


def _hours(milliseconds: int, say: Words) -> str:
    hours = milliseconds / HOUR_MS
    return decimal(number(hours, 1 if hours < 10 else 0), say.language)  # noqa: PLR2004 - two figures are enough


def _kinds(question: Question, found: Worth) -> Node:
    say, cases = question.say, sum(each.number or 0 for each in found.kinds)
    total: Sequence[Node] = [h.strong[say("all")], h.strong[number(cases)], "", h.strong[number(found.minutes)]]
    heads = [say(each) for each in ("kind", "cases", "assumed", "saved")]
    return table(heads, [*_rows(question, found.kinds, number), total], (1, 3), say("by_kind"))


def _at_desk(question: Question, desk: Mapping[str, Decided]) -> Node:
    """How long advisors had the month's questions, from taken to decided, by reason."""
    say, language = question.say, question.language
    rows = [
        [
            said_of(reason, language),
            number(each.number),
            lasting(timedelta(seconds=each.seconds / each.timed), language) if each.timed else NOTHING,
        ]
        for reason, each in desk.items()
    ]
    heads = [say(each) for each in ("kind", "decided", "held")]
    return [h.h2[say("by_reason")], table(heads, rows, (1, 2), say("by_reason"))] if rows else None


def _parts(question: Question, every: Count, parts: Mapping[Party, Count]) -> Node:
    say, restored = question.say, parts[Party.ENEDIS].number
    if not restored:
        return note(say("nobody"))
    whole = {part: count.sums.get("ms", 0) for part, count in parts.items()}
    told = sum(whole.values())
    pieces = [(question.say(part), round(ms / HOUR_MS)) for part, ms in whole.items()]
    counts = [*((question.say(part), count) for part, count in parts.items()), (question.say("all"), every)]
    rows: list[Sequence[Node]] = [
        [
            [swatch(place), name] if place < len(pieces) else h.strong[name],
            number(count.number),
            timed(count.percentile(0.5), question.language),
            timed(count.percentile(0.95), question.language),
            share(count.sums.get("ms", 0), told, question.language) if place < len(pieces) else "",
            _hours(count.sums.get("ms", 0), question.say),
        ]
        for place, (name, count) in enumerate(counts)
    ]
    title = f"{question.say('after_paying')}, {question.say('hours')}"
    heads = [say("who"), say("customers"), say("median").capitalize(), "p95", say("share"), say("hours")]
    spare = (5,) if question.is_narrow else ()
    return [
        note(question.say("untold", count=number(every.number), all=number(restored)))
        if every.number < restored
        else None,
        with_sheet(stacked(pieces, sum(hours for _, hours in pieces), question.room, title), title),
        table(heads, rows, range(1, 6), question.say("after_paying"), spare=spare),
    ]


def _slowest(question: Question, cases: Sequence[SlowCase]) -> Node:
    say = question.say
    if not cases:
        return None
    rows = (
        [
            link(each.limitation_id, question, screen="case", key=each.limitation_id),
            timed(float(sum(each.took.values())), say.language),
            *(timed(float(each.took[part]), say.language) for part in PARTS),
            day_and_time(each.restored_at, say.language),
        ]
        for each in cases
    )
    heads = [say(each) for each in ("a_case", "all", *PARTS, "restored")]
    spare = range(2, 2 + len(PARTS)) if question.is_narrow else ()
    return [h.h2[say("slowest")], table(heads, rows, range(1, len(heads)), say("slowest"), spare=spare)]


def _euro(amount: Decimal | int, say: Words, *, signed: bool = False) -> str:
    """Whole euros: cents would say more than is known."""
    whole = round(amount)
    sign = MINUS if whole < 0 else "+" if signed and whole else ""
    return f"{sign}{say('euro', value=number(abs(whole)))}"
