"""The frame of each page: one style, one small script, and the headers that keep both from anybody else.

A page works without script: it reads itself again every half minute, or has a link for that where it has a form, since
what somebody types would be lost. With script, a living part asks for itself every five seconds, and is sent again only
where it changed.
"""

import base64
from collections.abc import Container, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import htpy as h
from markupsafe import Markup

from channels.domain.session import Session
from record.words import Language, Words
from restoration.clock import PARIS

Node = h.Node

STYLE, SCRIPT = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode() + "'"


HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; connect-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Of each page: nobody frames it, nothing of another origin runs in it, its address goes nowhere."""


def page(
    say: Words,
    title: str,
    body: Node,
    *,
    site: str,
    corner: Node = None,
    footer: Node = None,
    refresh: bool = False,
) -> str:
    """A whole page.

    Parameters
    ----------
    site
        What the site is called, beside the title.
    corner
        What stands at the right of the head, such as a button to leave.
    refresh
        Whether it is read again every half minute without script: where nobody types, or what was typed would be lost.
    """
    other = (Language.ENGLISH if say.language is Language.FRENCH else Language.FRENCH).value
    turn = h.a(".small", href=f"?lang={other}", hreflang=other, lang=other)[say("other_language")]
    # Our own style and script are the only text that is not escaped.
    head = h.head[
        h.meta(charset="utf-8"),
        h.meta(name="viewport", content="width=device-width,initial-scale=1"),
        h.meta(name="robots", content="noindex"),
        h.title[f"{title} · {site}" if title != site else site],
        h.noscript[h.meta(http_equiv="refresh", content="30")] if refresh else None,
        h.style[Markup(STYLE)],  # noqa: S704
    ]
    return str(
        h.html(lang=say.language.value)[
            head,
            h.body[
                h.a(".skip", href="#content")[say("skip")],
                h.header[h.h1[site], h.div(".row")[corner, turn]],
                h.main("#content")[body],
                h.footer[footer],
                h.script[Markup(SCRIPT)],  # noqa: S704
            ],
        ]
    )


def sentence(said: str) -> Node:
    """What a page says first, in large letters."""
    return h.p(".big")[said]


def living(say: Words, path: str, content: Node) -> Node:
    """A part that lives; readers of screens hear its sentence, or that something changed, and not all of it again."""
    again, news = h.noscript[h.a(href="?")[say("again")]], h.p(".skip", role="status", data_news=say("changed"))
    return [again, news, h.div(data_live=path, tabindex="-1")[content]]


def form(action: str, token: str, *content: Node, about: str = "") -> Node:
    """A form with its session's token and a key of its own.

    The key is the same for the same ``about``, so that a living part that shows it does not change.
    """
    key = uuid5(NAMESPACE_URL, f"{token}{about}") if about else uuid4()
    return h.form(method="post", action=action)[
        h.input(type="hidden", name="form", value=token), h.input(type="hidden", name="key", value=str(key)), content
    ]


def way_out(say: Words, action: str, session: Session, name: str = "") -> Node:
    """The button to leave, beside who came in, and until when: what they are typing then is lost (WCAG 2.2.1)."""
    until = say("until", at=f"{session.until.astimezone(PARIS):%H:%M}") if session.until else ""
    return form(action, session.form, h.span(".small.quiet")[name, until, " "], h.button(".other")[say("leave")])


def table(rows: Iterable[Iterable[Node]], heads: Iterable[str] = (), numbers: Container[int] = ()) -> Node:
    """A table that scrolls where it is too wide; ``numbers`` are the places of its columns of numbers."""
    cells = ((h.td(class_="n" if place in numbers else None)[each] for place, each in enumerate(row)) for row in rows)
    head = h.thead[h.tr[(h.th(scope="col")[each] for each in heads)]] if heads else None
    return h.div(".wide")[h.table[head, h.tbody[(h.tr[row] for row in cells)]]]


def field(form: str, name: str, label: str, *, hint: str = "", **attributes: str | bool | None) -> Node:
    """A labelled input of a form."""
    this = f"{form}-{name}"
    return h.fragment[
        h.label(for_=this)[label],
        h.div(".quiet.small", id=f"{this}-hint")[hint] if hint else None,
        h.input(id=this, name=name, aria_describedby=f"{this}-hint" if hint else None, **attributes),
    ]


def choice(
    form: str, name: str, label: str, options: Mapping[str, str], chosen: str = "", *, required: bool = True
) -> Node:
    """A labelled menu of a form; ``options`` are the values with their texts."""
    return h.fragment[
        h.label(for_=f"{form}-{name}")[label],
        h.select(id=f"{form}-{name}", name=name, required=required)[
            (h.option(value=value, selected=value == chosen)[text] for value, text in options.items())
        ],
    ]


def long_text(form: str, name: str, label: str, typed: str = "", *, required: bool = False) -> Node:
    return h.fragment[
        h.label(for_=f"{form}-{name}")[label],
        h.textarea(id=f"{form}-{name}", name=name, rows="3", maxlength="500", required=required)[typed],
    ]


def note(text: str, *, broken: bool = False) -> Node:
    """Something to read first, where there is something."""
    return h.p(class_="note broken" if broken else "note", role="status")[text] if text else None
