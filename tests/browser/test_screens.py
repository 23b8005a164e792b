"""Each screen as people see it: whole, legible, and without an error."""

import pytest
from playwright.sync_api import expect

from supervision.kit.page import UNFILTERED
from supervision.supervise import SCREENS
from tests.browser.chromium import Open, wait_for_screen

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 27, 42)"}
VIEWS = (
    {"screen": "branches", "measure": "p95"},
    {"screen": "branches", "section": "all", "measure": "errors", "theme": "dark"},
    {"screen": "branches", "section": "Order", "against": "day"},
    {"screen": "branches", "way": "HowItEnded>Restored"},
    {"screen": "overview", "wall": "1", "theme": "dark"},
    {"screen": "running", "filter": "colour=red"},
)


def asked(screen: str, **more: str) -> dict[str, str]:
    return {"screen": screen, **({"key": "LIM-000001"} if screen == "case" else {}), **more}


@pytest.mark.parametrize(
    ("width", "theme", "lang"), [(1280, "light", "fr"), (1280, "dark", "en"), (390, "light", "en"), (390, "dark", "fr")]
)
@pytest.mark.parametrize("screen", SCREENS)
def test_screen_is_whole_legible_and_without_an_error(
    turned: Open, screen: str, width: int, theme: str, lang: str
) -> None:
    visited = turned(width, **asked(screen, theme=theme, lang=lang))
    assert visited.look() == (width, PAPER[theme], lang)
    assert visited.faults() == []


COUNTED, SEARCHED = "outcome=RESTORED|BALANCE_DUE hour=6..22", "took>1s means=CARD"


@pytest.mark.parametrize(
    ("screen", "text"),
    [(name, (COUNTED, SEARCHED)[place % 2]) for place, name in enumerate(SCREENS) if name not in UNFILTERED],
)
def test_filter_is_applied_stands_in_the_address_and_can_be_cleared(turned: Open, screen: str, text: str) -> None:
    visited = turned(**asked(screen, lang="en"))
    page = visited.page
    before = page.locator("#screen .ra").inner_text()
    page.get_by_label("Filter").fill(text)
    page.get_by_role("button", name="Apply", exact=True).click()
    page.wait_for_url("**filter=**")
    wait_for_screen(visited)
    assert page.get_by_label("Filter").input_value() == text
    assert visited.faults() == []
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_role("button", name="Clear", exact=True)).to_have_count(0)
    assert page.locator("#screen .ra").inner_text() == before
    page.go_back()
    expect(page.get_by_label("Filter")).to_have_value(text)


@pytest.mark.parametrize("view", VIEWS)
def test_screen_is_legible_however_it_is_looked_at(turned: Open, view: dict[str, str]) -> None:
    for width in (1920, 1280, 390):
        assert turned(width, lang="fr", **view).faults() == []


@pytest.mark.parametrize("key", ["LIM-000002", "CUS-000001", "", "LIM-999999"])
def test_case_is_legible_however_it_went(turned: Open, key: str) -> None:
    assert turned(screen="case", lang="en", **({"key": key} if key else {})).faults() == []
