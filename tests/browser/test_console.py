"""What one does with the console: choose, look closer, go back, and all of it with the keyboard."""

from playwright.sync_api import expect

from tests.browser.chromium import Open, wait_for_screen


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
    visited = turned(screen="branches", lang="en")
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
