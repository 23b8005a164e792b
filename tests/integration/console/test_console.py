"""The console's server: what it serves to whom, and what it passes on."""

import json
import re
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.console import console as console_module
from local.console.asking import NoScreen, asking_console
from local.console.console import Console, NoPurifier, Settings
from local.console.texts import TEXTS
from supervision.supervise import DESCRIPTION, SCREENS
from tests.integration.console.made import MadeScreens

RANGES = ("1h", "3h", "12h", "24h", "7d", "30d")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def screens() -> MadeScreens:
    return MadeScreens(200)


@pytest.fixture(autouse=True, scope="module")
def purifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The server needs DOMPurify's file, whatever is in it: these tests have no browser, and perhaps no npm."""
    file = tmp_path_factory.mktemp("purifier") / "purify.min.js"
    file.write_text("// DOMPurify\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console_module, "PURIFY", file)
        yield


@pytest.fixture(scope="module")
def console(screens: MadeScreens, purifier: None) -> Iterator[Console]:
    assert purifier is None
    with Console(screens, Settings("Made cases")) as running:
        yield running


def request(
    console: Console, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection(urlsplit(console.url).netloc, timeout=10)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()


def ask(console: Console, event: Mapping[str, Any]) -> tuple[int, str]:
    response, text = request(console, "POST", "/ask", json.dumps(event).encode(), JSON)
    return response.status, text


def test_page_is_served_at_any_question_and_allows_nothing_from_outside(console: Console) -> None:
    response, text = request(console, "GET", "/?screen=running&filter=outcome=RESTORED")
    assert response.status == 200
    assert '<main id="screen"' in text
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "http" not in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("path", sorted(path.name for path in console_module.PAGES.iterdir()))
def test_files_of_the_page_name_no_address_from_outside(console: Console, path: str) -> None:
    text = (console_module.PAGES / path).read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    assert "//" not in code
    if not path.endswith(".html"):
        assert request(console, "GET", f"/{path}")[0].status == 200


@pytest.mark.parametrize("path", ["/../console.py", "/%2e%2e/console.py", "/ask", "/etc/passwd"])
def test_nothing_else_is_served(console: Console, path: str) -> None:
    assert request(console, "GET", path)[0].status == 404


def test_settings_have_the_tabs_in_both_languages(console: Console) -> None:
    settings = json.loads(request(console, "GET", "/settings.json")[1])
    assert {each["name"] for each in settings["screens"]} == set(SCREENS)
    assert settings["screens"][0] == {"name": "overview", "fr": "Suivi global", "en": "Overview"}
    assert settings["texts"]["fr"].keys() == settings["texts"]["en"].keys()
    assert settings["where"] == "Made cases"


def test_words_of_the_page_are_there_and_used() -> None:
    files = [path.read_text(encoding="utf-8") for path in console_module.PAGES.iterdir()]
    used = {name for text in files for name in re.findall(r'data-text="([^"]+)"|\btext\("([^"]+)"', text)}
    names = {one or other for one, other in used} | {"pause", "resume", "custom", *RANGES}
    assert names == set(TEXTS)
    assert all(french and english for french, english in TEXTS.values())


def test_question_is_passed_on_as_it_came_and_the_screen_comes_back(console: Console, screens: MadeScreens) -> None:
    event = {"screen": "overview", "lang": "en", "widgetContext": {"theme": "dark", "width": 390}}
    status, text = ask(console, event)
    assert status == 200
    assert '<div class="ra" lang="en">' in text
    assert screens.events[-1] == event
    assert ask(console, {"describe": True}) == (200, DESCRIPTION)


def test_only_a_page_of_this_console_may_ask(console: Console) -> None:
    body = b'{"screen": "overview"}'
    assert request(console, "POST", "/ask", body, {"Content-Type": "text/plain"})[0].status == 415
    assert request(console, "POST", "/ask", body, {**JSON, "Host": "elsewhere.example"})[0].status == 403
    assert request(console, "GET", "/", headers={"Host": "elsewhere.example"})[0].status == 403


@pytest.mark.parametrize("body", [b"{", b"[]", b'"overview"', b" " * 100_001], ids=["cut", "list", "text", "long"])
def test_what_is_no_event_is_refused(console: Console, body: bytes) -> None:
    assert request(console, "POST", "/ask", body, JSON)[0].status == 415
    assert ask(console, {"screen": "overview"})[0] == 200


def test_reason_is_passed_on_where_no_screen_comes() -> None:
    def refuse(_: Mapping[str, Any]) -> str:
        raise NoScreen("AccessDenied: lambda:InvokeFunction")

    with Console(refuse) as refusing:
        assert ask(refusing, {"screen": "overview"}) == (502, "AccessDenied: lambda:InvokeFunction\n")
        with pytest.raises(NoScreen, match="AccessDenied"):
            asking_console(refusing.url)({"screen": "overview"})


def test_console_without_dompurify_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_module, "PURIFY", console_module.ROOT / "node_modules" / "nowhere.js")
    with pytest.raises(NoPurifier, match="make setup-node"):
        Console(lambda _: "")
