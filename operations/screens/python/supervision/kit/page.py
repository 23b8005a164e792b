"""The frame of each screen: its title, up to when it is complete, the filter, and what went wrong."""

from datetime import timedelta
from urllib.parse import urlencode

import htpy as h
from markupsafe import Markup

from record.domain.record import Completeness
from record.formats import clock_time, day_and_time, lasting
from record.words import Words
from restoration.clock import paris_date
from supervision.filters import values_of
from supervision.kit.html import Node, button, note
from supervision.kit.style import style
from supervision.question import PICK, Question
from supervision.words import COMMON

CONSOLE_PORT = 8729
"""Of a console beside an account, on each colleague's machine: so a link is one for everybody."""
LATE = timedelta(minutes=15)
"""The reconciler runs every five minutes; later than this, recent figures are missing."""

MENUS = ("outcome", "state")
"""The fields with a menu beside the filter's line."""
UNFILTERED = frozenset({"case", "value"})
"""Screens of one case, which is named, and of a whole month."""


def page(question: Question, completeness: Completeness | None, body: Node) -> str:
    """A whole widget as HTML."""
    say = question.say
    return _widget(
        question,
        h.div(".head")[
            h.h1[Words(question.language, COMMON)(question.screen)],
            h.div(".small.quiet")[
                say(
                    "range",
                    since=day_and_time(question.range.since, question.language, question.now),
                    until=day_and_time(question.range.until, question.language, question.now),
                ),
                " · ",
                _complete(question, completeness),
                " · ",
                _address(question),
            ],
        ],
        _lateness(question, completeness),
        None
        if question.option("popup") or question.option("wall") or question.screen in UNFILTERED
        else _filter(question),
        body,
    )


def trouble(question: Question, title: str, text: str) -> str:
    """A widget that says what went wrong, and what to do."""
    return _widget(question, note([h.h1[title], text], "broken"))


def _widget(question: Question, *content: Node) -> str:
    root = h.div(".ra", lang=question.language.value)
    sheet = h.style[Markup(style(question.theme))]  # noqa: S704 - our own style sheet
    return "".join([str(sheet), str(root[content])])


def _address(question: Question) -> Node:
    """What a colleague with rights opens to see the same: an address of their own console."""
    say = question.say
    address = f"http://127.0.0.1:{CONSOLE_PORT}/?" + urlencode(
        {**question.asks, "range": str(question.range)}, safe=":=|>."
    )
    told = h.div[h.p[say("address_console"), " ", h.code[address]], h.p[say("address_dashboard")]]
    action = h.cwdb_action(action="html", display="popup", event="click")
    return [h.button(".link.no-print", type="button")[say("address")], action[told]]


def _complete(question: Question, completeness: Completeness | None) -> str:
    if completeness is None:
        return question.say("never_reconciled")
    name, to = "unreconciled" if completeness.unreconciled else "complete", completeness.to
    is_today = paris_date(to) == paris_date(question.now)
    time = clock_time(to) if is_today else day_and_time(to, question.language, question.now)
    return question.say(name, time=time, count=completeness.unreconciled)


def _lateness(question: Question, completeness: Completeness | None) -> Node:
    if completeness is None or question.now - completeness.to <= LATE:
        return None
    lag = lasting(question.now - completeness.to, question.language)
    return note(question.say("record_late", lag=lag), "person")


def _filter(question: Question) -> Node:
    """The form of the filter. CloudWatch sends a form's fields with each action."""
    say, text = question.say, question.wrong[0] if question.wrong else str(question.filter)
    field = h.input(
        type="text",
        name="filter",
        value=text,
        aria_invalid="true" if question.wrong else None,
        aria_describedby="filter-wrong" if question.wrong else None,
        size=str(min(90, max(30, len(text) + 2))),
        placeholder="outcome=RESTORED|REFUSED hour=8..18",
    )
    form = h.form(".row.small.no-print")[
        h.label[say("filter"), " ", field],
        (_menu(question, name) for name in MENUS),
        button(say("apply"), question, form="1"),
        button(say("clear_filter"), question, filter="") if text else None,
    ]
    is_folded = question.is_narrow and not text
    return [
        h.details(".small.no-print")[h.summary[say("filter")], form] if is_folded else form,
        h.p("#filter-wrong.broken")["▲ ", question.wrong[1], " ", say("unfiltered")] if question.wrong else None,
    ]


def _menu(question: Question, name: str) -> Node:
    """A menu of a field's values in words: what is chosen is written into the filter's line."""
    texts, title = Words(question.language, values_of(name)), question.say(f"menu_{name}")
    options = (h.option(value=code)[texts(code)] for code in texts.texts)
    return h.select(name=f"{PICK}{name}", aria_label=title)[h.option(value="")[f"{title}…"], options]
