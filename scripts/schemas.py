"""``make schemas``: writes ``events/schemas/``, ``events/asyncapi.yaml`` and ``channels/openapi-*.yaml``."""

import sys
from pathlib import Path

from scripts import asyncapi, event_schemas, openapi

ROOT = Path(__file__).resolve().parents[1]


def files() -> dict[Path, str]:
    """The text of each file, as the models and the handlers say now."""
    return event_schemas.rendered() | openapi.rendered() | {asyncapi.FILE: asyncapi.rendered()}


def main() -> None:
    """Write them, and remove schemas of events that are gone."""
    texts = files()
    for stale in set(event_schemas.FOLDER.glob("*.json")) - texts.keys():
        stale.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} is written.\n")


if __name__ == "__main__":
    main()
