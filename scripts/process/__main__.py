"""``make process``: writes what is drawn from the machines: the screen's process, BPMN, the page."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import asl
from record.domain.states import ALL
from scripts.process import bpmn, page, screen
from scripts.process.machine import MACHINE, ROOT
from supervision.process import FILE


def files() -> dict[Path, str]:
    """The text of each file, as the machines and the page's own words say now."""
    return {
        FILE: _written(screen.screen()),
        bpmn.BPMN: bpmn.bpmn(),
        page.PAGE: page.drawn(page.PAGE.read_text(encoding="utf-8")),
    }


def _written(found: Mapping[str, Any]) -> str:
    """A file's text: one line for each column, state and edge, so that a change reads well."""
    parts = []
    for key, value in found.items():
        if isinstance(value, list):
            rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f'  "{key}": [\n{rows}\n  ]')
        else:
            parts.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    """Write the files; 2 when the table of states lacks some, which all of them show."""
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
