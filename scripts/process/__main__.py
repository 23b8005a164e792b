"""``make process``: writes what is drawn from the machines: pictures, the screen's process, BPMN, the page."""

import sys
from pathlib import Path

from scripts.process import bpmn, layout, page, picture, screen
from scripts.process.machine import MACHINE, ROOT, Machine


def files() -> dict[Path, str]:
    """The text of each file, as the machines and the page's own words say now."""
    found = layout.layout()
    return {
        picture.ENGLISH: picture.picture(found, "en"),
        picture.FRENCH: picture.picture(found, "fr"),
        screen.SCREEN: layout.written(screen.screen(found)),
        bpmn.BPMN: bpmn.bpmn(),
        page.PAGE: page.drawn(page.PAGE.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write the files; 2 when a French name is missing, which all pictures show."""
    machine, names = Machine.read(MACHINE), layout.Names.read()
    missing = [f"sections: {section}" for section in machine.sections if section not in names.sections]
    missing += [f"states: {state.name}" for state in machine.states if state.name not in names.states]
    if missing:
        sys.stderr.write(f"{layout.NAMES.relative_to(ROOT)} has no French name for:\n")
        sys.stderr.writelines(f"  {each}\n" for each in missing)
        sys.stderr.write("Write them there, then: make process\n")
        return 2
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
