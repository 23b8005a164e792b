"""Incidents: what is broken, for how many customers, and what one can do about it; worst first."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import htpy as h

from record.codes import said_of
from record.domain.failure import UNSUCCESSFUL
from record.domain.incidents import MOST_NAMED, Incident, check_of, incidents, redrive_of, too_old
from record.domain.record import Signature
from record.domain.remedies import remedy_of
from record.formats import day_and_time, lasting, number
from restoration.clock import from_text
from restoration.domain.claim import Claim, is_answer_overdue
from supervision.kit.charts import sparkline
from supervision.kit.html import Node, detail, link, note, part, runbook_page
from supervision.kit.sheet import sheet, with_sheet
from supervision.question import Question, Range
from supervision.screens.reading import name_of_before, read_slices, says_capped, says_searched
from supervision.sources import Sources

SHOWN, MORE = 20, 200


def draw(question: Question, sources: Sources) -> Node:
    say, record = question.say, sources.record
    read, before = read_slices(question, record), read_slices(question, record, question.range.before)
    every = record.open_cases()
    held = [case for case in every if not case.runs and question.filter.takes_open(case)]
    signatures = record.signatures()
    found = incidents(
        read.slices,
        before.slices,
        signatures,
        held,
        knows_customers=read.searched is None,
    )
    shown, more = part(question, found, SHOWN, MORE)
    newest = max((each for each in record.versions() if each <= question.now), default=None)
    return [
        says_searched(question, read),
        says_capped(question, len(every)),
        with_sheet(_headline(question, found), say("failed_in")),
        _late(question, sources.left(), sources.terms.answer) if not question.filter.conditions else None,
        [
            h.h2[say("worst")],
            _sheet(question, shown),
            [_incident(question, sources, each, [*signatures.values()], newest) for each in shown],
            h.p(".small")[more] if more else None,
        ]
        if found
        else note(say("none_meets" if question.filter.conditions else "empty")),
    ]


def _late(question: Question, left: Sequence[Claim], term: timedelta) -> Node:
    """The cases that the advisors have had for longer than their customers were told, each with its age."""
    say, language = question.say, question.language
    late = [each for each in left if each.left_since and is_answer_overdue(each.left_since, question.now, term)]
    if not late:
        return None
    rows = [
        h.li[
            link(each.limitation_id, question, popup=True, screen="case", key=each.limitation_id),
            " ",
            say("late_for", time=lasting(question.now - each.left_since, language)) if each.left_since else None,
            " · ",
            said_of(each.ended_because, language),
            [" · ", say("asked_again")] if each.holder else None,
        ]
        for each in late[:SHOWN]
    ]
    told = say("late", count=number(len(late)), time=lasting(term, language))
    return [h.h2[say("late_title")], h.p[h.strong(".person")[told]], h.ul[rows]]


def _sheet(question: Question, found: Sequence[Incident]) -> Node:
    heads = [question.say(each) for each in ("incident", "state", "detail", "holds", "failed_in", "hit")]
    rows = [
        [
            said_of(its.error or its.id, question.language),
            question.state(its.state),
            f"{its.id} {its.error}: {its.words}",
            *(str(number) for number in (each.holds, each.seen.total(), each.customers or "")),
        ]
        for each in found
        for its in [each.signature]
    ]
    return sheet([heads, *rows], question.say("worst"))


def _headline(question: Question, found: Sequence[Incident]) -> Node:
    held = len({case.limitation_id for each in found for case in each.held})
    times, before = sum(each.seen.total() for each in found), sum(each.before.total() for each in found)
    earlier = name_of_before(question)
    return h.div[
        h.span(class_="big broken" if held else "big")["▲ " if held else None, number(held)],
        " ",
        question.say("held_one" if held == 1 else "held") if held else question.say("fine"),
        h.p[question.say("failed", count=number(times), range=earlier, before=number(before))] if found else None,
    ]


def _incident(
    question: Question, sources: Sources, found: Incident, known: Sequence[Signature], newest: datetime | None
) -> Node:
    say, mine = question.say, found.signature
    state = question.state(mine.state)
    error = said_of(mine.error or mine.id, question.language)
    is_known = mine.state not in {"", "-"}
    steps = "by_hour" if question.range.is_by_hour else "by_day"
    series = _series(question.range, found)
    told = say(steps, most=number(max(series)))
    return h.section(class_="incident narrow" if question.is_narrow else "incident")[
        h.div(title=say("holds_title"))[
            h.div(class_="big broken" if found.holds else "big quiet")[number(found.holds)],
            h.div(".small.quiet")[say("holds")],
        ],
        h.div[
            h.h3[f"{error[:1].upper()}{error[1:]}", " ", say("in", state=state) if is_known else say("nowhere")],
            detail(say("detail"), f"{mine.error}: {mine.words}") if mine.words else None,
            _numbers(question, found),
            h.p(".small")[_history(question, found), " ", _versions(question, mine, newest)],
            _actions(question, sources, found, known),
        ],
        h.div[sparkline(series, f"{told}: {', '.join(map(str, series))}"), h.div(".small.quiet")[told]],
    ]


def _series(span: Range, found: Incident) -> Sequence[int]:
    """How many failed so in each hour or day of a range, with those that it begins and ends in."""
    hour = span.since.hour if span.is_by_hour else 0
    first = span.since.replace(hour=hour, minute=0, second=0, microsecond=0)
    steps = (first + place * span.step for place in range(max(1, -(-(span.until - first) // span.step))))
    return [sum(number for at, number in found.seen.items() if step <= at < step + span.step) for step in steps]


def _numbers(question: Question, found: Incident) -> Node:
    say, seen = question.say, None
    if found.seen:
        # Between which moments of the range: those of its signature, where they are in it, or whole steps.
        since = max(min(found.seen), found.signature.first_seen, question.range.since)
        until = min(max(found.seen) + question.range.step, found.signature.last_seen, question.range.until)
        first, last = (day_and_time(each, question.language) for each in (since, until))
        seen = [", ", say("seen", first=first, last=last)]
    return h.p[
        say.counted("times", found.seen.total(), number(found.seen.total())),
        [", ", h.span(title=say("customers_title"))[say.counted("customers", found.customers, number(found.customers))]]
        if found.customers is not None
        else None,
        seen,
        ".",
    ]


def _history(question: Question, found: Incident) -> str:
    say, first = question.say, found.signature.first_seen
    if found.before:
        last = day_and_time(max(found.before), question.language)
        if not question.range.is_by_hour:
            last = last.rpartition(" ")[0]
        return say("same", count=number(found.before.total()), range=name_of_before(question), last=last)
    if first < question.range.since:
        return say("same_as", first=day_and_time(first, question.language))
    return say("new")


def _versions(question: Question, mine: Signature, newest: datetime | None) -> str:
    moments, is_unknown = {from_text(each) for each in mine.versions - {"-"}}, "-" in mine.versions
    if not moments:
        return ""
    told = [day_and_time(each, question.language) for each in sorted(moments)]
    told += [question.say("unknown_version")] if is_unknown else []
    is_last = moments == {newest} and not is_unknown
    return question.say("last_only" if is_last else "versions", versions=", ".join(told))


def _actions(question: Question, sources: Sources, found: Incident, known: Sequence[Signature]) -> Node:
    """What to mend, where to read on, and the command that follows; each says what it does."""
    say, remedy = question.say, remedy_of(found.signature)
    told: list[tuple[str, Node]] = [
        ("mend", remedy.text(question.language)),
        ("page", runbook_page(sources.runbook, remedy.page, question.language)),
        *_commands(question, found, known, helps=remedy.helps),
        ("cases", _cases(question, found)),
    ]
    return h.dl[([h.dt[say(term)], h.dd[meaning]] for term, meaning in told if meaning)]


def _commands(
    question: Question, found: Incident, known: Sequence[Signature], *, helps: bool
) -> Iterator[tuple[str, Node]]:
    say = question.say
    if not found.held:
        yield "redrive", h.span(".quiet")[say("nobody")]
    if helps and (redrive := redrive_of(found, known, question.now)):
        says = say("redrive_one" if redrive.startswith("ops redrive case") else "redrive_says")
        yield "redrive", [h.code[redrive], h.div(".small.quiet")[says]]
    if to_check := too_old(found, question.now) if helps else found.held:
        is_many = len({each.limitation_id for each in to_check}) > MOST_NAMED
        says = say("check_old" if helps else "check_says")
        says += say("first_named", count=MOST_NAMED) if is_many else ""
        yield "check", [h.code[check_of(to_check)], h.div(".small.quiet")[says]]


def _cases(question: Question, found: Incident) -> Node:
    """Links to the cases that are held, or to the last that failed so."""
    if len(found.held) == 1:
        key = found.held[0].limitation_id
        return link([question.say("see_held_one"), " ", key], question, popup=True, screen="case", key=key)
    if found.held:
        text = question.say.counted("see_held", len(found.held), number(len(found.held)))
        meant = f"signature={found.signature.id}" if found.signature.id else f"status={'|'.join(UNSUCCESSFUL)}"
        return link(text, question, screen="running", filter=meant)
    if found.signature.execution:
        return link(question.say("example"), question, popup=True, screen="case", key=found.signature.execution)
    return None
