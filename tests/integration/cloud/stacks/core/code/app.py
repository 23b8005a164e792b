"""Says the word of its layer."""

from typing import Any

from word import WORD  # type: ignore[import-not-found]


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    return {"word": WORD, **event}
