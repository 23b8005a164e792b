"""``make process``: writes what is drawn from the machines: pictures, the screen's process, BPMN, the page."""

import sys
from pathlib import Path

from local import asl
from record.domain.states import ALL
from scripts.process import bpmn, layout, page, picture, screen
from scripts.process.machine import MACHINE, ROOT
from supervision.process import FILE


def files() -> dict[Path, str]:
    """The text of each file, as the machines and the page's own words say now."""
    found = layout.layout()
    return {
        picture.ENGLISH: picture.picture(found, "en"),
        picture.FRENCH: picture.picture(found, "fr"),
        FILE: layout.written(screen.screen()),
        bpmn.BPMN: bpmn.bpmn(),
        page.PAGE: page.drawn(page.PAGE.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write the files; 2 when the table of states lacks some, which all pictures show."""
    missing = [name for name in asl.Machine.read(MACHINE).document["States"] if name not in ALL]
    if missing:
        sys.stderr.write(f"operations/record/python/record/domain/states.py lacks {', '.join(missing)}\n")
        sys.stderr.write("Write them there, then: make process\n")
        return 2
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
