"""All screens of a range as plain files, for somebody without an account: links instead of actions, and no script.

From each screen the export follows what its actions would ask, as far as there is room: another measure, a popup.
"""

import json
import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import lxml.html
from lxml.builder import E
from lxml.html import HtmlElement

from local.console.asking import Ask
from record.formats import day_and_time
from record.words import Language, Texts, Words
from supervision.question import Range
from supervision.supervise import SCREENS
from supervision.words import COMMON

MOST_PAGES = 60
"""For each language, the screens among them."""
WIDTH = 1200
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
TEXTS: Texts = {
    "title": ("Supervision des rétablissements", "Supervision of restorations"),
    "made": ("Du {since} au {until}, fait le {at}.", "From {since} to {until}, made on {at}."),
    "plain": (
        "Ces pages sont des fichiers : elles ne changent pas, et n'appellent rien.",
        "These pages are files: they do not change, and call nothing.",
    ),
    "all": ("Tous les écrans", "All screens"),
}
_STYLE = """
body{margin:0 auto;max-width:1232px;font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
 color:#16191f;background:#fff}
nav,.index{padding:8px 16px} nav a,.index a{color:#0b5cad;margin-right:12px} nav [aria-current]{font-weight:600;
 color:#16191f;text-decoration:none} details{display:inline-block;vertical-align:top}
details>summary{cursor:pointer;color:#0b5cad}
.ra .btn{display:inline-block;text-decoration:none}.ra .btn[aria-current]{background:var(--link);color:var(--paper)}
"""


@dataclass(slots=True)
class _Book:
    """The pages of one language: which questions have a page, and which are still to be asked."""

    language: Language
    most: int
    files: dict[str, str] = field(default_factory=dict)
    waiting: deque[tuple[str, Mapping[str, str]]] = field(default_factory=deque)

    def file_of(self, asked: Mapping[str, str]) -> str | None:
        """The file of a question, which is asked later if it is new; None where there is no room for another."""
        asked = {name: value for name, value in asked.items() if name not in {"lang", "form"} and value}
        key = json.dumps(asked, sort_keys=True)
        if key not in self.files:
            if len(self.files) >= self.most:
                return None
            screen, others = asked.get("screen", "overview"), len(asked) > 1
            mark = f"-{sha256(key.encode()).hexdigest()[:8]}" if others else ""
            self.files[key] = f"{re.sub(r'[^\w-]', '-', screen)}{mark}.html"
            self.waiting.append((self.files[key], asked))
        return self.files[key]


def export(
    ask: Ask,
    folder: Path,
    span: Range,
    made_at: datetime,
    filter_: str = "",
    *,
    most: int = MOST_PAGES,
) -> int:
    """Write the pages into a folder; gives how many there are, the index not counted.

    Parameters
    ----------
    most
        Pages for each language; an action for which there is no room is plain text.

    Raises
    ------
    NoScreen
        When a screen did not come.
    OSError
        When a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    firsts: dict[Language, Mapping[str, str]] = {}
    for language in Language:
        book = _Book(language, max(most, len(SCREENS)))
        given = {"filter": filter_} if filter_ else {}
        firsts[language] = {screen: str(book.file_of({"screen": screen, **given})) for screen in SCREENS}
        (folder / language.value).mkdir(exist_ok=True)
        while book.waiting:
            file, asked = book.waiting.popleft()
            html = ask(_event(asked, language, span))
            page = _page(_linked(html, book), language, firsts[language], file)
            (folder / language.value / file).write_text(page, encoding="utf-8")
            number += 1
    (folder / "index.html").write_text(_index(firsts, span, made_at), encoding="utf-8")
    return number


def _event(asked: Mapping[str, str], language: Language, span: Range) -> Mapping[str, Any]:
    start, end = (int(each.timestamp() * 1000) for each in (span.since, span.until))
    told = {"mode": "absolute", "start": start, "end": end}
    context = {"locale": language.value, "theme": "light", "timeRange": told, "width": WIDTH, "height": 800}
    return {**asked, "lang": language.value, "widgetContext": {**context, "params": {}, "forms": {"all": {}}}}


def _linked(html: str, book: _Book) -> HtmlElement:
    """The screen with links, or what opens in its place, instead of actions; without forms."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for action in list(root.iter("cwdb-action")):
        element = action.getprevious()
        # A form's own action goes with its form.
        if element is not None and not any(each.tag == "form" for each in action.iterancestors()):
            _make_plain(element, action, book)
        action.drop_tree()
    for form in list(root.iter("form")):
        form.drop_tree()
    return root


def _make_plain(element: HtmlElement, action: HtmlElement, book: _Book) -> None:
    if action.get("action") == "html":
        opened = E.details(E.summary(element.text_content()), action.text or "", *(each for each in action))
        opened.tail = element.tail
        if (parent := element.getparent()) is not None:
            parent.replace(element, opened)
        return
    file = book.file_of(json.loads(action.text_content() or "{}"))
    element.tag = "a" if file else "span"
    for name in ("type", "tabindex", "role"):
        element.attrib.pop(name, None)
    if element.attrib.pop("aria-pressed", "") == "true":
        element.set("aria-current", "true")
    if file:
        element.set("href", file)


def _page(body: HtmlElement, language: Language, screens: Mapping[str, str], file: str) -> str:
    say = Words(language, TEXTS)
    names = Words(language, COMMON)
    links = [E.a(say("all"), href="../index.html")]
    for screen, its in screens.items():
        link = E.a(names(screen), href=its)
        if its == file:
            link.set("aria-current", "page")
        links.append(link)
    return _document(language, say("title"), [E.nav(*links, **{"aria-label": names("screens")}), E.main(body)])


def _index(firsts: Mapping[Language, Mapping[str, str]], span: Range, made_at: datetime) -> str:
    parts: list[HtmlElement] = []
    for language, screens in firsts.items():
        say, names = Words(language, TEXTS), Words(language, COMMON)
        since, until, at = (day_and_time(each, language) for each in (span.since, span.until, made_at))
        items = [E.li(E.a(names(screen), href=f"{language.value}/{file}")) for screen, file in screens.items()]
        made = E.p(say("made", since=since, until=until, at=at), " ", say("plain"))
        parts.append(E.section(E.h1(say("title")), made, E.ul(*items), lang=language.value))
    return _document(Language.FRENCH, Words(Language.FRENCH, TEXTS)("title"), [E.main(*parts, **{"class": "index"})])


def _document(language: Language, title: str, body: Sequence[HtmlElement]) -> str:
    head = E.head(
        E.meta(charset="utf-8"),
        E.meta(name="viewport", content="width=device-width, initial-scale=1"),
        E.meta(**{"http-equiv": "Content-Security-Policy", "content": POLICY}),
        E.title(title),
        E.style(_STYLE),
    )
    page = E.html(head, E.body(*body), lang=language.value)
    return str(lxml.html.tostring(page, doctype="<!doctype html>", encoding="unicode"))
