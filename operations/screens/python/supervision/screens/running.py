"""En cours: for whom the open cases wait, since when, and which ones come first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import htpy as h

from record.domain.promises import Terms
from record.domain.record import OpenCase
from record.formats import NOTHING, day_and_time, lasting, number
from supervision.figures.customers import Now, due_of, waited_at
from supervision.figures.running import Awaited, age_of, ages_of, awaited, in_line, party_of
from supervision.kit.charts import LOW, stacked, swatch
from supervision.kit.html import Node, button, link, note, part, table
from supervision.kit.sheet import timed, with_sheet
from supervision.question import Question
from supervision.screens.listed import case_link, case_list, status
from supervision.screens.reading import says_capped
from supervision.sources import Sources

ROWS, MORE_ROWS = 50, 500
ONLY = ("paid", "stopped")
"""Customers who have paid and are without power; cases that an incident holds."""


def draw(question: Question, sources: Sources) -> Node:
    """Draw the open cases; or those whose customer had paid and waited when the range began."""
    if question.option("only") == "waited":
        return _waited(question, sources, question.range.since)
    say = question.say
    read = sources.record.open_cases()
    taken = [case for case in read if question.filter.takes_open(case)]
    chosen = [case for case in taken if _is_chosen(case, question)]
    rows = awaited(taken)
    told = [
        says_capped(question, len(read)),
        note(say("not_open", text=text)) if (text := str(question.filter.of_ended)) else None,
    ]
    if not taken:
        return [told, note(say("none_meets", count=number(len(read))) if read else say("empty"))]
    return [
        told,
        with_sheet(_headline(question, Now(taken, question.now, sources.terms)), say("running")),
        h.h2[say("whom")],
        _ages(question, taken),
        _parties(question, rows),
        h.h2[say("list")],
        _list(question, in_line(chosen), sources.terms) if chosen else note(say("none_meets", count=len(taken))),
    ]


def _waited(question: Question, sources: Sources, moment: datetime) -> Node:
    """The figure of the wall for a moment of the past, as a list."""
    record = sources.record
    found = waited_at(moment, record.ended_cases(moment, question.now), record.open_cases())
    title = question.say("waited", time=day_and_time(moment, question.language))
    return [h.h2[title], case_list(question, found)]


def _is_chosen(case: OpenCase, question: Question) -> bool:
    """Whether a case is of the party and the age that were clicked."""
    party, age, only = question.option("party"), question.option("age"), question.option("only")
    waits = case.has_paid_and_waits or case.is_unchecked if only == "paid" else not case.runs
    return (
        (waits or only not in ONLY)
        and party in {"", party_of(case).value}
        and age in {"", str(age_of(case, question.now))}
    )


def _headline(question: Question, found: Now) -> Node:
    number_open, stopped, late = len(found.open), len(found.stopped), len(found.late)
    return h.div[
        h.span(".big")[number(number_open)],
        " ",
        question.say.counted("open", number_open, number(number_open)),
        h.p[
            question.say.counted("paid", found.paid, number(found.paid)),
            h.strong(".person")[" ", question.say.counted("late", late, number(late))] if late else None,
            [
                h.span(".broken")[" ▲ ", question.say.counted("stopped", stopped, number(stopped)), ". "],
                link(question.say("see_incidents"), question, screen="incidents"),
            ]
            if stopped
            else None,
        ],
    ]


def _ages(question: Question, cases: Sequence[OpenCase]) -> Node:
    chosen = question.option("age")
    return h.div(".row.small", role="group", aria_label=question.say("by_age"))[
        button(question.say("any_age"), question, pressed=not chosen and not question.option("only"), age="", only=""),
        (
            button(
                [swatch(place), question.say(f"age{place}"), f" · {number(count)}"],
                question,
                pressed=chosen == str(place),
                age=str(place),
            )
            for place, count in enumerate(ages_of(cases, question.now))
        ),
    ]


def _parties(question: Question, rows: Sequence[Awaited]) -> Node:
    say = question.say
    width = question.room - (268 if question.is_narrow else 420)
    most = max(len(every) for _, every, _ in rows)
    chosen = question.option("party")

    def cells(name: Node, text: str, those: Sequence[OpenCase], height: int) -> Sequence[Node]:
        parts = [(say(f"age{place}"), count) for place, count in enumerate(ages_of(those, question.now))]
        told = ", ".join(f"{number(count)} {age}" for age, count in parts if count)
        return [
            name,
            stacked(parts, most, max(60, width), f"{text}: {told or 0}", height),
            number(len(those)),
            timed(question.now - min(each.since for each in those), question.language) if those else NOTHING,
        ]

    def stopped(those: Sequence[OpenCase]) -> Node:
        count = sum(not each.runs for each in those)
        title = say.counted("stopped", count, number(count))
        return h.span(".broken", title=title)[f" ▲ {number(count)}"] if count else None

    found: list[Sequence[Node]] = []
    for party, every, states in rows:
        name, is_chosen = say(f"party_{party}"), chosen == party.value
        text = h.strong[name.capitalize()]
        asks = "" if is_chosen else party.value
        named = link(text, question, party=asks, only="") if every else text
        found.append(cells([named, " ◀" if is_chosen else None, stopped(every)], name, every, 22))
        for state, those in states:
            words = question.state(state) if state else say("unknown_state")
            filtered = str(question.filter.replacing("state", state))
            shown = link(words, question, filter=filtered) if state else words
            found.append(cells(h.div(".inner")[shown, stopped(those)], words, those, LOW))
    return table([say("waits_for"), say("by_age"), say("cases"), say("oldest")], found, (2, 3), say("whom"))


def _list(question: Question, cases: Sequence[OpenCase], terms: Terms) -> Node:
    say, language = question.say, question.language
    shown, more = part(question, cases, ROWS, MORE_ROWS)
    left = say("left_title", sla=lasting(terms.remote, language), days=terms.technician_days)
    heads: Sequence[Node] = [
        *map(say, ("limitation", "state", "waits_for", "stage", "since")),
        h.span(title=left)[say("left")],
    ]
    rows = (
        [
            case_link(question, case.limitation_id),
            _where(case, question),
            say(f"party_{party_of(case)}"),
            say(f"stage_{case.stage}"),
            timed(question.now - case.since, language),
            _left(case, question, terms),
        ]
        for case in shown
    )
    return [
        table(heads, rows, (4, 5), say("list"), spare=(2, 3) if question.is_narrow else ()),
        h.p(".row.small")[say("shown", shown=number(len(shown)), count=number(len(cases))), more]
        if len(shown) < len(cases)
        else None,
    ]


def _where(case: OpenCase, question: Question) -> Node:
    words = question.state(case.state) if case.state else question.say("unknown_state")
    return [
        words,
        None if case.runs else [" ", status(question, case)],
        h.span(".small.quiet")[" ", question.say("redriven", count=case.redrives)] if case.redrives else None,
    ]


def _left(case: OpenCase, question: Question, terms: Terms) -> Node:
    say, due = question.say, due_of(case, terms)
    if due is None:
        return NOTHING
    left = due - question.now
    if left < timedelta():
        return h.strong(".person")[say("overdue", time=lasting(-left, question.language))]
    return timed(left, question.language)
