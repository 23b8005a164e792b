"""The parts of a page: tables, notes, actions and forms. htpy escapes every value.

CloudWatch takes scripts, frames, ``<use>`` and ``<foreignObject>`` out of a widget. What one can do is an action: an
element, followed by ``<cwdb-action>``, which calls the function again.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence

import htpy as h

from record.domain.remedies import PAGES
from record.formats import number
from record.words import Language, Words
from supervision.kit.sheet import with_sheet
from supervision.question import Question

Node = h.Node
ANYWHERE = ("screen", "lang", "filter", "range")
"""What each screen understands; other options are not passed on from one screen to another."""


def calls(element: h.Element, question: Question, *, popup: bool = False, **options: str) -> h.Fragment:
    """An element that, when it is clicked, asks the question again with other options; in a popup if so wished.

    A question for a popup has the option ``popup``; its page has no filter.

    Parameters
    ----------
    element
        A button or link: something that a keyboard reaches.
    options
        ``screen``, ``filter`` and what the screen understands; they come before those of the question. An empty text
        takes an option away.
    """
    stays = options.get("screen", question.screen) == question.screen
    kept = {name: value for name, value in question.asks.items() if stays or name in ANYWHERE}
    told = {**kept, **options, "popup": "1" if popup else ""}
    asked = {name: value for name, value in told.items() if value}
    action = h.cwdb_action(
        action="call", display="popup" if popup else "widget", endpoint=question.endpoint, event="click"
    )
    return h.fragment[element, action[json.dumps(asked, ensure_ascii=False)]]


def link(text: Node, question: Question, *, popup: bool = False, **options: str) -> h.Fragment:
    """A link in the text to another question."""
    return calls(h.button(".link", type="button")[text], question, popup=popup, **options)


def button(text: Node, question: Question, *, pressed: bool | None = None, **options: str) -> h.Fragment:
    """A button that asks another question; ``pressed`` says which of several is chosen."""
    state = None if pressed is None else "true" if pressed else "false"
    return calls(h.button(".btn", type="button", aria_pressed=state)[text], question, popup=False, **options)


def choice(question: Question, option: str, values: Mapping[str, str], chosen: str) -> h.Element:
    """Buttons of which one is chosen; ``values`` are the option's values with their texts."""
    return h.div(".row.no-print", role="group")[
        (button(text, question, pressed=value == chosen, **{option: value}) for value, text in values.items())
    ]


def part[Found](
    question: Question, found: Sequence[Found], few: int, many: int, option: str = "rows"
) -> tuple[Sequence[Found], Node]:
    """The first of what was found, or more of it where the option asks for more; and a button that asks so."""
    shown = found[: many if question.option(option) == "more" else few]
    text, popup = question.say("show_more", count=number(many)), bool(question.option("popup"))
    asks = calls(h.button(".btn", type="button")[text], question, popup=popup, **{option: "more"})
    return shown, asks if len(shown) == few < len(found) else None


def table(
    heads: Sequence[Node],
    rows: Iterable[Sequence[Node] | h.Element],
    numbers: Iterable[int] = (),
    caption: str = "",
    sheet: Sequence[Sequence[str]] = (),
    spare: Iterable[int] = (),
) -> h.Fragment:
    """A table; it scrolls in its place where that is too narrow.

    Parameters
    ----------
    rows
        Cells, or a row that is drawn already.
    numbers, spare
        The places of columns of numbers, which stand right, and of those for which there is no room.
    sheet
        A longer CSV.
    """
    right, left_out = frozenset(numbers), frozenset(spare)

    def cells(kind: h.Element, values: Sequence[Node]) -> Iterable[h.Element]:
        for place, value in enumerate(values):
            if place in left_out:
                continue
            scope = {"scope": "col"} if kind is h.th else {}
            yield (kind(class_="n", **scope) if place in right else kind(**scope))[value]

    body = (row if isinstance(row, h.Element) else h.tr[cells(h.td, row)] for row in rows)
    whole = h.table[h.thead[h.tr[cells(h.th, heads)]], h.tbody[body]]
    label = caption or "table"
    return with_sheet(h.div(".wide", tabindex="0", role="region", aria_label=label)[whole], label, sheet)


def cards(label: str, *tiles: Node) -> h.Fragment:
    """Tiles beside each other; the label says of what they are."""
    return with_sheet(h.div(".cards")[tiles], label)


def note(text: Node, kind: str = "") -> h.Element:
    """A sentence that stands out; ``kind`` is ``person`` (somebody has to act) or ``broken``."""
    return h.div(class_=f"note {kind}".strip())[text]


def detail(word: str, text: str) -> h.Element:
    """A technical text behind a word."""
    return h.details(".small.quiet")[h.summary[word], h.span[text]]


def tile(value: Node, label: Node, title: str = "", kind: str = "") -> h.Element:
    """A number with what it counts; ``title`` defines it and names its source."""
    return h.div(title=title or None)[h.div(class_=f"big {kind}".strip())[value], h.div(".small.quiet")[label]]


def runbook_page(address: str, anchor: str, language: Language) -> Node:
    """A page of the runbook: a link; its path beside the title where the runbook has no address.

    Parameters
    ----------
    address
        Of the runbook, or its path in the repository (``Sources.runbook``).
    anchor
        One of :data:`record.domain.remedies.PAGES`.
    """
    page, title = f"{address}#{anchor}", Words(language, PAGES)(anchor)
    if page.startswith("https://"):
        return h.a(href=page, target="_blank", rel="noopener")[title]
    return [title, " ", h.code[page]]
