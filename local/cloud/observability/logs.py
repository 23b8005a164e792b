"""What handlers print: parsed lines by function, and the metrics among them."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class LogStore:
    """Keeps each function's lines in the order they came."""

    def __init__(
        self, on_metric: Callable[[dict[str, Any]], None], echo: Callable[[str, str], None] | None = None
    ) -> None:
        self._on_metric = on_metric
        self._echo = echo
        self._lines: dict[str, list[dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def add(self, function: str, line: str) -> None:
        """Take one line. A JSON object is kept as such, anything else as `{"message": line}`."""
        text = line.strip()
        if not text:
            return
        document: Any = None
        if text.startswith("{"):
            try:
                document = json.loads(text)
            except ValueError:
                document = None
        if not isinstance(document, dict):
            document = {"message": text}
        with self._lock:
            self._lines.setdefault(function, []).append(document)
        if "_aws" in document:
            self._on_metric(document)
        if self._echo is not None:
            self._echo(function, text)

    def of(self, function: str) -> list[dict[str, Any]]:
        """Give the lines of a function so far."""
        with self._lock:
            return list(self._lines.get(function, ()))
