"""The static export: every screen in both languages, links in place of actions, nothing from outside."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest
from lxml.html import HtmlElement

from local.console.export import export
from supervision.question import Range
from supervision.supervise import SCREENS
from tests.integration.console.made import MadeScreens
from tests.unit.supervision.synthetic import NOW

SPAN = Range(NOW - timedelta(days=1), NOW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("export")
    number = export(MadeScreens(200), written, SPAN, NOW, most=len(SCREENS) + 6)
    assert number == len(list(written.rglob("*.html"))) - 1
    return written


def pages(folder: Path) -> Mapping[Path, HtmlElement]:
    return {path: lxml.html.fromstring(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}


def test_each_screen_has_a_page_in_each_language(folder: Path) -> None:
    for language in ("fr", "en"):
        assert {f"{name}.html" for name in SCREENS} <= {path.name for path in (folder / language).iterdir()}
    assert 'lang="en"' in (folder / "en" / "running.html").read_text(encoding="utf-8")


def test_each_link_leads_to_a_page_of_the_export(folder: Path) -> None:
    found = 0
    for path, page in pages(folder).items():
        for link in page.iter("a"):
            target = urlsplit(link.get("href"))
            assert not target.scheme
            assert (path.parent / target.path).resolve().is_file(), f"{path.name}: {link.get('href')}"
            found += 1
    assert found > 2 * len(SCREENS)


def test_no_page_has_what_acts_or_comes_from_outside(folder: Path) -> None:
    for path, page in pages(folder).items():
        for tag in ("script", "form", "button", "input", "iframe", "cwdb-action", "link", "img"):
            assert page.find(f".//{tag}") is None, f"{path}: <{tag}>"
        text = lxml.html.tostring(page, encoding="unicode")
        assert not re.search(r"(src|href)=\"?(https?:)?//|url\(|@import", text), path
        assert "default-src 'none'" in text


def test_range_and_filter_are_those_that_were_asked_for(tmp_path: Path) -> None:
    screens = MadeScreens(50)
    export(screens, tmp_path, SPAN, NOW, "outcome=RESTORED", most=1)
    first: Mapping[str, Any] = screens.events[0]
    told = first["widgetContext"]["timeRange"]
    assert (told["end"] - told["start"], first["filter"]) == (86_400_000, "outcome=RESTORED")
    assert "24/11 11:41" in (tmp_path / "index.html").read_text(encoding="utf-8")


def made(content: str) -> Any:
    return lambda _: f'<style></style><div class="ra">{content}</div>'


def test_popup_of_the_page_opens_in_its_place_and_a_choice_says_which_is_chosen(tmp_path: Path) -> None:
    content = (
        '<button>More</button><cwdb-action action="html" display="popup">Much <b>more</b></cwdb-action> after '
        '<button aria-pressed="true">p95</button><cwdb-action action="call">{"screen": "overview"}</cwdb-action>'
    )
    export(made(content), tmp_path, SPAN, NOW)
    text = (tmp_path / "fr" / "overview.html").read_text(encoding="utf-8")
    assert "<details><summary>More</summary>Much <b>more</b></details> after" in text
    assert '<a aria-current="true" href="overview.html">p95</a>' in text


def test_action_beyond_the_room_is_plain_text(tmp_path: Path) -> None:
    action = '<cwdb-action action="call">{"screen": "case", "key": "LIM-1"}</cwdb-action>'
    export(made(f"<button>LIM-1</button>{action}"), tmp_path, SPAN, NOW, most=1)
    assert "<span>LIM-1</span>" in (tmp_path / "fr" / "overview.html").read_text(encoding="utf-8")
