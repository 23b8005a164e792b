"""Takes its time to be imported: 0.6 seconds at first, and from the third import on more than its timeout."""

import os
import time
from pathlib import Path

BEGINNINGS = Path("/tmp") / f"late-{os.environ['AWS_ENDPOINT_URL'].rpartition(':')[2]}"  # noqa: S108 - Lambda's own
BEGINNINGS.open("a").write("x")
BEGUN = len(BEGINNINGS.read_text())
time.sleep(0.6 if BEGUN < 3 else 3)


def handler(event: dict[str, str], _context: object) -> int:
    """Say how often this was imported; die if that is asked."""
    if event.get("do") == "exit":
        os._exit(3)
    return BEGUN
