"""Everything that ``make process`` writes from the machines: layout, pictures, the screen's process, BPMN, pages."""

from pathlib import Path

from scripts.process import bpmn, layout, page, picture, screen


def files() -> dict[Path, str]:
    """The text of each file, as the machines and the pages' own words say now."""
    found = layout.layout()
    made = {
        layout.LAYOUT: layout.written(found),
        picture.ENGLISH: picture.picture(found, "en"),
        picture.FRENCH: picture.picture(found, "fr"),
        screen.SCREEN: layout.written(screen.screen(found)),
        bpmn.BPMN: bpmn.bpmn(),
    }
    return made | {path: page.drawn(path.read_text(encoding="utf-8")) for path in page.PAGES}
