"""The page *Valeur* for a month of a made year, as pictures and for paper, and again with one assumption changed.

``python -m tests.integration.console.made_year`` writes them to ``build/value/``, the top of the first one to
``docs/screens/``, and says what moved.
"""

import re
import sys
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.screenshots import chromium
from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.unit.supervision.synthetic import NOW, measures, synthetic

FOLDER = Path(__file__).resolve().parents[3] / "build" / "value"
PICTURE, TALLEST = FOLDER.parents[1] / "docs" / "screens" / "value.png", 900
MONTH, CASES, DAYS = "2026-10", 60_000, 365
CHANGED = {"assume": "minutes.RESTORED", "to": "8"}
LOOKS = {"": (1280, "light"), "-dark": (1280, "dark"), "-phone": (390, "light"), "-phone-dark": (390, "dark")}
WIDTH = "<!doctype html><html lang=fr><meta charset=utf-8><title>Valeur</title><body style=margin:0>"


def main() -> None:
    supervision = Supervision(Sources(synthetic(CASES, DAYS), measures(DAYS), "payments", "demo"), lambda: NOW)

    def drawn(width: int, theme: str, more: Mapping[str, str]) -> str:
        context = {"width": width, "theme": theme}
        asked = {"screen": "value", "lang": "fr", "month": MONTH, "widgetContext": context, **more}
        return WIDTH + supervision.result(asked, "arn")

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, more in (("value", {}), ("changed", CHANGED)):
            for suffix, (width, theme) in LOOKS.items():
                page = browser.new_page(viewport={"width": width, "height": 800})
                page.set_content(drawn(width, theme, more))
                page.screenshot(path=FOLDER / f"{name}{suffix}.png", full_page=True)
                if not suffix:
                    page.pdf(path=FOLDER / f"{name}.pdf", format="A4", print_background=True)
                page.close()
        page = browser.new_page(viewport={"width": 1280, "height": TALLEST})
        page.set_content(drawn(1280, "light", {}))
        page.screenshot(path=PICTURE)
        browser.close()
    told = re.search(r'<div class="note person">(.*?)<button', drawn(1280, "light", CHANGED), re.DOTALL)
    sys.stdout.write(f"{FOLDER} is written.\n{unescape(told[1]) if told else ''}\n")


if __name__ == "__main__":
    main()
