"""Says the word of its layer."""

import time
from typing import Any

from word import WORD  # type: ignore[import-not-found]


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    time.sleep(event.get("seconds", 0))
    return {"word": WORD, **event}
