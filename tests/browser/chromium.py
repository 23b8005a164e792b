"""Headless Chromium, as Debian has it, driven by Playwright; and what is looked for on each page."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

OVERLAPS = """
() => {
  // A skip link is beside the page until it has the focus.
  const UNSEEN =
    "script,style,title,option,[hidden],dialog:not([open]),.skip,details:not([open]) > :not(summary)";
  const visible = (element) => {
    const style = getComputedStyle(element);
    return style.visibility !== "hidden" && style.display !== "none" && Number(style.opacity) > 0;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim(), parent = node.parentElement;
    if (!text || !parent || parent.closest(UNSEEN) || !visible(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 1 && box.height > 1) found.push({ text, box, parent });
    }
  }
  const dialog = document.querySelector("dialog[open]");
  const shown = found.filter((each) => !dialog || dialog.contains(each.parent));
  const troubles = [];
  const edge = 3;
  const nested = (a, b) => a.parent.contains(b.parent) && !(a.parent instanceof SVGElement);
  // From top to bottom: what begins below a text's end, and all that follows, cannot lie on it.
  shown.sort((a, b) => a.box.top - b.box.top);
  for (let one = 0; one < shown.length; one += 1) {
    const a = shown[one];
    for (let two = one + 1; two < shown.length; two += 1) {
      const b = shown[two];
      if (b.box.top >= a.box.bottom - edge) break;
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - b.box.top;
      if (across > edge && down > edge && !nested(a, b) && !nested(b, a))
        troubles.push(`“${a.text}” lies on “${b.text}”`);
    }
    const svg = a.parent.closest("svg");
    if (svg) {
      const frame = svg.getBoundingClientRect();
      if (a.box.left < frame.left - edge || a.box.right > frame.right + edge || a.box.bottom > frame.bottom + edge)
        troubles.push(`“${a.text}” leaves its picture`);
    }
    const scroller = a.parent.closest(".wide, .over, nav, dialog");
    if (!scroller && (a.box.right > innerWidth + edge || a.box.left < -edge))
      troubles.push(`“${a.text}” leaves the page`);
  }
  return troubles.slice(0, 12);
}
"""


AUDIT = """
async (tags) => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
  });
  return violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${each.help}: ${node.html.slice(0, 160)}`));
}
"""
"""Axe with what it found wrong: to gather, and to bring here, what is right takes longer than to look."""

TURN = """
(url) => {
  history.pushState({ scroll: 0 }, "", url);
  dispatchEvent(new PopStateEvent("popstate", { state: { scroll: 0 } }));
}
"""
"""Leads an open console to another address, as the browser's way back would."""

LOOK = """
() => [
  innerWidth, getComputedStyle(document.querySelector("#screen .ra")).backgroundColor, document.documentElement.lang,
]
"""


@dataclass
class Visit:
    """A page, with what its console said."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def take(self, message: ConsoleMessage) -> None:
        """Keep what the page complained about."""
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.type}: {message.text}")

    def load(self, url: str) -> None:
        """Load an address into the page, as if nobody had been here before."""
        self._forget()
        self.page.goto(url)

    def turn(self, url: str) -> None:
        """Lead the console that is open to another address of its own; it is not loaded again."""
        self._forget()
        self.page.evaluate(TURN, url)

    def _forget(self) -> None:
        self.page.emulate_media(media="null")
        if self.page.url != "about:blank":
            self.page.evaluate("() => localStorage.clear()")
        self.errors.clear()

    def look(self) -> tuple[int, str, str]:
        """The width of the page, the colour of the screen's paper, and the language."""
        width, paper, language = self.page.evaluate(LOOK)
        return width, paper, language

    def violations(self) -> Sequence[str]:
        """What axe finds, by rule and element."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return list(self.page.evaluate(AUDIT, list(RULES)))

    def overlaps(self) -> Sequence[str]:
        """Texts that lie on each other, or that leave their picture or the page."""
        return list(self.page.evaluate(OVERLAPS))

    def faults(self) -> Sequence[str]:
        """All that is wrong with the page as it is."""
        return [*self.errors, *self.violations(), *self.overlaps()]


type Open = Callable[..., Visit]
"""Opens the console with a question."""


def wait_for_screen(visited: Visit) -> None:
    """Wait until what was asked is shown."""
    visited.page.wait_for_selector("#screen[aria-busy=false] .ra")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the length of the block; its own words, such as a date's fields, are French with chromium-l10n."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise FileNotFoundError("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        # The sandbox needs a kernel's right that a container lacks; only our own pages are opened.
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=args, env={**os.environ, "LANGUAGE": "fr"})
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, url: str, *, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Visit]:
    """A page of its own, opened at an address."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    try:
        visited = Visit(context.new_page())
        visited.page.on("console", visited.take)
        visited.page.on("pageerror", lambda error: visited.errors.append(f"error: {error}"))
        visited.page.goto(url)
        yield visited
    finally:
        context.close()
