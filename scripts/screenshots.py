"""``make screenshots``: pictures of the screens, from the demo's day, for the README (docs/screens/).

Plays the demo, lets the console show its screens in headless Chromium (Debian's ``chromium``), and keeps a picture of
each. The pictures show what the demo's stories did, so they change with them and not with each run's moments alone.
"""

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import FloatRect, Page

from local.console.__main__ import ask_of
from local.console.console import Console, Settings
from local.demo.day import play_sample
from local.demo.screen import Screen
from local.stage import ROOT, Stage
from local.stories.reading import read_stories
from tests.browser.chromium import chromium, visit, wait_for_screen

FOLDER = ROOT / "docs" / "screens"
CROWD = 200
WIDTH, PHONE, WALL = 1280, 390, 1920
TALLEST = 900
"""Pixels; what is longer is cut."""
SHOWN: dict[str, dict[str, str]] = {
    "overview": {},
    "wall": {"screen": "overview", "wall": "1"},
    "branches": {},
    "step": {"screen": "branches", "section": "Order", "lang": "en"},
    "running": {"lang": "en"},
    "durations": {"theme": "dark"},
    "incidents": {"lang": "en", "theme": "dark"},
    "rules": {},
    "enedis": {"lang": "en"},
    "case": {"lang": "en"},
}
"""Each picture with what is asked for it: both languages and themes are seen."""


def take_pictures(stage: Stage, folder: Path = FOLDER) -> list[Path]:
    """Keep a picture of each screen, and one of the first on a telephone; returns their paths."""
    stage.cloud.pass_minutes()
    stage.cloud.invoke("ReconcileExecutionsFunction", {})
    folder.mkdir(parents=True, exist_ok=True)
    case = stage.watch.limitations()[0]
    taken = []
    with Console(ask_of(stage), Settings("Demo", refresh_seconds=600)) as console, chromium() as browser:
        for name, asked in SHOWN.items():
            key = {"key": case} if name == "case" else {}
            query = urlencode({"screen": name, "lang": "fr", "theme": "light", **asked, **key})
            usual = WALL if name == "wall" else WIDTH
            for width, suffix in ((usual, ""), (PHONE, "-phone")) if name == "overview" else ((usual, ""),):
                with visit(browser, f"{console.url}/?{query}", width=width, height=800) as visited:
                    wait_for_screen(visited)
                    taken.append(folder / f"{name}{suffix}.png")
                    _keep_top(visited.page, taken[-1])
    return taken


def _keep_top(page: Page, path: Path) -> None:
    box = page.locator("#screen").bounding_box()
    if box is None:
        raise SystemExit(f"{page.url} shows no screen")
    height = min(box["height"], TALLEST)
    clip: FloatRect = {"x": box["x"], "y": box["y"], "width": box["width"], "height": height}
    page.screenshot(path=path, clip=clip, full_page=True, animations="disabled")


def main() -> None:
    """Play the demo, and take the pictures."""
    with chromium():
        pass  # where it is missing, nothing is played in vain
    with Screen() as screen:
        decisions = ROOT / "build" / "screenshots" / "decisions.jsonl"
        play_sample(screen, read_stories(), mode="on", crowd_size=CROWD, decisions=decisions, afterwards=_keep)


def _keep(stage: Stage) -> None:
    for path in take_pictures(stage):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
