"""The page *Valeur* for a month of a made year, as pictures and for paper, and again with one assumption changed.

``python -m tests.integration.console.made_year`` writes them to ``build/value/``, the top of the first one to
``docs/screens/``, and says what moved.
"""

import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

from supervision.assumptions import assumptions
from supervision.screens import value
from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.browser.chromium import chromium
from tests.unit.supervision.synthetic import NOW, measures, synthetic

FOLDER = Path(__file__).resolve().parents[3] / "build" / "value"
PICTURE = FOLDER.parents[1] / "docs" / "screens" / "value.png"
MONTH, CASES, DAYS = "2026-10", 60_000, 365
USUAL = assumptions(NOW.date())
CHANGED = {**USUAL, "minutes.RESTORED": replace(USUAL["minutes.RESTORED"], value=Decimal(8))}
LOOKS = {"": (1280, "light"), "-dark": (1280, "dark"), "-phone": (390, "light"), "-phone-dark": (390, "dark")}


def main() -> None:
    supervision = Supervision(Sources(synthetic(CASES, DAYS), measures(DAYS), "demo"), lambda: NOW)
    shown: dict[str, list[str]] = {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name, assumed in (("value", USUAL), ("changed", CHANGED)):
            for suffix, (width, theme) in LOOKS.items():
                asked = {"screen": "value", "month": MONTH, "widgetContext": {"width": width, "theme": theme}}
                with patch.object(value, "assumptions", lambda *_, assumed=assumed: assumed):
                    html = supervision.result(asked, "arn")
                page = browser.new_page(viewport={"width": width, "height": 900})
                page.set_content(f"<!doctype html><html lang=fr><body style=margin:0>{html}")
                page.screenshot(path=FOLDER / f"{name}{suffix}.png", full_page=True)
                if not suffix:
                    page.pdf(path=FOLDER / f"{name}.pdf", format="A4", print_background=True)
                    page.screenshot(path=PICTURE if name == "value" else FOLDER / "top.png")
                    shown[name] = page.locator("tr").all_inner_texts()
                page.close()
    for before, after in zip(shown["value"], shown["changed"], strict=True):
        if before != after:
            sys.stdout.write(f"{before}\n  → {after}\n")


if __name__ == "__main__":
    main()
