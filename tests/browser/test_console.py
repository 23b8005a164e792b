"""What one does with the console: choose, look closer, go back, and all of it with the keyboard."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from playwright.sync_api import Browser, expect

from tests.browser.chromium import Open, visit, wait_for_screen
from tests.browser.conftest import address
from tests.integration.console.made import made_console
from tests.npm import need
from tests.unit.supervision.synthetic import NOW


def test_each_tab_leads_to_its_screen_and_back_returns(opened: Open) -> None:
    visited = opened(screen="overview", lang="en")
    page = visited.page
    for name, title in (("Branches", "Branches"), ("Incidents", "Incidents"), ("Rules", "Rules")):
        page.locator("#tabs").get_by_text(name, exact=True).click()
        expect(page.locator("#screen h1")).to_have_text(title)
    page.go_back()
    expect(page.locator("#screen h1")).to_have_text("Incidents")
    page.go_back()
    expect(page.locator("#screen h1")).to_have_text("Branches")
    assert visited.errors == []


def test_state_of_the_process_opens_a_popup_that_escape_closes_and_the_focus_returns(turned: Open) -> None:
    visited = turned(screen="branches", section="Check", lang="en")
    page = visited.page
    state = page.locator("#screen button.spot").first
    state.focus()
    page.keyboard.press("Enter")
    popup = page.locator("dialog#popup[open]")
    expect(popup).to_be_visible()
    expect(popup.locator(".ra")).to_be_visible()
    assert visited.faults() == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog#popup")).not_to_be_visible()
    expect(state).to_be_focused()


def test_step_opens_and_a_number_opens_its_cases(opened: Open) -> None:
    visited = opened(screen="branches", lang="fr")
    page = visited.page
    page.get_by_role("button", name=re.compile("^Vérifier : ")).first.click()
    expect(page.locator("#screen h2").first).to_have_text("Vérifier")
    page.get_by_role("button", name=re.compile("^Rendre la puissance \\? → Régler : ")).click()
    popup = page.locator("dialog#popup[open]")
    expect(popup).to_contain_text("Reste à payer")
    assert visited.errors == []


def test_list_is_saved_as_a_file_that_a_spreadsheet_reads(opened: Open) -> None:
    visited = opened(screen="running", lang="fr")
    page = visited.page
    page.get_by_role("button", name="CSV : Qui attendent-ils ?").click()
    with page.expect_download() as saved:
        page.locator("dialog#popup a[download]").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert text.startswith("\ufeffAttend,Par durée d'attente,Dossiers,Le plus ancien (ms)")
    assert saved.value.suggested_filename.endswith(".csv")
    assert visited.faults() == []


def test_drag_over_a_time_axis_is_a_zoom(opened: Open) -> None:
    visited = opened(screen="durations", lang="en")
    page = visited.page
    chart = page.locator("svg[data-since]").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_url("**zoom=**")
    since, until = (datetime.fromisoformat(each) for each in re.findall(r"zoom=(.*)\.\.([^&]*)", page.url)[0])
    assert timedelta(hours=4) < until - since < timedelta(hours=7), "a fifth of a day, of the axis alone"
    assert visited.errors == []


def test_wall_hides_what_stands_around_and_leaves(opened: Open) -> None:
    visited = opened(screen="overview", wall="1", lang="fr")
    page = visited.page
    expect(page.locator("header")).to_be_hidden()
    page.get_by_role("button", name="Quitter le mur").click()
    expect(page.locator("header")).to_be_visible()


def test_popup_goes_on_where_one_has_scrolled_to(browser: Browser) -> None:
    """What is behind the popup is not asked for meanwhile."""
    need("dompurify")
    with made_console(100, refresh_seconds=0.1) as (console, made), visit(browser, console.url, height=300) as visited:
        visited.load(address(console, {"screen": "branches", "section": "Check", "lang": "en"}))
        visited.page.locator("#screen button.spot").first.press("Enter")
        popup = visited.page.locator("dialog#popup[open]")
        popup.evaluate("popup => { popup.scrollTop = 40; }")
        opened = len(made.events)
        made.supervision = replace(made.supervision, clock=lambda: NOW + timedelta(minutes=20))
        expect(popup).to_contain_text("The record is 21 min late")
        assert popup.evaluate("popup => popup.scrollTop") == 40
        # One question may have been under way when the popup was opened.
        assert {each.get("popup") for each in made.events[opened + 1 :]} <= {"1"}
        assert made.events[-1].get("popup") == "1"
        visited.page.keyboard.press("Escape")
        expect(visited.page.locator("#screen")).to_contain_text("The record is 21 min late")


def test_case_is_found_by_typing_its_name(turned: Open) -> None:
    visited = turned(screen="case", lang="en")
    page = visited.page
    page.get_by_label("Limitation, contract").fill("LIM-000001")
    page.keyboard.press("Enter")
    expect(page.locator("#screen")).to_contain_text("Enedis' case A0001234")
    assert "key=LIM-000001" in page.url
    assert visited.faults() == []


def test_language_and_theme_change_the_screen_and_stay_after_a_reload(opened: Open) -> None:
    visited = opened(screen="running", lang="fr", theme="light")
    page = visited.page
    expect(page.locator("#screen h1")).to_have_text("En cours")
    page.locator("#language").select_option("en")
    expect(page.locator("#screen h1")).to_have_text("Running cases")
    light = page.locator("#screen .ra").evaluate("element => getComputedStyle(element).backgroundColor")
    page.locator("#theme").select_option("dark")
    page.wait_for_function(
        "light => getComputedStyle(document.querySelector('#screen .ra')).backgroundColor !== light", arg=light
    )
    page.reload()
    wait_for_screen(visited)
    expect(page.locator("#screen h1")).to_have_text("Running cases")
    assert visited.faults() == []


def test_zoom_moves_within_the_range_and_the_whole_range_returns(turned: Open) -> None:
    visited = turned(screen="overview", lang="en")
    page = visited.page
    whole = page.locator("#screen .head").inner_text()
    page.locator("[data-zoom=closer]").click()
    page.wait_for_url("**zoom=**")
    expect(page.locator("#screen .head")).not_to_have_text(whole)
    page.locator("[data-zoom=whole]").click()
    expect(page.locator("[data-zoom=whole]")).to_be_hidden()
    assert "zoom" not in page.url
    assert visited.errors == []


def test_all_that_one_can_do_is_reached_with_the_tabulator(opened: Open) -> None:
    visited = opened(screen="incidents", lang="en")
    page = visited.page
    wanted = set(
        page.evaluate(
            """() => {
                [...document.querySelectorAll("*")].forEach((each, place) => { each.dataset.place = place; });
                return [...document.querySelectorAll("a[href],button,input,select,[tabindex='0']")]
                    .filter((each) => each.checkVisibility() && !each.disabled)
                    .map((each) => each.dataset.place);
            }"""
        )
    )
    reached: set[str] = set()
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => document.activeElement?.dataset.place ?? ''"))
    assert wanted - reached == set()


def test_hostile_words_are_shown_and_not_run(opened: Open) -> None:
    visited = opened(screen="case", lang="en", key="<img src=x onerror=alert(1)>")
    expect(visited.page.locator("#screen")).to_contain_text("<img src=x onerror=alert(1)>")
    assert visited.page.locator("#screen img").count() == 0
    assert visited.errors == []


def test_print_has_no_buttons_and_the_light_colours(turned: Open) -> None:
    visited = turned(screen="durations", lang="fr", theme="dark")
    visited.page.emulate_media(media="print")
    paper = visited.page.locator("#screen .ra").evaluate("element => getComputedStyle(element).backgroundColor")
    assert paper in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert not visited.page.locator("#screen form").first.is_visible()
