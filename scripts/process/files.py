"""Everything that ``make process`` writes from the state machines: the layout, its pictures, the BPMN file, and the pages."""

from pathlib import Path

from scripts.process import layout, page, picture


def files() -> dict[Path, str]:
    """The text of each file, as the machines and the pages' own words say now."""
    found = layout.layout()
    made = {
        layout.LAYOUT: layout.written(found),
        picture.PICTURE: picture.picture(found, french=False),
        picture.IMAGE: picture.picture(found, french=True),
    }
    return made | {path: page.drawn(path.read_text(encoding="utf-8")) for path in page.PAGES}
